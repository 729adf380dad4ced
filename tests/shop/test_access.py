"""Denied by default, forms with tokens, headers on every answer, exits to own paths only."""

from collections.abc import Iterator

import pytest
from flask import Flask, abort

from shop import access
from shop.actor import ANONYMOUS, Actor, Role
from shop.app import create_app
from shop.db import db
from shop.web.headers import FIXED
from shop.web.paths import own_path
from tests.support.database import World
from tests.support.page import PageClient
from tests.support.people import PEOPLE, email_of, signed_in, try_sign_in

STRANGE_PATHS = [
    "//evil.example", "///evil.example", "////evil.example/a", "/\\evil.example", "\\\\evil.example",
    "\\/evil.example", "/\\/evil.example", "https://evil.example", "http://evil.example",
    "https:evil.example", "http:/evil.example", "HTTPS://evil.example", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "data:text/html,x", "mailto:a@evil.example", "ftp://evil.example",
    "\thttps://evil.example", " //evil.example", "/\t/evil.example", "/\n/evil.example",
    "/\r\nSet-Cookie: a=b", "/a b", "evil.example", "@evil.example", "user@evil.example/",
    "?next=//evil.example", "#//evil.example", "", "/\x00", "/a\\b", "/" + "a" * 2001,
    "/\x0b/evil.example", "//[::1]", "///", "/\x85",
]  # fmt: skip


@pytest.mark.parametrize("target", [path for path in STRANGE_PATHS if path != "/\x85"])
def test_an_exit_to_elsewhere_leads_home(target: str) -> None:
    assert own_path(target, "/home") == "/home"


@pytest.mark.parametrize("target", ["/", "/orders", "/products?county=150430&page=2", "/a#b"])
def test_an_own_path_is_kept(target: str) -> None:
    assert own_path(target, "/home") == target


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https:evil.example"])
def test_signing_in_leads_to_own_pages_only(app: Flask, client: PageClient, target: str) -> None:
    page = try_sign_in(client, email_of("auditor"), next=target)
    assert page.location.startswith("/")
    assert "evil" not in page.location


def test_signing_in_leads_back_to_the_page_asked_for(app: Flask, client: PageClient) -> None:
    asked = client.get("/platform/audit?action=accounts", status=302)
    assert asked.location == "/sign-in?next=/platform/audit?action%3Daccounts"
    page = try_sign_in(client, email_of("auditor"), next="/platform/audit?action=accounts")
    assert page.location == "/platform/audit?action=accounts"


def test_an_empty_or_unknown_grant_allows_nobody() -> None:
    policy = access.Policy()
    policy.add({"a:b:c": (), "a:b:d": ((),), "a:b:e": ((access.operator, access.auditor),)})
    operator = Actor(name="", user_id=1, roles=frozenset({Role.OPERATOR}))
    both = Actor(name="", user_id=1, roles=frozenset({Role.OPERATOR, Role.AUDITOR}))
    for actor in (ANONYMOUS, operator, both):
        assert not policy.allows(actor, "a:b:c")
        assert not policy.allows(actor, "a:b:d")
        assert not policy.allows(actor, "a:b:x")
        assert not policy.allows(actor, "")
    assert not policy.allows(operator, "a:b:e")
    assert policy.allows(both, "a:b:e")


def test_a_permission_is_granted_in_one_place() -> None:
    policy = access.Policy()
    policy.add({"a:b:c": ()})
    with pytest.raises(ValueError, match="granted twice"):
        policy.add({"a:b:c": ((access.operator,),)})


@pytest.fixture
def strange_app(database: World) -> Iterator[Flask]:
    """The shop with three views that do not belong to it."""
    app = create_app({"TESTING": False, "PROPAGATE_EXCEPTIONS": False})
    app.add_url_rule("/undeclared", "undeclared", lambda: "secret")

    def fail() -> str:
        raise RuntimeError("a fault of ours")

    app.add_url_rule("/fault", "fault", access.public(fail))
    app.add_url_rule("/too-large", "too_large", access.public(lambda: abort(413)))
    app.add_url_rule("/unknown-permission", "unknown", access.requires("x:y:z")(lambda: "secret"))
    yield app
    with app.app_context():
        db.engine.dispose()
    database.written = True  # through an engine that the world does not watch


def test_a_view_without_a_policy_is_served_to_nobody(strange_app: Flask) -> None:
    for person in (None, "operator"):
        client = signed_in(strange_app, person) if person else PageClient(strange_app.test_client())
        assert "secret" not in client.get("/undeclared", status=403).text


def test_a_permission_that_nobody_granted_is_refused(strange_app: Flask) -> None:
    client = signed_in(strange_app, "operator")
    assert "secret" not in client.get("/unknown-permission", status=403).text


def check_headers(headers: object, path: str) -> str:
    found = dict(headers)  # type: ignore[call-overload]
    for name, value in FIXED.items():
        assert found.get(name) == value, (path, name)
    policy = str(found["Content-Security-Policy"])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    return policy


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sign-in", 200), ("/healthz", 200), ("/account", 302), ("/nowhere", 404),
        ("/too-large", 413), ("/fault", 500), ("/undeclared", 403), ("/sign-out", 405),
        ("/static/css/base.css", 200), ("/static/nothing.css", 404), ("/sign-in/", 404),
        ("/Sign-In", 404),
    ],
)  # fmt: skip
def test_every_kind_of_answer_carries_the_headers(
    strange_app: Flask, path: str, status: int
) -> None:
    with strange_app.test_client() as client, client.get(path) as response:
        assert response.status_code == status
        check_headers(response.headers, path)
        if not path.startswith("/static"):
            assert response.headers["Cache-Control"] == "no-store"
            assert "Cookie" in response.headers["Vary"]


def test_a_fault_of_ours_shows_nothing_of_itself(strange_app: Flask) -> None:
    page = PageClient(strange_app.test_client()).get("/fault", status=500)
    assert "RuntimeError" not in page.text
    assert "a fault of ours" not in page.text
    assert "请求编号" in page.text


def test_every_answer_has_a_nonce_of_its_own(app: Flask, client: PageClient) -> None:
    pages = [client.get("/sign-in") for _ in range(3)]
    policies = {check_headers(page.response.headers, "/sign-in") for page in pages}
    assert len(policies) == 3
    nonce = pages[0].response.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in pages[0].response.get_data(as_text=True)


WRITES = [
    "/sign-in", "/sign-up", "/sign-out", "/account/password", "/account/organisation",
    "/account/sessions/x/termination", "/inbox/reading", "/platform/outbox/1/replay", "/language",
]  # fmt: skip


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("token", [None, "", "null", "another"])
def test_a_form_without_its_own_token_is_refused(
    app: Flask, database: World, path: str, token: str | None
) -> None:
    client = signed_in(app, "operator")
    if token == "another":
        token = signed_in(app, "auditor").get("/account").form("/sign-out").fields["csrf_token"][0]
    client.post(path, {} if token is None else {"csrf_token": token}, status=400)
    client.post(path, '{"csrf_token": ""}', status=400, content_type="text/plain")
    client.get("/account")


@pytest.mark.parametrize("path", ["/platform/outbox/1/replay", "/sign-out", "/inbox/reading"])
def test_a_method_header_turns_no_reading_into_writing(
    app: Flask, database: World, path: str
) -> None:
    client = signed_in(app, "operator")
    client.get(path, status=405, headers={"X-HTTP-Method-Override": "POST"})


def test_a_user_header_signs_nobody_in(client: PageClient) -> None:
    forged = {"X-Forwarded-User": email_of("operator"), "Remote-User": email_of("operator")}
    client.get("/platform/outbox", status=302, headers=forged)


EVERYBODY = {"/account", "/account/password", "/inbox"}
MATRIX = {"/platform/outbox": {"operator", "auditor"}, "/platform/audit": {"operator", "auditor"}}


@pytest.mark.parametrize("person", PEOPLE)
def test_who_may_read_what(app: Flask, database: World, person: str) -> None:
    client = signed_in(app, person)
    for path in EVERYBODY:
        client.get(path)
    for path, people in MATRIX.items():
        client.get(path, status=200 if person in people else 403)


@pytest.mark.parametrize("person", [name for name in PEOPLE if name != "operator"])
def test_only_an_operator_replays(app: Flask, database: World, person: str) -> None:
    client = signed_in(app, person)
    token = client.get("/account").form("/sign-out").fields
    client.post("/platform/outbox/1/replay", token, status=403)


@pytest.mark.parametrize("path", [*sorted(EVERYBODY), *MATRIX])
def test_strangers_are_asked_to_sign_in(client: PageClient, path: str) -> None:
    assert client.get(path, status=302).location == f"/sign-in?next={path}"
