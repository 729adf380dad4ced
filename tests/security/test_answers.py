"""What every answer carries, and what a session cookie is worth (bar A20)."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.wrappers import Response

from shop.app import create_app
from shop.web.headers import FIXED
from tests.shop.test_settings import SAFE
from tests.support.page import PageClient
from tests.support.stage import VISITOR, Stage, Tour
from tests.support.things import things_of

NONCE = re.compile(r"'nonce-([A-Za-z0-9_-]{22,})'")
COOKIES, COOKIES_LONG = 500, 10_000


def faults_of(response: Response) -> list[str]:
    found = [name for name, value in FIXED.items() if response.headers.get(name) != value]
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        found.append("Content-Security-Policy")
    return found


def test_every_page_of_everybody_carries_the_headers_and_is_not_kept(tour: Tour) -> None:
    """Pages, redirects and downloads; what a person sees alone stays in no cache."""
    nonces, faults = [], []
    for _name, visit in tour.visits:
        headers = visit.response.headers
        faults += [f"{visit.address}: {fault}" for fault in faults_of(visit.response)]
        if visit.endpoint not in {"static", "uploads.picture"}:
            if "no-store" not in headers.get("Cache-Control", ""):
                faults.append(f"{visit.address}: may be kept")
            if "Cookie" not in headers.get("Vary", ""):
                faults.append(f"{visit.address}: does not vary")
        nonces += NONCE.findall(headers.get("Content-Security-Policy", ""))
    assert faults == []
    assert len(nonces) == len(set(nonces)) > 300


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/official/totals.xlsx", 200), ("/official/orders.xlsx", 200), ("/healthz", 200),
        ("/static/css/base.css", 200), ("/static/../shop/config.py", 404), ("/nowhere", 404),
        ("/platform/outbox", 403), ("/checkout", 403), ("/sign-out", 405), ("/sign-in", 302),
        ("/?" + "a" * 9000, 414),
    ],
)  # fmt: skip
def test_every_class_of_answer_carries_the_headers(stage: Stage, address: str, status: int) -> None:
    with stage.cast["official"].client.get(address) as response:
        assert response.status_code == status
        assert faults_of(response) == []


def test_downloads_and_pictures_carry_the_headers(stage: Stage) -> None:
    engine = stage.world.engine
    assert engine is not None
    for family, name in (("/pictures/", "visitor"), ("/evidence/", "coop")):
        for public_id in things_of(engine, name, family, most=3).own:
            with stage.cast[name].client.get(family + public_id) as response:
                assert response.status_code == 200
                assert faults_of(response) == []
                assert "sandbox" in response.headers["Content-Security-Policy"]


def test_no_nonce_comes_twice(app: Flask, stage: Stage) -> None:
    client = app.test_client()
    found = set()
    for _ in range(1000):
        with client.get("/healthz") as response:
            found.update(NONCE.findall(response.headers["Content-Security-Policy"]))
    assert len(found) == 1000


@pytest.fixture
def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PageClient]:
    """The shop as in production, on a database with nothing in it."""
    for name, value in SAFE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/shop.sqlite3")
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.delenv("STRIPE_API_BASE")
    made = create_app()
    from shop.db import db

    with made.app_context():
        db.create_all()
    yield PageClient(made.test_client())
    with made.app_context():
        db.engine.dispose()


def test_the_cookie_of_production_is_kept_to_the_site(production: PageClient) -> None:
    page = production.get("/sign-in", base_url="https://shop.example")
    cookie = page.response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    assert "max-age=" in page.response.headers["Strict-Transport-Security"]


def test_production_knows_nobody_of_the_demonstration(production: PageClient) -> None:
    assert "demo-xiangyuan" not in production.get("/sign-in", base_url="https://shop.example").text


def mutated(value: str, chance: random.Random) -> str:
    """A cookie with letters changed, swapped, cut off, doubled, or made up altogether."""
    letters = list(value)
    kind = chance.randrange(6)
    if kind == 0:
        return "".join(chance.choice("abcXYZ019._-") for _ in range(chance.randrange(200)))
    if kind == 1:
        return value[: chance.randrange(len(value))]
    if kind == 2:
        return value + chance.choice([".", value, "A" * 5000, "=", "%00"])
    head, _, tail = value.partition(".")
    if kind == 3:
        return chance.choice(["." + head + "." + tail, head + ".." + tail, tail + "." + head])
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(letters) - 1)
        letters[place] = chance.choice("abcXYZ019._-")
    return "".join(letters)


def send_mutated(stage: Stage, many: int) -> None:
    chance = random.Random(20)
    cookies = [
        one.client.get_cookie("session") for name, one in stage.cast.items() if name != VISITOR
    ]
    known = [cookie.value for cookie in cookies if cookie is not None]
    client, faults = stage.app.test_client(use_cookies=False), []
    for _ in range(many):
        value = mutated(chance.choice(known), chance)
        if decoded(stage.app, value) in [decoded(stage.app, one) for one in known]:
            continue  # the last letter of a signature has bits that mean nothing
        with client.get("/account", headers={"Cookie": f"session={value}"}) as response:
            if response.status_code != 302 or not response.location.startswith("/sign-in"):
                faults.append(f"{response.status_code} for {value}")
    assert faults == []
    assert not stage.memory.changed()


def decoded(app: Flask, value: str) -> object:
    from itsdangerous import BadSignature

    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    try:
        return serializer.loads(value)
    except BadSignature:
        return object()


def test_no_made_up_cookie_signs_anybody_in(stage: Stage) -> None:
    send_mutated(stage, COOKIES)


@pytest.mark.long
def test_none_of_ten_thousand_made_up_cookies_signs_anybody_in(stage: Stage) -> None:
    send_mutated(stage, COOKIES_LONG)
