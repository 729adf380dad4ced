"""Every person at every address with every method: exactly what the policy says (bar A16)."""

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.support.database import World
from tests.support.page import CSRF_FIELD
from tests.support.policy import ONE_OF_EACH, STANDING, agreed, by_path
from tests.support.stage import VISITOR, Stage
from tests.support.things import PLACEHOLDER, family_of, filled, things_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PATHS = by_path([row for row in agreed() if row["endpoint"] != "static"])
WEBHOOK = "/webhooks/stripe"
# What anybody may do who has a token: nothing of anybody's is read or changed by it.
HARMLESS = {
    "/sign-out", "/language", "/inbox/reading", "/account/organisation", "/checklist/dismissal",
}  # fmt: skip
FORGED = {
    "X-HTTP-Method-Override": "GET", "X-HTTP-Method": "GET", "X-Method-Override": "GET",
    "X-Forwarded-User": "operator@demo.example", "Remote-User": "operator@demo.example",
    "X-Original-URL": "/", "X-Rewrite-URL": "/", "Authorization": "Bearer null",
}  # fmt: skip


def expected(path: str, method: str, standing: str, *, has_token: bool) -> set[int]:
    """The answers that the policy leaves open: a refusal names its one status."""
    rows = PATHS[path]
    known = set(rows) | {"OPTIONS"} | ({"HEAD"} if "GET" in rows else set())
    if method not in known:
        return {405}
    if method == "OPTIONS":
        return {200}
    row = rows.get(method) or rows["GET"]
    if method == "POST" and (not has_token or path == WEBHOOK):
        return {400}
    if standing not in row["roles"]:
        if standing == "anonymous":
            return {401} if method == "POST" else {302}
        return {403}
    if method == "POST":
        return {302, 303, 400, 404, 409, 422} if path in HARMLESS else {400, 404, 409, 422}
    return {200, 302, 303, 404}


def address(stage: Stage, path: str, name: str, *, own: bool) -> str:
    """The address filled in with an id: of the person's own, or one that nothing has."""
    if "<" not in path:
        return path
    assert stage.world.engine is not None
    things = things_of(stage.world.engine, name, path, most=1)
    value = (things.own or things.others or [things.missing])[0] if own else things.missing
    return filled(path, value)


def fault_of(response: TestResponse, allowed: set[int], method: str) -> str:
    with response:
        status, body = response.status_code, response.get_data()
    if status not in allowed:
        return f"{status}, not {sorted(allowed)}"
    if status == 302 and allowed == {302} and not response.location.startswith("/sign-in"):
        return f"led to {response.location}"
    return "a body" if method in {"HEAD", "OPTIONS"} and body else ""


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_every_method_of_every_address_answers_as_agreed(stage: Stage, name: str) -> None:
    client, faults = stage.cast[name].client, []
    for path in PATHS:
        where = address(stage, path, name, own=True)
        for method in METHODS:
            allowed = expected(path, method, STANDING[name], has_token=False)
            if fault := fault_of(client.open(where, method=method), allowed, method):
                faults.append(f"{method} {path}: {fault}")
            if stage.memory.changed():
                faults.append(f"{method} {path} wrote something")
    assert faults == []


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_a_token_opens_no_more_than_the_policy(stage: Stage, name: str) -> None:
    """With the form's token: on something that is there where it is forbidden, else on nothing."""
    client, faults = stage.cast[name].client, []
    for path, rows in PATHS.items():
        if "POST" not in rows or path in HARMLESS:
            continue
        permitted = STANDING[name] in rows["POST"]["roles"]
        where = address(stage, path, name, own=not permitted)
        allowed = expected(path, "POST", STANDING[name], has_token=True)
        response = client.post(where, data={CSRF_FIELD: stage.tokens[name]})
        if fault := fault_of(response, allowed, "POST"):
            faults.append(f"{path}: {fault}")
        if stage.memory.changed():
            faults.append(f"{path} wrote something")
    assert faults == []


@pytest.mark.parametrize("name", [VISITOR, "consumer", "auditor"])
def test_forged_headers_and_other_spellings_open_nothing(stage: Stage, name: str) -> None:
    """The address with a slash or in capitals is none; a header changes neither method nor person."""
    client, faults = stage.cast[name].client, []
    for path in PATHS:
        where = address(stage, path, name, own=True)
        spellings = {where + "/", where.upper(), where + "%00", where + ";a"}
        for spelling in spellings - {where, "//"}:
            with client.get(spelling) as response:
                if response.status_code not in {302, 403, 404, 308}:
                    faults.append(f"{spelling}: {response.status_code}")
        for method in ("GET", "POST", "DELETE"):
            allowed = expected(path, method, STANDING[name], has_token=False)
            response = client.open(where, method=method, headers=FORGED)
            if fault := fault_of(response, allowed, method):
                faults.append(f"{method} {path} with forged headers: {fault}")
    assert faults == []
    assert not stage.memory.changed()


@pytest.mark.parametrize("token", ["", "null", "undefined", "[]", "0", "A" * 91, "é", "\x00"])
def test_a_token_that_is_none_is_refused(stage: Stage, token: str) -> None:
    client = stage.cast["operator"].client
    for path, rows in PATHS.items():
        if "POST" in rows and path != WEBHOOK:
            where = address(stage, path, "operator", own=True)
            with client.post(where, data={CSRF_FIELD: token}) as response:
                assert response.status_code == 400, path
    assert not stage.memory.changed()


@pytest.mark.parametrize("number", [2**31, 2**63 - 1, 2**63, 10**30])
def test_a_number_beyond_all_columns_is_not_found(stage: Stage, number: int) -> None:
    client = stage.cast["operator"].client
    data = {CSRF_FIELD: stage.tokens["operator"]}
    for path, rows in PATHS.items():
        if "<int:" in path:
            method = "POST" if "POST" in rows else "GET"
            where = PLACEHOLDER.sub(str(number), path)
            with client.open(where, method=method, data=data) as response:
                assert response.status_code == 404, path


@pytest.mark.parametrize("name", ["visitor", "buyer", "official"])
def test_the_character_that_no_text_holds_breaks_nothing(stage: Stage, name: str) -> None:
    client, data = stage.cast[name].client, {CSRF_FIELD: stage.tokens[name], "offer": "a\0"}
    for path, rows in PATHS.items():
        where = PLACEHOLDER.sub("2026", path)
        for query in ({"q": "\0"}, {"status": "a\0"}, {"\0": "1"}):
            with client.get(where, query_string=query) as response:
                assert response.status_code < 500, path
        if "POST" in rows:
            with client.post(where, data=data) as response:
                assert 400 <= response.status_code < 500, path
    assert not stage.memory.changed()


def test_the_matrix_itself_has_every_address(app: Flask, database: World) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    assert rules == set(PATHS)
    assert all(family_of(path) for path in PATHS if "<" in path)


def test_the_matrix_itself_notices_what_is_written(stage: Stage) -> None:
    engine, write = stage.world.engine, "UPDATE categories SET name = name || '.'"
    assert engine is not None
    stage.cast[VISITOR].get("/")
    assert not stage.memory.changed()
    for statement in (write, f"/* */ {write}"):
        with engine.begin() as connection:
            connection.execute(text(statement))
        assert stage.memory.changed()
        assert not stage.memory.changed()
    with engine.connect() as connection:
        connection.execute(text(write))
        connection.rollback()
    assert not stage.memory.changed()


def test_the_matrix_itself_expects_refusals() -> None:
    assert expected("/platform/outbox", "GET", "consumer", has_token=False) == {403}
    assert expected("/platform/outbox", "GET", "anonymous", has_token=False) == {302}
    assert expected("/platform/outbox", "DELETE", "operator", has_token=True) == {405}
    assert expected("/checkout/placement", "POST", "buyer", has_token=True) == {403}
    assert expected("/checkout/placement", "POST", "consumer", has_token=False) == {400}


def test_the_matrix_itself_has_somebody_of_every_standing() -> None:
    assert {STANDING[name] for name in ONE_OF_EACH} == set(STANDING.values())
