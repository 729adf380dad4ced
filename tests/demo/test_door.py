"""The demonstration's door: everybody's card, one button each, and none of it elsewhere."""

import pytest
from flask import Flask
from sqlalchemy import select

from demo import tours
from demo.accounts import ACCOUNTS
from shop.accounts.models import User
from shop.audit import AuditEntry
from shop.db import db, transaction
from tests.support.database import World
from tests.support.page import PageClient
from tests.support.people import PEOPLE, email_of, signed_in

DESKS = {
    "consumer": "/", "buyer": "/canteen", "approver": "/canteen", "receiver": "/canteen",
    "coop": "/supplier", "enterprise": "/supplier", "reviewer": "/review",
}  # fmt: skip


def entered(app: Flask, name: str, client: PageClient | None = None) -> PageClient:
    client = client or PageClient(app.test_client())
    token = client.get("/demo").form("/demo/entrance").fields["csrf_token"]
    answer = client.post("/demo/entrance", {"csrf_token": token, "person": name})
    if name in DESKS:
        assert answer.location == DESKS[name]
    return client


def test_everybody_has_a_place_a_duty_and_something_to_try() -> None:
    placed = [name for audience in tours.AUDIENCES for name in audience.people]
    assert sorted(placed) == sorted(account.local for account in ACCOUNTS)
    assert set(tours.DUTIES) == set(tours.STEPS) == set(placed)
    assert {len(steps) for steps in tours.STEPS.values()} <= {2, 3}


def test_the_page_shows_the_four_audiences_with_a_button_each(client: PageClient) -> None:
    page = client.get("/demo")
    for words in ("消费者", "单位食堂", "合作社和企业", "主管部门和平台"):
        assert words in page.text
    buttons = [form for form in page.reader.forms if form.action == "/demo/entrance"]
    assert [form.fields["person"][0] for form in buttons] == list(PEOPLE)


def test_the_sign_in_page_leads_there(client: PageClient) -> None:
    assert "/demo" in client.get("/sign-in").reader.links


@pytest.mark.parametrize("name", PEOPLE)
def test_one_button_goes_in(app: Flask, database: World, name: str) -> None:
    client = entered(app, name)
    assert email_of(name) in client.get("/account").text


def test_going_in_ends_whatever_session_there_was(app: Flask, database: World) -> None:
    client = signed_in(app, "consumer")
    cookie = client.client.get_cookie("session")
    assert cookie is not None
    entered(app, "operator", client)
    assert email_of("operator") in client.get("/account").text
    former = PageClient(app.test_client())
    former.client.set_cookie("session", cookie.value)
    former.get("/account", status=302)


def test_going_in_is_recorded_and_proves_nothing(app: Flask, database: World) -> None:
    client = entered(app, "approver")
    with app.app_context():
        newest = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
        entry = db.session.scalars(newest).one()
        assert (entry.action, entry.after) == ("accounts:session:begin", {"proof": "demo"})
    asked = client.get("/organisation/invitations/new", status=302)
    assert asked.location.startswith("/account/confirmation")


@pytest.mark.parametrize("person", ["", "root", "consumer-1", "consumer@demo.example", "null", "0"])
def test_nobody_else_can_be_gone_in_as(client: PageClient, person: str) -> None:
    token = client.get("/demo").form("/demo/entrance").fields["csrf_token"]
    client.post("/demo/entrance", {"csrf_token": token, "person": person}, status=422)
    client.get("/account", status=302)


def test_it_takes_the_pages_own_token(client: PageClient) -> None:
    client.get("/demo")
    client.post("/demo/entrance", {"person": "operator"}, status=400)
    client.get("/account", status=302)


def test_outside_of_a_demonstration_there_is_no_such_door(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = client.get("/demo").form("/demo/entrance").fields["csrf_token"]
    monkeypatch.setitem(app.config, "IS_DEMO", False)
    monkeypatch.setitem(app.extensions, "kept_parts", {})
    client.get("/demo", status=404)
    client.post("/demo/entrance", {"csrf_token": token, "person": "operator"}, status=404)
    assert "/demo" not in client.get("/sign-in").reader.links


def test_a_real_person_of_that_address_is_not_entered(app: Flask, client: PageClient) -> None:
    with app.app_context(), transaction():
        statement = select(User).where(User.email == email_of("operator"))
        db.session.scalars(statement).one().is_demo = False
    token = client.get("/demo").form("/demo/entrance").fields["csrf_token"]
    client.post("/demo/entrance", {"csrf_token": token, "person": "operator"}, status=404)
    client.get("/account", status=302)
