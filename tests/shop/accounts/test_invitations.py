"""Colleagues: inviting them, joining, and ending what they are."""

import email
import json
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from shop.accounts import mail
from shop.accounts.invitations import operations, rules
from shop.accounts.invitations.models import Invitation
from shop.accounts.models import Membership, User, UserSession
from shop.accounts.sessions import begin_session, make_actor
from shop.actor import Actor, Role
from shop.audit import AuditEntry
from shop.clock import now
from shop.db import db, transaction
from shop.errors import NotAllowed
from shop.outbox import OutboxMessage
from shop.worker import Worker
from tests.support.database import World
from tests.support.page import Page, PageClient
from tests.support.people import PASSWORD, email_of, signed_in, try_sign_in

NEW = "/organisation/invitations/new"
EMAIL = "new.buyer@example.com"
GOOD: dict[str, Any] = {
    "name": "高娃",
    "password": "a-good-long-password",
    "repeated": "a-good-long-password",
}


def invited(client: PageClient, email: str = EMAIL, role: str = "institution_buyer") -> str:
    """Invite as a person would; the link's path."""
    page = client.get(NEW)
    shown = client.submit(page, "invitation", status=200, email=email, role=role)
    link = next(word for word in shown.text.split() if "/invitation?token=" in word)
    return link.removeprefix("http://localhost")


def visitor(app: Flask) -> PageClient:
    return PageClient(app.test_client())


def actor_of(name: str) -> Actor:
    user = db.session.scalars(select(User).where(User.email == email_of(name))).one()
    (membership,) = user.memberships
    return make_actor(user, membership.organisation, [membership.role])


def member_page(client: PageClient, app: Flask, name: str) -> str:
    with app.app_context():
        found = select(User.public_id).where(User.email == email_of(name))
        return f"/organisation/members/{db.session.scalars(found).one()}/termination"


def actions(app: Flask) -> list[str]:
    with app.app_context():
        found = select(AuditEntry.action).where(AuditEntry.action.like("accounts:%"))
        return list(db.session.scalars(found.order_by(AuditEntry.id)))


def test_a_new_colleague_opens_an_account_and_is_at_their_desk(app: Flask, database: World) -> None:
    approver = signed_in(app, "approver")
    link = invited(approver)
    client = visitor(app)
    page = client.get(link)
    assert "敖汉旗示范第一中学（演示）" in page.text
    assert "采购经办人" in page.text
    answer = client.submit(page, "new-member", **GOOD)
    assert answer.location == "/canteen"
    assert "采购经办人" in client.get("/account").text
    assert "高娃" in approver.get("/organisation/members").text
    assert "高娃 接受邀请，加入了本单位" in approver.get("/inbox").text
    assert actions(app)[-5:] == [
        "accounts:invitation:send", "accounts:account:register", "accounts:membership:begin",
        "accounts:invitation:accept", "accounts:session:begin",
    ]  # fmt: skip
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == EMAIL)).one()
        assert user.is_demo


def test_somebody_with_an_account_joins_with_it(app: Flask, database: World) -> None:
    link = invited(signed_in(app, "approver"), email_of("coop"), "institution_approver")
    client = visitor(app)
    page = client.get(link)
    entry = next(href for href in page.reader.links if href.startswith("/sign-in?next="))
    asked = client.get(entry)
    answer = client.submit(asked, "sign-in", email=email_of("coop"), password=PASSWORD)
    page = client.follow(answer)
    client.submit(page, "join", status=422, current="wrong-password")
    assert client.submit(page, "join", current=PASSWORD).location == "/canteen"
    account = client.get("/account").text
    assert "采购审批人" in account
    assert "合作社工作人员" in account


def test_a_short_password_must_be_changed_before_joining(app: Flask, database: World) -> None:
    short = "8-chars!"
    client = visitor(app)
    page = client.get("/sign-up")
    values: dict[str, Any] = {
        "email": "a@example.com",
        "name": "甲",
        "password": short,
        "repeated": short,
    }
    client.submit(page, "sign-up", **values)
    link = invited(signed_in(app, "approver"), "a@example.com")
    page = client.get(link)
    refused = client.submit(page, "join", status=422, current=short)
    assert "请先修改密码" in refused.text
    assert "个人消费者" in client.get("/account").text


def test_a_link_opens_once(app: Flask, database: World) -> None:
    link = invited(signed_in(app, "approver"))
    first, second = visitor(app), visitor(app)
    pages = [one.get(link) for one in (first, second)]
    first.submit(pages[0], "new-member", **GOOD)
    assert "已经用过" in second.submit(pages[1], "new-member", status=410, **GOOD).text
    assert "已经用过" in visitor(app).get(link, status=410).text


def test_a_link_lasts_seven_days(app: Flask, database: World, frozen_day: datetime) -> None:
    link = invited(signed_in(app, "approver"))
    with time_machine.travel(frozen_day + timedelta(days=6, hours=23), tick=True):
        page = visitor(app).get(link)
    with time_machine.travel(frozen_day + timedelta(days=7, minutes=1), tick=True):
        assert "已过期" in visitor(app).get(link, status=410).text
        visitor(app).post("/invitation/account", page.form("new-member").fields, status=400)


@pytest.mark.parametrize("token", ["", "A" * 43, "null", "字", "x" * 5000, "%00x", "../../etc"])
def test_a_link_that_is_none_says_so(client: PageClient, token: str) -> None:
    page = client.get("/invitation", query_string={"token": token}, status=404)
    assert "没有这份邀请" in page.text


def test_a_withdrawn_link_is_worthless(app: Flask, database: World) -> None:
    approver = signed_in(app, "approver")
    link = invited(approver)
    page = approver.get("/organisation/members")
    assert EMAIL in page.text
    approver.submit(page, "/withdrawal")
    members = approver.get("/organisation/members")
    assert "给 new.buyer@example.com 的邀请已撤回" in members.text
    assert "/withdrawal" not in members.response.get_data(as_text=True)
    assert "已被撤回" in visitor(app).get(link, status=410).text


def test_inviting_again_replaces_the_first_link(app: Flask, database: World) -> None:
    approver = signed_in(app, "approver")
    first, second = invited(approver), invited(approver)
    visitor(app).get(first, status=410)
    visitor(app).get(second)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"email": "nobody"}, "请填写电子邮箱"),
        ({"email": email_of("buyer")}, "已经是本单位成员"),
        ({"role": "operator"}, "不是"),
        ({"role": ""}, "请选择身份"),
        ({"organisation": "1"}, "没有的内容"),
    ],
)
def test_a_wrong_invitation_is_refused_in_words(
    app: Flask, database: World, values: dict[str, str], words: str
) -> None:
    client = signed_in(app, "approver")
    page = client.get(NEW)
    whole = {"email": EMAIL, "role": "institution_buyer", **values}
    refused = client.submit(page, "invitation", status=422, **whole)
    if "role" not in values or not values["role"]:
        assert words in refused.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


@pytest.mark.parametrize("field", ["name", "password", "repeated"])
def test_what_is_missing_is_asked_for_and_the_rest_kept(
    app: Flask, database: World, field: str
) -> None:
    link = invited(signed_in(app, "approver"))
    client = visitor(app)
    page = client.submit(client.get(link), "new-member", status=422, **{**GOOD, field: ""})
    if field != "name":
        assert page.form("new-member").fields["name"] == ["高娃"]
    assert page.form("new-member").fields["token"]


@pytest.mark.parametrize("name", ["consumer", "buyer", "receiver", "auditor"])
def test_who_may_not_invite_gets_no_form(app: Flask, database: World, name: str) -> None:
    client = signed_in(app, name)
    client.get(NEW, status=403)
    if name != "consumer":
        page = client.get("/organisation/members")
        assert "邀请同事" not in page.text
        assert "@demo.example" not in page.text


def test_a_buyer_cannot_make_the_one_who_approves(app: Flask, database: World) -> None:
    assert Role.INSTITUTION_BUYER not in rules.APPOINTS
    with app.test_request_context():
        with pytest.raises(NotAllowed), transaction():
            operations.invite(actor_of("buyer"), EMAIL, Role.INSTITUTION_APPROVER, at=now())
        assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_nobody_gives_a_role_of_another_kind_of_organisation() -> None:
    coop = rules.appointable(frozenset({Role.COOPERATIVE_STAFF}))
    assert coop == [Role.COOPERATIVE_STAFF]
    operator = rules.appointable(frozenset({Role.OPERATOR}))
    assert operator == [Role.OPERATOR, Role.AUDITOR]
    assert rules.appointable(frozenset({Role.AUDITOR})) == []


def test_the_token_is_nowhere_in_the_clear_and_the_letter_is_sealed(
    app: Flask, database: World
) -> None:
    token = invited(signed_in(app, "approver")).partition("token=")[2]
    with app.app_context():
        hashes = db.session.scalars(select(Invitation.token_hash)).all()
        statement = select(OutboxMessage).where(OutboxMessage.topic == mail.TOPIC)
        message = db.session.scalars(statement).one()
        assert token not in json.dumps(message.payload) + "".join(hashes)
        assert EMAIL not in json.dumps(message.payload)
        entries = [str(vars(one)) for one in db.session.scalars(select(AuditEntry))]
        assert not [one for one in entries if token in one or EMAIL in one]


def test_the_letter_brings_the_link(app: Flask, database: World) -> None:
    link = invited(signed_in(app, "approver"))
    with app.app_context():
        Worker().until_idle()
        (file,) = (Path(app.config["VAR_DIR"]) / "mail").glob("invitation-*.eml")
        letter = file.read_text()
        file.unlink()
    assert f"To: {EMAIL}" in letter
    text = email.message_from_string(letter, policy=default).get_content()
    assert link in text
    assert "敖汉旗示范第一中学（演示）" in text


def test_without_mail_the_page_says_to_hand_the_link_over(
    app: Flask, database: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(app, "approver")
    page = client.get(NEW)
    monkeypatch.setattr(mail, "is_possible", lambda: False)
    values = {"email": EMAIL, "role": "institution_buyer"}
    shown = client.submit(page, "invitation", status=200, **values)
    assert "没有配置发信" in shown.text
    with app.app_context():
        statement = select(func.count()).where(OutboxMessage.topic == mail.TOPIC)
        assert db.session.scalar(statement) == 0


def test_ending_a_membership_asks_first_and_ends_the_sessions(app: Flask, database: World) -> None:
    approver, buyer = signed_in(app, "approver"), signed_in(app, "buyer")
    address = member_page(approver, app, "buyer")
    asked = approver.get(address)
    assert "王守田" in asked.text
    buyer.get("/organisation/members")
    approver.submit(asked, "member-end")
    buyer.get("/organisation/members", status=302)
    assert "王守田" in approver.get("/organisation/members").text  # says who was taken out
    assert "王守田" not in approver.get("/organisation/members").text
    assert actions(app)[-1] == "accounts:membership:end"
    approver.get(address, status=404)
    again = PageClient(app.test_client())
    try_sign_in(again, email_of("buyer"))
    assert "个人消费者" in again.get("/account").text
    again.get("/canteen", status=403)


def test_who_was_taken_out_can_be_invited_again(app: Flask, database: World) -> None:
    approver = signed_in(app, "approver")
    approver.submit(approver.get(member_page(approver, app, "buyer")), "member-end")
    link = invited(approver, email_of("buyer"))
    client = signed_in(app, "buyer")
    assert client.submit(client.get(link), "join", current=PASSWORD).location == "/canteen"


def test_the_invitations_of_who_was_taken_out_go_too(app: Flask, database: World) -> None:
    with app.test_request_context(), transaction():
        actor = actor_of("approver")
        _, token = operations.invite(actor, EMAIL, Role.INSTITUTION_APPROVER, at=now())
    client = visitor(app)
    client.submit(client.get(f"/invitation?token={token}"), "new-member", **GOOD)
    second = invited(client, "third@example.com")
    approver = signed_in(app, "approver")
    with app.app_context():
        found = select(User.public_id).where(User.email == EMAIL)
        public_id = db.session.scalars(found).one()
    approver.submit(approver.get(f"/organisation/members/{public_id}/termination"), "member-end")
    visitor(app).get(second, status=410)


def test_nobody_takes_out_themselves_or_a_stranger(app: Flask, database: World) -> None:
    approver = signed_in(app, "approver")
    page = approver.get(member_page(approver, app, "approver"))
    assert "不能移除自己" in page.text
    token = page.form("/sign-out").fields
    approver.post(member_page(approver, app, "approver"), token, status=403)
    approver.get(member_page(approver, app, "coop"), status=404)
    approver.post(member_page(approver, app, "coop"), token, status=404)
    with app.app_context():
        ended = select(func.count()).where(Membership.ended_at.is_not(None))
        assert db.session.scalar(ended) == 0


def test_after_ten_minutes_it_is_asked_who_sits_there(
    app: Flask, database: World, frozen_day: datetime
) -> None:
    client = signed_in(app, "approver")
    page = client.get(NEW)
    with time_machine.travel(frozen_day + timedelta(minutes=11), tick=True):
        asked: Page = client.get(NEW, status=302)
        assert asked.location.startswith("/account/confirmation?next=")
        values = {"email": EMAIL, "role": "institution_buyer"}
        instead = client.submit(page, "invitation", status=403, **values)
        again = client.submit(instead, "confirming", status=422, confirmation="wrong-one")
        assert "密码不正确" in again.text
        sent = client.submit(again, "confirming", status=200, confirmation=PASSWORD)
        assert "邀请已发出" in sent.text


def test_confirming_gives_the_session_a_new_token(
    app: Flask, database: World, frozen_day: datetime
) -> None:
    client = signed_in(app, "approver")
    cookie = client.client.get_cookie("session")
    assert cookie is not None
    with time_machine.travel(frozen_day + timedelta(minutes=11), tick=True):
        page = client.get("/account/confirmation?next=/organisation/members")
        client.submit(page, "confirming", status=422, confirmation="wrong-one")
        answer = client.submit(page, "confirming", confirmation=PASSWORD)
        assert answer.location == "/organisation/members"
        client.get(NEW)
        old = PageClient(app.test_client())
        old.client.set_cookie("session", cookie.value)
        old.get("/account", status=302)
    assert actions(app)[-1] == "accounts:session:confirm"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_confirming_leads_nowhere_else(app: Flask, database: World, target: str) -> None:
    client = signed_in(app, "approver")
    page = client.get("/account/confirmation", query_string={"next": target})
    assert client.submit(page, "confirming", confirmation=PASSWORD).location == "/account"


def test_a_session_begun_without_proof_is_not_confirmed(app: Flask, database: World) -> None:
    with app.app_context(), app.test_request_context(), transaction():
        user = db.session.scalars(select(User).where(User.email == email_of("coop"))).one()
        begin_session(user, is_staff=True, at=now())
        db.session.flush()
        newest = select(UserSession.confirmed_at).order_by(UserSession.id.desc()).limit(1)
        assert db.session.scalars(newest).first() is None


def test_mail_goes_to_the_server_that_is_named(
    app: Flask, database: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over SMTP, encrypted where the server can, the same Message-ID at each try."""
    said: list[Any] = []

    class Server:
        def __init__(self, host: str, port: int, timeout: int) -> None:
            said.append((host, port))

        def __enter__(self) -> "Server":
            return self

        def __exit__(self, *_error: object) -> None:
            said.append("closed")

        def has_extn(self, name: str) -> bool:
            return name == "starttls"

        def starttls(self) -> None:
            said.append("starttls")

        def login(self, user: str, password: str) -> None:
            said.append((user, password))

        def send_message(self, message: EmailMessage) -> None:
            said.append(message["Message-ID"])

    monkeypatch.setattr("smtplib.SMTP", Server)
    monkeypatch.setitem(app.config, "MAIL_URL", "smtp://post:p%40ss@mail.example:2525")
    with app.app_context():
        with transaction():
            mail.leave(to=EMAIL, subject="题目", body="正文", message_id="one", at=now())
        assert Worker().until_idle() >= 1
    assert said == [
        ("mail.example", 2525), "starttls", ("post", "p@ss"), "<one@localhost>", "closed",
    ]  # fmt: skip
