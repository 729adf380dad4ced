"""Signing up, in and out, and one's own account (bar A21)."""

import argon2
import pytest
from flask import Flask
from sqlalchemy import func, select

from shop.accounts import attempts, passwords
from shop.accounts.devices import device_words
from shop.accounts.models import SignInAttempt, User
from shop.config import ARGON2
from shop.db import db
from tests.support.database import World
from tests.support.page import PageClient
from tests.support.people import email_of, signed_in, try_sign_in

NEW = {
    "email": "Ulanqab@example.com",
    "name": "乌兰",
    "password": "马铃薯 很好吃 2026",
    "repeated": "马铃薯 很好吃 2026",
}


def sign_up(client: PageClient, *, status: int = 302, **changed: str) -> str:
    page = client.get("/sign-up")
    return client.submit(page, "sign-up", status=status, **{**NEW, **changed}).text


def test_a_new_consumer_is_signed_in_at_once(app: Flask, client: PageClient) -> None:
    sign_up(client)
    account = client.get("/account").text
    assert "乌兰" in account
    assert "ulanqab@example.com" in account
    assert "个人消费者" in account


def test_the_password_opens_the_account_again(app: Flask, client: PageClient) -> None:
    sign_up(client)
    other = PageClient(app.test_client())
    try_sign_in(other, "ULANQAB@example.com", NEW["password"])
    assert "乌兰" in other.get("/account").text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"email": "not-an-address"}, "请填写电子邮箱"),
        ({"email": "consumer@demo.example"}, "已经注册"),
        ({"email": "CONSUMER@demo.example"}, "已经注册"),
        ({"name": ""}, "请填写称呼"),
        ({"name": "x" * 41}, "最多 40 个字"),
        ({"name": "a\u202eb"}, "一行普通文字"),
        ({"password": "short12", "repeated": "short12"}, "8 到 200"),
        ({"password": "x1" * 101, "repeated": "x1" * 101}, "8 到 200"),
        ({"password": "woaini1314", "repeated": "woaini1314"}, "太常见"),
        ({"password": "ILOVEYOU1", "repeated": "ILOVEYOU1"}, "太常见"),
        ({"password": "aaaaaaaaaaab", "repeated": "aaaaaaaaaaab"}, "太简单"),
        ({"repeated": "something else"}, "不一样"),
        ({"role": "operator"}, "没有的内容"),
        ({"is_demo": "1"}, "没有的内容"),
    ],
)
def test_a_wrong_registration_is_refused_in_words(
    app: Flask, client: PageClient, changed: dict[str, str], words: str
) -> None:
    text = sign_up(client, status=422, **changed)
    assert words in text
    with app.app_context():
        count = select(func.count()).select_from(User).where(User.name == "乌兰")
        assert db.session.scalar(count) == 0


def test_long_passwords_are_taken(client: PageClient) -> None:
    long = "草原上的风" * 30
    sign_up(client, password=long, repeated=long)


def test_the_list_of_common_passwords_is_long() -> None:
    assert len(passwords.common_passwords()) >= 3000
    assert "password1" in passwords.common_passwords()


def test_the_real_parameters_are_argon2id_with_enough_memory() -> None:
    assert argon2.DEFAULT_RANDOM_SALT_LENGTH >= 16
    assert argon2.PasswordHasher().type is argon2.Type.ID
    assert ARGON2["memory_cost"] >= 46 * 1024


def test_an_outdated_hash_is_replaced_at_sign_in(app: Flask, client: PageClient) -> None:
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == email_of("consumer"))).one()
        old = argon2.PasswordHasher(time_cost=2, memory_cost=128, parallelism=1)
        user.password_hash = old.hash("demo-xiangyuan-2026")
        db.session.commit()
    try_sign_in(client, email_of("consumer"))
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == email_of("consumer"))).one()
        assert not passwords.is_outdated(user.password_hash)


def test_unknown_name_and_wrong_password_read_the_same(app: Flask, client: PageClient) -> None:
    unknown = try_sign_in(client, "nobody@example.com", "wrong-password", status=422)
    wrong = try_sign_in(client, email_of("consumer"), "wrong-password", status=422)
    said = [page.text.replace("nobody@example.com", "") for page in (unknown, wrong)]
    assert said[0] == said[1]
    assert "邮箱或密码不正确" in said[0]


def test_an_unknown_name_costs_one_hashing_as_well(
    app: Flask, database: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(passwords, "hash_password", calls.append)
    with app.app_context():
        assert not passwords.verify_password(None, "whatever")
    assert calls == ["whatever"]


def test_a_disabled_person_cannot_sign_in(app: Flask, client: PageClient) -> None:
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == email_of("consumer"))).one()
        user.disabled_at = user.created_at
        db.session.commit()
    try_sign_in(client, email_of("consumer"), status=422)


def test_demo_people_do_not_exist_in_production(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = signed_in(app, "operator")
    monkeypatch.setitem(app.config, "IS_DEMO", False)
    try_sign_in(client, email_of("operator"), status=422)
    inside.get("/platform/outbox", status=302)


def test_the_account_is_closed_after_ten_wrong_guesses(app: Flask, client: PageClient) -> None:
    for _ in range(attempts.PER_ACCOUNT):
        try_sign_in(client, email_of("consumer"), "wrong-password", status=422)
    page = try_sign_in(client, email_of("consumer"), status=429)
    assert "尝试次数过多" in page.text
    other = PageClient(app.test_client())
    try_sign_in(other, email_of("buyer"))


def test_a_forged_forwarding_header_buys_no_more_guesses(client: PageClient) -> None:
    page = client.get("/sign-in")
    for number in range(attempts.PER_ADDRESS[attempts.SIGN_IN]):
        form = page.form("sign-in").filled(email=f"n{number}@example.com", password="wrong-one")
        forged = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        client.post("/sign-in", form, status=422, headers=forged)
    form = page.form("sign-in").filled(email=email_of("consumer"), password="wrong-one")
    client.post("/sign-in", form, status=429, headers={"X-Forwarded-For": "198.51.100.7"})


def test_right_passwords_do_not_use_up_the_room(app: Flask, database: World) -> None:
    for _ in range(attempts.PER_ACCOUNT + 2):
        signed_in(app, "consumer")


def test_what_was_tried_is_not_kept_in_the_clear(app: Flask, client: PageClient) -> None:
    try_sign_in(client, "secret.person@example.com", "wrong-password", status=422)
    with app.app_context():
        kept = db.session.scalars(select(SignInAttempt.account)).all()
    assert kept
    assert not [name for name in kept if "@" in name]


def test_old_attempts_are_forgotten_by_a_job(app: Flask, client: PageClient) -> None:
    try_sign_in(client, "nobody@example.com", "wrong-password", status=422)
    with app.app_context():
        at = db.session.scalars(select(SignInAttempt.at)).first()
        assert at is not None
        assert attempts.forget_old(at) == 0
        assert attempts.forget_old(at + attempts.KEPT * 2) == 1


def test_changing_the_password_asks_for_the_old_one(app: Flask, database: World) -> None:
    client = signed_in(app, "buyer")
    page = client.get("/account/password")
    values = {"password": "a-new-long-password", "repeated": "a-new-long-password"}
    refused = client.submit(page, "password-form", status=422, current="wrong-one", **values)
    assert "现在的密码不正确" in refused.text


def test_staff_need_twelve_characters(app: Flask, database: World) -> None:
    client = signed_in(app, "buyer")
    page = client.get("/account/password")
    short = {"current": "demo-xiangyuan-2026", "password": "kumis-2026", "repeated": "kumis-2026"}
    assert "12 到 200" in client.submit(page, "password-form", status=422, **short).text


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("<script>alert(1)</script>", "未知设备"),
        (None, "未知设备"),
    ],
)  # fmt: skip
def test_a_device_reads_as_browser_and_system(app: Flask, agent: str | None, words: str) -> None:
    with app.test_request_context():
        assert device_words(agent) == words
