"""One's own account: its cards, the profile, the devices, the data, the inbox."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from shop.accounts.inbox_views import day_heading
from shop.accounts.models import Notice, User
from shop.accounts.notices import notify
from shop.audit import AuditEntry
from shop.db import db, transaction
from tests.support.counting import Queries
from tests.support.database import World
from tests.support.page import PageClient
from tests.support.people import PEOPLE, email_of, signed_in

PROFILE: dict[str, Any] = {"name": "林小满", "locale": "en", "theme": "dark"}


def user_id(name: str) -> int:
    return db.session.scalars(select(User.id).where(User.email == email_of(name))).one()


def fill_inbox(app: Flask, name: str, at: datetime, count: int = 1, **values: str) -> None:
    with app.app_context(), transaction():
        whose = user_id(name)
        db.session.execute(update(Notice).where(Notice.user_id == whose).values(read_at=at))
        for number in range(count):
            notify(
                kind="purchase_paid",
                subject=f"P{number}",
                dedupe_key=f"test:{at.isoformat()}:{number}",
                at=at,
                user_id=whose,
                **values,  # type: ignore[arg-type]
            )


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_has_their_cards_in_their_own_frame(
    app: Flask, database: World, name: str
) -> None:
    client = signed_in(app, name)
    page = client.get("/account")
    for words in ("个人资料", "登录与安全", "单位与身份", "消息与订单"):
        assert words in page.text
    html = page.response.get_data(as_text=True)
    assert ("is-desk" in html) is (name != "consumer")
    for address in ("/account/profile", "/account/password", "/account/sessions",
                    "/account/second-factor", "/inbox"):  # fmt: skip
        assert address in page.reader.links
        client.get(address)


def test_the_account_costs_few_queries(
    app: Flask, database: World, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    client = signed_in(app, "approver")
    for address in ("/account", "/account/sessions", "/inbox", "/organisation/members",
                    "/account/profile", "/account/second-factor", "/demo"):  # fmt: skip
        with count_queries() as queries:
            client.get(address)
        assert queries.count <= 12, address


def test_name_language_and_look_are_kept_with_the_person(app: Flask, database: World) -> None:
    client = signed_in(app, "consumer")
    client.submit(client.get("/account/profile"), "profile", **PROFILE)
    html = client.get("/account/profile").response.get_data(as_text=True)
    assert '<html lang="en" data-theme="dark"' in html
    elsewhere = signed_in(app, "consumer")
    html = elsewhere.get("/account").response.get_data(as_text=True)
    assert '<html lang="en" data-theme="dark"' in html
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).all()
        after = [one.after for one in entry if one.action == "accounts:profile:change"]
    assert after == [{"fields": ["name", "locale", "theme"]}]


def test_nothing_changed_is_nothing_recorded(app: Flask, database: World) -> None:
    client = signed_in(app, "consumer")
    for _ in range(2):
        client.submit(client.get("/account/profile"), "profile", **PROFILE)
    with app.app_context():
        action = AuditEntry.action == "accounts:profile:change"
        assert len(db.session.scalars(select(AuditEntry).where(action)).all()) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "请填写称呼"),
        ({"name": "字" * 41}, "最多 40 个字"),
        ({"locale": "tlh"}, "请先改正"),
        ({"theme": "pink"}, "请先改正"),
        ({"email": "x@example.com"}, "没有的内容"),
        ({"is_demo": "0"}, "没有的内容"),
    ],
)
def test_a_wrong_profile_is_refused_and_kept_on_the_page(
    app: Flask, database: World, changed: dict[str, str], words: str
) -> None:
    client = signed_in(app, "consumer")
    page = client.get("/account/profile")
    values = {**PROFILE, "locale": "zh_Hans_CN", **changed}
    assert words in client.submit(page, "profile", status=422, **values).text
    assert "林小满（演示）" in client.get("/account").text


def test_all_other_devices_are_signed_out_at_once(app: Flask, database: World) -> None:
    here, there, elsewhere = (signed_in(app, "buyer") for _ in range(3))
    page = here.get("/account/sessions")
    here.submit(page, "/other-sessions/termination")
    assert "已结束其他 2 处登录" in here.get("/account/sessions").text
    for one in (there, elsewhere):
        one.get("/account", status=302)


def test_a_stale_button_signs_nobody_out(app: Flask, database: World) -> None:
    here, there = signed_in(app, "buyer"), signed_in(app, "buyer")
    page = here.get("/account/sessions")
    here.submit(page, "/other-sessions/termination", status=422, kept="A" * 22)
    there.get("/account")


def test_ones_own_data_can_be_taken_away(app: Flask, database: World) -> None:
    response = signed_in(app, "approver").client.get("/account/data.json")
    data = response.get_json()
    assert data["profile"]["email"] == email_of("approver")
    assert [role["role"] for role in data["roles"]] == ["institution_approver"]
    assert len(data["sessions"]) == 1
    assert "attachment" in response.headers["Content-Disposition"]
    assert not {"password_hash", "token_hash"} & set(str(data).replace("'", " ").split())


def test_the_inbox_goes_day_by_day(app: Flask, database: World, frozen_day: datetime) -> None:
    for days in (2, 1, 0):
        fill_inbox(app, "consumer", frozen_day - timedelta(days=days), url="/orders")
    text = signed_in(app, "consumer").get("/inbox").text
    places = [text.index(words) for words in ("今天", "昨天", "2026-06-28")]
    assert places == sorted(places)


def test_a_day_reads_as_one_says_it(app: Flask) -> None:
    with app.test_request_context():
        today = date(2026, 3, 1)
        read = [day_heading(today - timedelta(days=n), today=today) for n in (0, 1, 2)]
    assert read == ["今天", "昨天", "2026-02-27"]


def test_unread_ones_can_be_seen_alone_and_marked(
    app: Flask, database: World, frozen_day: datetime
) -> None:
    fill_inbox(app, "consumer", frozen_day - timedelta(days=1))
    fill_inbox(app, "consumer", frozen_day, count=2)
    client = signed_in(app, "consumer")
    page = client.get("/inbox?unread=1")
    assert "昨天" not in page.text
    client.submit(page, "/inbox/reading")
    assert "都读过了" in client.get("/inbox?unread=1").text
    assert "全部标为已读" not in client.get("/inbox").text


def test_what_came_meanwhile_stays_unread(
    app: Flask, database: World, frozen_day: datetime
) -> None:
    fill_inbox(app, "consumer", frozen_day)
    client = signed_in(app, "consumer")
    page = client.get("/inbox")
    with app.app_context(), transaction():
        notify(kind="purchase_paid", subject="late", dedupe_key="late", at=frozen_day,
               user_id=user_id("consumer"))  # fmt: skip
    client.submit(page, "/inbox/reading")
    assert "采购 late 已付款" in client.get("/inbox?unread=1").text


def test_a_long_inbox_is_paged_and_costs_no_more(
    app: Flask,
    database: World,
    frozen_day: datetime,
    count_queries: Callable[[], AbstractContextManager[Queries]],
) -> None:
    client, counts = signed_in(app, "consumer"), []
    for count in (3, 97):
        fill_inbox(app, "consumer", frozen_day + timedelta(seconds=count), count=count)
        with count_queries() as queries:
            page = client.get("/inbox")
        counts.append(queries.count)
    assert counts[0] == counts[1]
    assert "下一页" in page.text
    client.get("/inbox?page=4")


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=１"])
def test_a_page_that_is_none_is_not_found(app: Flask, database: World, query: str) -> None:
    signed_in(app, "consumer").get(f"/inbox?{query}", status=404)


def test_an_empty_inbox_leads_on(app: Flask, client: PageClient) -> None:
    page = client.get("/sign-up")
    word = "a-long-enough-one"
    values: dict[str, Any] = {
        "email": "n@example.com",
        "name": "新人",
        "password": word,
        "repeated": word,
    }
    client.submit(page, "sign-up", **values)
    inbox = client.get("/inbox")
    assert "还没有消息" in inbox.text
    assert "/products" in inbox.reader.links
