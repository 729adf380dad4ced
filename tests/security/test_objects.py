"""Another's thing and a thing that does not exist cannot be told apart (bar A17)."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.page import CSRF_FIELD, PageClient
from tests.support.policy import STANDING, Row, agreed
from tests.support.stage import CAST, Stage
from tests.support.things import family_of, filled, things_of

CHANGING = re.compile(
    r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|(?<=<span class="error-request">)[0-9a-f]{16}'
)
NOT_EVERY_ONE = {"batches.show_conformity"}  # the demonstration world has issued none yet
WITH_ID = [row for row in agreed() if "<" in row["path"] and row["endpoint"] != "static"]


def send(client: PageClient, row: Row, value: str, token: str) -> TestResponse:
    method = row["methods"][-1]  # POST where there are both
    data = {CSRF_FIELD: token} if method == "POST" else None
    return client.client.open(filled(row["path"], value), method=method, data=data)


def told(response: TestResponse, value: str) -> tuple[object, ...]:
    """An answer without what differs from one request to the next, and without the id itself."""
    with response:
        body = response.get_data(as_text=True).replace(value, "ID")
    headers = {
        (name, value) for name, value in response.headers
        if name not in {"Content-Security-Policy", "Set-Cookie", "Content-Length"}
    }  # fmt: skip
    return response.status_code, CHANGING.sub("", body), frozenset(headers)


@pytest.mark.parametrize("row", WITH_ID, ids=lambda row: f"{row['endpoint']}")
def test_every_route_with_an_id_says_whose_it_is(row: Row) -> None:
    assert family_of(row["path"])


@pytest.mark.parametrize("name", CAST)
def test_anothers_is_answered_like_what_does_not_exist(stage: Stage, name: str) -> None:
    engine, client, token = stage.world.engine, stage.cast[name], stage.tokens[name]
    assert engine is not None
    differences, asked = [], 0
    for row in WITH_ID:
        if STANDING[name] not in row["roles"]:
            continue
        things = things_of(engine, name, row["path"])
        nothing = told(send(client, row, things.missing, token), things.missing)
        if nothing[0] not in {404}:
            differences.append(f"{row['methods']} {row['path']}: missing gave {nothing[0]}")
        for other in things.others:
            asked += 1
            answer = told(send(client, row, other, token), other)
            if answer != nothing:
                differences.append(f"{row['methods']} {row['path']} {other}: {answer[0]}")
    assert differences == []
    assert asked > 0
    assert not stage.memory.changed()


@pytest.mark.parametrize("name", CAST)
def test_ones_own_is_found(stage: Stage, name: str) -> None:
    engine, client = stage.world.engine, stage.cast[name]
    assert engine is not None
    lost = []
    for row in WITH_ID:
        if STANDING[name] not in row["roles"] or row["methods"] != ["GET"]:
            continue
        own = things_of(engine, name, row["path"], most=12).own
        if row["endpoint"] in NOT_EVERY_ONE:
            continue
        answers = set()
        for value in own:
            with send(client, row, value, "") as response:
                answers.add(response.status_code)
        if (own and not answers & {200, 302, 303}) or any(answer >= 500 for answer in answers):
            lost.append(f"{row['path']}: {sorted(answers)}")
    assert lost == []
    assert not stage.memory.changed()


def test_ids_in_addresses_cannot_be_guessed(app: Flask, stage: Stage) -> None:
    """128 random bits: 22 characters of 64. Numbers of orders say the day, and open nothing."""
    engine = stage.world.engine
    assert engine is not None
    for row in WITH_ID:
        if "<public_id>" in row["path"]:
            for value in things_of(engine, "operator", row["path"]).others:
                assert re.fullmatch(r"[A-Za-z0-9_-]{22}", value), row["path"]
