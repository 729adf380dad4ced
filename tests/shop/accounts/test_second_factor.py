"""The second factor: setting it up, signing in with it, losing the telephone, turning it off."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from shop.accounts import attempts, sessions
from shop.accounts.factors import challenges, operations, recovery, rules, totp
from shop.accounts.factors.models import RecoveryCode, SecondFactor, SignInChallenge
from shop.accounts.models import Notice, User
from shop.actor import Role
from shop.audit import AuditEntry
from shop.clock import now
from shop.db import db, transaction
from tests.support.database import World
from tests.support.grid import GRID
from tests.support.page import Page, PageClient
from tests.support.people import PASSWORD, email_of, signed_in, try_sign_in

SETTING_UP = "/account/second-factor/new"
STEP = timedelta(seconds=totp.STEP_SECONDS)


def secret_on(page: Page) -> str:
    """What the page says in fours."""
    found = page.text.partition("（类型：基于时间）： ")[2].split(" 2. ")[0]
    return found.replace(" ", "")


def switched_on(client: PageClient) -> tuple[str, list[str]]:
    """Set up as a person would; the secret and the recovery codes."""
    page = client.get(SETTING_UP)
    secret = secret_on(page)
    code = totp.code_of(secret, totp.step_at(now()))
    shown = client.submit(page, "second-factor", status=200, code=code)
    words = [word for word in shown.text.split() if word.count("-") == 2 and len(word) == 14]
    return secret, words


def at_the_code(app: Flask, name: str, **options: Any) -> tuple[PageClient, Page]:
    client = PageClient(app.test_client())
    answer = try_sign_in(client, email_of(name), **options)
    return client, client.follow(answer)


def actions(app: Flask) -> list[str]:
    with app.app_context():
        found = select(AuditEntry.action).where(AuditEntry.action.like("accounts:%"))
        return list(db.session.scalars(found.order_by(AuditEntry.id)))


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    """RFC 6238, appendix B, the last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    at = datetime.fromtimestamp(second).astimezone()
    assert totp.matching_step(secret, code, at=at) == second // 30
    assert totp.matching_step(secret, code, at=at + STEP * 2) is None


def test_recovery_codes_are_ten_unlike_ones_and_read_however_typed(app: Flask) -> None:
    codes = recovery.new_codes()
    assert len(set(codes)) == 10
    with app.app_context():
        assert recovery.code_hash(codes[0]) == recovery.code_hash(f" {codes[0].lower()} ")
        assert recovery.code_hash(codes[0]) == recovery.code_hash(codes[0].replace("-", ""))
        assert codes[0] not in recovery.code_hash(codes[0])


def test_setting_up_shows_a_picture_and_the_codes_once(app: Flask, database: World) -> None:
    client = signed_in(app, "approver")
    page = client.get(SETTING_UP)
    assert "<svg" in page.response.get_data(as_text=True)
    _, codes = switched_on(client)
    assert len(codes) == 10
    state = client.get("/account/second-factor").text
    assert "已开启" in state
    assert "剩余恢复码 10 个" in state
    assert not [code for code in codes if code in state]
    client.get(SETTING_UP, status=302)
    assert actions(app)[-1] == "accounts:second_factor:begin"


def test_nothing_of_it_is_kept_in_the_clear(app: Flask, database: World) -> None:
    secret, codes = switched_on(signed_in(app, "approver"))
    with app.app_context():
        sealed = db.session.scalars(select(SecondFactor.secret_cipher)).one()
        hashes = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert secret not in sealed
    assert sealed.startswith("A256GCM.")
    assert len(hashes) == 10
    assert not [code for code in codes for kept in hashes if code.replace("-", "") in kept]


def test_a_wrong_code_keeps_the_picture_and_turns_nothing_on(app: Flask, database: World) -> None:
    client = signed_in(app, "approver")
    page = client.get(SETTING_UP)
    again = client.submit(page, "second-factor", status=422, code="000000")
    assert "验证码不正确" in again.text
    assert secret_on(again) == secret_on(page)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SecondFactor)) == 0


def test_a_picture_of_yesterday_or_of_another_person_is_worth_nothing(
    app: Flask, database: World, frozen_day: datetime
) -> None:
    other = signed_in(app, "approver").get(SETTING_UP)
    client = signed_in(app, "buyer")
    page = client.get(SETTING_UP)
    foreign = other.form("second-factor").fields["secret"]
    code = totp.code_of(secret_on(other), totp.step_at(now()))
    client.submit(page, "second-factor", status=422, secret=foreign, code=code)
    mine = totp.code_of(secret_on(page), totp.step_at(frozen_day + timedelta(minutes=29)))
    with app.app_context(), transaction():
        db.session.execute(sessions.UserSession.__table__.update().values(confirmed_at=None))  # type: ignore[attr-defined]
    with time_machine.travel(frozen_day + timedelta(minutes=29), tick=True):
        asked = client.submit(page, "second-factor", status=403, code=mine)
        client.submit(asked, "confirming", status=200, confirmation=PASSWORD)


@pytest.mark.parametrize("code", [*GRID, "12345", "1234567", "abcdef", "１２３４５６", "12 3456"])
def test_what_is_no_code_is_refused_at_the_field(app: Flask, database: World, code: str) -> None:
    client = signed_in(app, "approver")
    page = client.get(SETTING_UP)
    assert "6 位数字" in client.submit(page, "second-factor", status=422, code=code).text


def test_signing_in_asks_for_the_code_and_opens_nothing_before(
    app: Flask, database: World, frozen_day: datetime
) -> None:
    secret, _ = switched_on(signed_in(app, "approver"))
    with time_machine.travel(frozen_day + STEP * 3, tick=True):
        client, page = at_the_code(app, "approver", next="/inbox")
        client.get("/account", status=302)
        client.get("/canteen", status=302)
        code = totp.code_of(secret, totp.step_at(now()))
        entered = client.submit(page, "sign-in-code", code=f"{code[:3]} {code[3:]}")
        assert entered.location == "/inbox"
        assert "审批人" in client.get("/account").text


def test_a_code_is_taken_once(app: Flask, database: World, frozen_day: datetime) -> None:
    secret, _ = switched_on(signed_in(app, "approver"))
    with time_machine.travel(frozen_day + STEP * 3, tick=False):
        code = totp.code_of(secret, totp.step_at(now()))
        first, page = at_the_code(app, "approver")
        first.submit(page, "sign-in-code", code=code)
        second, page = at_the_code(app, "approver")
        assert "已用过" in second.submit(page, "sign-in-code", status=422, code=code).text


def test_the_code_that_set_it_up_opens_no_door(app: Flask, database: World) -> None:
    secret, _ = switched_on(signed_in(app, "approver"))
    client, page = at_the_code(app, "approver")
    code = totp.code_of(secret, totp.step_at(now()))
    client.submit(page, "sign-in-code", status=422, code=code)


def test_of_fifty_parallel_uses_one_is_taken(
    app: Flask, database: World, frozen_day: datetime
) -> None:
    secret, _ = switched_on(signed_in(app, "approver"))
    with app.app_context():
        statement = select(User.id).where(User.email == email_of("approver"))
        user_id = db.session.scalars(statement).one()
    at = frozen_day + STEP * 5
    code = totp.code_of(secret, totp.step_at(at))

    def use(_number: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    operations.use_code(user_id, code, at=at)
            except operations.WrongCode:
                return False
            return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(use, range(50))) == 1


def test_five_wrong_codes_lead_back_to_the_password(app: Flask, database: World) -> None:
    switched_on(signed_in(app, "approver"))
    client, page = at_the_code(app, "approver")
    for _ in range(challenges.MOST_TRIES):
        client.submit(page, "sign-in-code", status=422, code="000000")
    answer = client.submit(page, "sign-in-code", status=409, code="000000")
    assert "重新填写邮箱和密码" in answer.text


def test_new_passwords_buy_no_more_codes(app: Flask, database: World) -> None:
    switched_on(signed_in(app, "approver"))
    for _ in range(attempts.PER_ACCOUNT_CODES):
        client, page = at_the_code(app, "approver")
        client.submit(page, "sign-in-code", status=422, code="000000")
    client, page = at_the_code(app, "approver")
    client.submit(page, "sign-in-code", status=429, code="000000")


def test_half_a_sign_in_lasts_five_minutes(
    app: Flask, database: World, frozen_day: datetime
) -> None:
    secret, _ = switched_on(signed_in(app, "approver"))
    client, page = at_the_code(app, "approver")
    with time_machine.travel(frozen_day + timedelta(minutes=6), tick=True):
        code = totp.code_of(secret, totp.step_at(now()))
        client.submit(page, "sign-in-code", status=409, code=code)


def test_without_a_password_there_is_nothing_to_ask(client: PageClient) -> None:
    assert client.get("/sign-in/code", status=302).location == "/sign-in"


def test_a_recovery_code_opens_once_and_is_told(app: Flask, database: World) -> None:
    _, codes = switched_on(signed_in(app, "approver"))
    for status in (302, 422):
        client, _page = at_the_code(app, "approver")
        other = client.get("/sign-in/code?recovery=1")
        client.submit(other, "sign-in-code", status=status, code=codes[3].lower())
    client, _page = at_the_code(app, "approver")
    client.submit(client.get("/sign-in/code?recovery=1"), "sign-in-code", code=codes[4])
    assert "使用了一个恢复码，还剩 8 个" in client.get("/inbox").text


def test_new_recovery_codes_make_the_old_ones_worthless(app: Flask, database: World) -> None:
    client = signed_in(app, "approver")
    _, old = switched_on(client)
    page = client.get("/account/second-factor")
    shown = client.submit(page, "recovery-codes", status=200).text
    assert not [code for code in old if code in shown]
    other, _ = at_the_code(app, "approver")
    asked = other.get("/sign-in/code?recovery=1")
    other.submit(asked, "sign-in-code", status=422, code=old[0])


def test_turning_it_off_asks_for_password_and_code(app: Flask, database: World) -> None:
    client = signed_in(app, "approver")
    _, codes = switched_on(client)
    page = client.get("/account/second-factor/termination")
    form = "second-factor-end"
    client.submit(page, form, status=422, password="wrong-password", code=codes[0])
    client.submit(page, form, status=422, password=PASSWORD, code="000000")
    assert "已开启" in client.get("/account/second-factor").text
    client.submit(page, form, password=PASSWORD, code=codes[0])
    assert "未开启" in client.get("/account/second-factor").text
    assert actions(app)[-1] == "accounts:second_factor:end"
    try_sign_in(PageClient(app.test_client()), email_of("approver"))
    with app.app_context():
        kinds = set(db.session.scalars(select(Notice.kind).where(Notice.url.like("%second%"))))
    assert kinds == {"second_factor_on", "second_factor_off", "recovery_code_used"}


def test_changing_the_password_does_not_get_around_it(app: Flask, database: World) -> None:
    client = signed_in(app, "approver")
    switched_on(client)
    new = "an-entirely-new-one"
    page = client.get("/account/password")
    client.submit(page, "password-form", current=PASSWORD, password=new, repeated=new)
    other = PageClient(app.test_client())
    assert "/sign-in/code" in try_sign_in(other, email_of("approver"), new).location


@pytest.mark.parametrize("name", ["approver", "official", "reviewer", "operator", "auditor"])
def test_whoever_decides_is_advised_to(app: Flask, database: World, name: str) -> None:
    assert "建议开启两步验证" in signed_in(app, name).get("/account").text


@pytest.mark.parametrize("name", ["consumer", "buyer", "coop"])
def test_others_may_and_are_not_pressed(app: Flask, database: World, name: str) -> None:
    client = signed_in(app, name)
    assert "建议开启两步验证" not in client.get("/account").text
    client.get(SETTING_UP)


def test_from_its_day_on_a_role_must_have_one(
    app: Flask, database: World, frozen_day: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_FROM", date(2026, 7, 1))
    client = signed_in(app, "official")
    client.get("/organisation/members")
    monkeypatch.setitem(app.config, "SECOND_FACTOR_FROM", date(2026, 6, 30))
    assert client.get("/organisation/members", status=302).location == SETTING_UP
    token = client.get("/account").form("/sign-out").fields
    client.post("/inbox/reading", {**token, "newest": "1"}, status=403)
    client.get("/nowhere", status=404)
    switched_on(client)
    client.get("/organisation/members")
    signed_in(app, "buyer").get("/organisation/members")


def test_the_rule_knows_its_roles_and_its_day() -> None:
    day, approver = date(2026, 9, 1), frozenset({Role.INSTITUTION_APPROVER})
    assert rules.is_required(approver, since=day, on=day)
    assert not rules.is_required(approver, since=day, on=date(2026, 8, 31))
    assert not rules.is_required(approver, since=None, on=day)
    assert not rules.is_required(frozenset({Role.INSTITUTION_BUYER}), since=day, on=day)


def test_old_challenges_are_forgotten_by_a_job(app: Flask, database: World) -> None:
    switched_on(signed_in(app, "approver"))
    at_the_code(app, "approver")
    with app.app_context():
        assert challenges.forget_old(now()) == 0
        assert challenges.forget_old(now() + challenges.KEPT * 2) == 1
        assert db.session.scalar(select(func.count()).select_from(SignInChallenge)) == 0
