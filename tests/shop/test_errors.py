"""Error pages say what happened, what was not done, and where to go; the same in both languages."""

import re
from http import HTTPStatus

import pytest
from flask import Flask
from markupsafe import escape
from werkzeug.exceptions import TooManyRequests

from shop.web.error_words import words
from shop.web.errors import error_page, when_again
from tests.support.counting import counted
from tests.support.database import World
from tests.support.page import Page, PageClient
from tests.support.people import signed_in

STATUSES = (400, 401, 403, 404, 405, 409, 413, 414, 422, 429, 500, 503)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_status_has_its_page(app: Flask, status: int, locale: str) -> None:
    with app.test_request_context("/nowhere", headers={"Accept-Language": locale}):
        page, answered = error_page(status)  # type: ignore[misc]
        said = words(status)
    assert answered == status
    assert isinstance(page, str)
    for part in (said.title, said.happened, said.not_done):
        assert escape(part) in page
    assert page.count('<li><a href="/') >= 2
    assert f" {status}" in page


def test_a_lost_visitor_may_search(client: PageClient) -> None:
    page = client.get("/nowhere", status=404)
    assert page.heading == "没有找到"
    found = client.submit(page, "/search", status=200, q="小米")
    assert found.status == HTTPStatus.OK


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("buyer", "/canteen"),
        ("coop", "/supplier"),
        ("official", "/official"),
        ("auditor", "/official"),
        ("reviewer", "/review"),
    ],
)
def test_the_ways_on_are_those_of_the_reader(
    app: Flask, database: World, name: str, home: str
) -> None:
    client = signed_in(app, name)
    page = client.get("/nowhere", status=404)
    assert home in page.reader.links
    client.get(home)


def test_what_is_not_allowed_leads_to_ones_own_account(app: Flask, database: World) -> None:
    page = signed_in(app, "buyer").get("/platform/outbox", status=403)
    assert page.heading == "没有权限"
    assert "/account" in page.reader.links


def test_a_fault_of_ours_asks_neither_database_nor_session(app: Flask, database: World) -> None:
    assert database.engine is not None
    with app.test_request_context("/"), counted(database.engine) as queries:
        page, _status = error_page(500)  # type: ignore[misc]
    assert queries.count == 0
    assert "/canteen" not in str(page)


def test_too_many_tries_say_when_to_try_again(app: Flask, frozen_day: object) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "zh-CN"}):
        shown = app.handle_http_exception(TooManyRequests(retry_after=840))
        assert shown.headers["Retry-After"] == "840"  # type: ignore[union-attr]
        assert "14 分钟后（12:14）" in shown.get_data(as_text=True)  # type: ignore[union-attr]
        assert when_again(None) is None


def test_the_walk_through_english_error_pages_finds_no_chinese(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        said = [words(status) for status in STATUSES]
    text = " ".join(part for w in said for part in (w.title, w.happened, w.not_done))
    assert not CHINESE.search(text)


def test_the_pages_of_errors_have_manners(client: PageClient) -> None:
    for address, status in (("/nowhere", 404), ("/sign-out", 405), ("/?" + "a" * 9000, 414)):
        page: Page = client.get(address, status=status)
        assert page.heading
