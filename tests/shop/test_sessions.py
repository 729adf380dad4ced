"""Sessions live and end at the server (bar A20)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from shop.accounts import attempts, operations
from shop.accounts.models import Membership, Organisation, User, UserSession
from shop.actor import Role, system_actor
from shop.db import db, transaction
from tests.support.database import World
from tests.support.page import PageClient
from tests.support.people import PASSWORD, email_of, signed_in, try_sign_in


def cookie_of(client: PageClient) -> str:
    cookie = client.client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def with_cookie(app: Flask, value: str) -> PageClient:
    client = PageClient(app.test_client())
    client.client.set_cookie("session", value)
    return client


def test_signing_in_gives_a_new_cookie_and_keeps_nothing_of_the_old(
    app: Flask, database: World
) -> None:
    client = PageClient(app.test_client())
    page = client.get("/sign-in")
    planted = cookie_of(client)
    with client.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    client.submit(page, "sign-in", email=email_of("consumer"), password=PASSWORD)
    with client.client.session_transaction() as session:
        assert "planted" not in session
    with_cookie(app, planted).get("/account", status=302)


def test_signing_in_again_kills_the_former_session(app: Flask, database: World) -> None:
    client = signed_in(app, "consumer")
    former = cookie_of(client)
    values = {
        "email": email_of("buyer"),
        "password": PASSWORD,
        "next": "",
        **client.get("/account").form("/sign-out").fields,
    }
    client.post("/sign-in", values)
    assert "采购经办人" in client.get("/account").text
    with_cookie(app, former).get("/account", status=302)


def test_a_cookie_does_nothing_after_signing_out(app: Flask, database: World) -> None:
    client = signed_in(app, "buyer")
    stolen = cookie_of(client)
    with_cookie(app, stolen).get("/account")
    client.submit(client.get("/account"), "/sign-out")
    with_cookie(app, stolen).get("/account", status=302)
    client.get("/account", status=302)


def test_a_changed_password_ends_every_other_session(app: Flask, database: World) -> None:
    here, there = signed_in(app, "buyer"), signed_in(app, "buyer")
    before = cookie_of(here)
    new = "an-entirely-new-one"
    page = here.get("/account/password")
    here.submit(page, "password-form", current=PASSWORD, password=new, repeated=new)
    here.get("/account")
    there.get("/account", status=302)
    with_cookie(app, before).get("/account", status=302)
    try_sign_in(PageClient(app.test_client()), email_of("buyer"), status=422)
    try_sign_in(PageClient(app.test_client()), email_of("buyer"), new)


def test_disabling_a_person_ends_their_sessions_at_once(app: Flask, database: World) -> None:
    client = signed_in(app, "buyer")
    with app.app_context(), transaction():
        user = db.session.scalars(select(User).where(User.email == email_of("buyer"))).one()
        user.disabled_at = user.created_at
    client.get("/account", status=302)


def test_one_session_can_be_ended_from_another(app: Flask, database: World) -> None:
    here, there = signed_in(app, "consumer"), signed_in(app, "consumer")
    page = here.get("/account/sessions")
    ends = [
        form.action for form in page.reader.forms if form.action.startswith("/account/sessions/")
    ]
    assert len(ends) == 2
    with app.app_context():
        newest = select(UserSession.public_id).order_by(UserSession.id.desc())
        there_id = db.session.scalars(newest).first()
    here.submit(page, f"/account/sessions/{there_id}/termination")
    there.get("/account", status=302)
    here.get("/account")


def test_another_persons_session_is_not_found(app: Flask, database: World) -> None:
    mine, other = signed_in(app, "consumer"), signed_in(app, "buyer")
    with app.app_context():
        newest = select(UserSession.public_id).order_by(UserSession.id.desc())
        foreign = db.session.scalars(newest).first()
    token = mine.get("/account").form("/sign-out").fields
    foreign_page = mine.post(f"/account/sessions/{foreign}/termination", token, status=404)
    unknown_page = mine.post("/account/sessions/AAAAAAAAAAAAAAAA/termination", token, status=404)
    assert foreign_page.text.split("请求编号")[0] == unknown_page.text.split("请求编号")[0]
    other.get("/account")


@pytest.mark.parametrize(
    ("person", "pause", "status"),
    [
        ("buyer", timedelta(minutes=29), 200),
        ("buyer", timedelta(minutes=31), 302),
        ("consumer", timedelta(days=13), 200),
        ("consumer", timedelta(days=15), 302),
    ],
)
def test_an_idle_session_ends(
    app: Flask, database: World, frozen_day: datetime, person: str, pause: timedelta, status: int
) -> None:
    client = signed_in(app, person)
    with time_machine.travel(frozen_day + pause, tick=True):
        client.get("/account", status=status)


def test_staff_sessions_end_after_twelve_hours_of_use(
    app: Flask, database: World, frozen_day: datetime
) -> None:
    client = signed_in(app, "buyer")
    for quarter in range(1, 48):
        with time_machine.travel(frozen_day + timedelta(minutes=15) * quarter, tick=True):
            client.get("/account")
    with time_machine.travel(frozen_day + timedelta(hours=12, minutes=1), tick=True):
        client.get("/account", status=302)


def test_a_session_is_marked_as_seen_once_a_minute(
    app: Flask, database: World, frozen_day: datetime
) -> None:
    client = signed_in(app, "buyer")

    def seen() -> datetime:
        with app.app_context():
            newest = select(UserSession.last_seen_at).order_by(UserSession.id.desc())
            found = db.session.scalars(newest).first()
            assert found is not None
            return found

    begun = seen()
    client.get("/account")
    assert seen() == begun
    with time_machine.travel(frozen_day + timedelta(minutes=5), tick=True):
        client.get("/account")
    assert seen() - begun > timedelta(minutes=4)


def test_a_member_of_two_units_chooses_for_whom_to_act(app: Flask, database: World) -> None:
    with app.app_context(), transaction():
        user = db.session.scalars(select(User).where(User.email == email_of("buyer"))).one()
        mine = select(Membership.organisation_id).where(Membership.user_id == user.id)
        other = db.session.scalars(
            select(Organisation).where(Organisation.id.not_in(mine)).order_by(Organisation.id)
        ).first()
        assert other is not None
        name, public_id = other.name, other.public_id
        roles, actor = [Role.INSTITUTION_APPROVER], system_actor("test")
        operations.add_memberships(user, other, roles, actor=actor, at=user.created_at)
    client = signed_in(app, "buyer")
    page = client.get("/account")
    assert "采购经办人" in page.text
    client.submit(page, "/account/organisation")
    page = client.get("/account")
    assert "采购审批人" in page.text
    assert name in page.text
    refused = {**page.form("/sign-out").fields, "organisation": "AAAAAAAAAAAAAAAAAAAAAA"}
    client.post("/account/organisation", refused, status=404)
    assert public_id not in client.get("/account").text


def test_a_hundred_parallel_guesses_count_as_a_hundred(app: Flask, database: World) -> None:
    def guess(number: int) -> int:
        client = app.test_client()
        reader = PageClient(client).get("/sign-in").form("sign-in")
        form = reader.filled(email=email_of("consumer"), password=f"guess-number-{number}")
        return client.post("/sign-in", data=form).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(guess, range(100)))
    assert answers.count(422) == attempts.PER_ACCOUNT
    assert answers.count(429) == 100 - attempts.PER_ACCOUNT


@pytest.mark.parametrize("value", ["", "null", "x.y.z", "a" * 5000, ".eJw", "session", "٣"])
def test_a_broken_cookie_is_nobody(app: Flask, database: World, value: str) -> None:
    client = PageClient(app.test_client())
    client.get(
        "/account", status=302, headers={"Cookie": f"session={value}".encode().decode("latin-1")}
    )


def test_the_cookie_is_kept_from_scripts_and_other_sites(app: Flask, database: World) -> None:
    page = PageClient(app.test_client()).get("/sign-in")
    cookie = page.response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
