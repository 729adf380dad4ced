"""Whole journeys without a mouse: the focus is always drawn, and nothing ever lies on it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from shop import clock
from tests.support.keys import FOCUS, Keys
from tests.support.people import PASSWORD, email_of
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def keys_of(visitor: Visitor, person: str | None = None) -> Keys:
    keys = Keys(visitor)
    if person:
        keys.sign_in(email_of(person), PASSWORD)
    return keys


def link(place: Page | Locator, words: str | re.Pattern[str]) -> Locator:
    return place.get_by_role("link", name=words).first


def button(place: Page | Locator, words: str) -> Locator:
    return place.get_by_role("button", name=words, exact=True)


def test_the_first_key_leads_to_the_content(visit: Visit) -> None:
    visitor = visit()
    keys = keys_of(visitor)
    keys.start("/products")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(":focus")).to_have_text("跳到正文")
    assert visitor.page.evaluate(FOCUS) == ""
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.closest('main') !== null")


def test_a_consumer_buys_from_home_to_payment(visit: Visit) -> None:
    visitor = visit()
    keys, page = keys_of(visitor, "consumer"), visitor.page
    keys.start("/")
    keys.write(page.get_by_role("searchbox").first, "小米")
    keys.send()
    keys.enter(page.locator("article.product-card:not(.is-unavailable) a").first)
    keys.enter(button(visitor.main, "放入购物车"))
    assert visitor.heading == "购物车"
    keys.enter(link(visitor.main, "去结算"))
    keys.enter(button(visitor.main, "提交订单并付款"))
    assert page.url.startswith(visitor.site.stripe)
    keys.enter(button(page, "支付成功"), is_ours=False)
    assert visitor.heading == "付款成功"


def test_on_a_phone_no_bar_hides_what_has_the_focus(visit: Visit) -> None:
    visitor = visit()
    keys, page = keys_of(visitor, "consumer"), visitor.page

    def go_to_the_end() -> None:
        page.set_viewport_size({"width": 390, "height": 700})  # a look at a page ends on a desk
        keys.tab_to(button(page, "深色"))

    keys.start("/products")
    keys.tick(page.get_by_role("checkbox").first)
    go_to_the_end()
    keys.start("/products")
    keys.enter(page.locator("article.product-card:not(.is-unavailable) a").first)
    go_to_the_end()
    keys.start(page.url.removeprefix(visitor.site.base))
    keys.enter(button(visitor.main, "放入购物车"))
    go_to_the_end()
    keys.start("/checkout")
    go_to_the_end()


def test_an_approver_approves(visit: Visit) -> None:
    visitor = visit()
    keys, page = keys_of(visitor, "approver"), visitor.page
    keys.start("/canteen/orders?status=awaiting_approval")
    keys.enter(link(visitor.main, re.compile(r"A\d{14}")))
    keys.enter(button(visitor.main, "审批通过"))
    assert "待供应商确认" in visitor.text()
    assert page.locator(".toast, .notice-good").count() >= 1


def test_an_official_goes_down_to_an_order(visit: Visit) -> None:
    visitor = visit()
    keys = keys_of(visitor, "official")
    keys.start(f"/official/totals?from={clock.today() - timedelta(days=120)}")
    keys.enter(link(visitor.main, "赤峰市"))
    keys.enter(link(visitor.main, "敖汉旗"))
    keys.enter(link(visitor.main, re.compile("学校|中学|小学")))
    assert visitor.heading == "订单明细"
    keys.enter(link(visitor.main, re.compile(r"A\d{14}")))
    assert re.search(r"A\d{14}", visitor.heading)


BAD = """<!doctype html><style>
:focus {{ {style} }} #lid {{ position: fixed; inset: 0; background: red; {lid} }}
</style><button>x</button><div id="lid"></div>"""


@pytest.mark.parametrize(
    ("style", "lid", "fault"),
    [
        ("outline: 3px solid", "display: none", ""),
        ("outline: none", "display: none", "no outline"),
        ("outline: none; box-shadow: 0 0 2px red", "display: none", "no outline"),
        ("outline: 3px solid", "", "covered"),
        ("outline: 3px solid; margin-left: -500px", "display: none", "outside the window"),
    ],
)
def test_the_check_itself_sees_a_bad_focus(
    browser: Browser, style: str, lid: str, fault: str
) -> None:
    page = browser.new_page()
    page.set_content(BAD.format(style=style, lid=lid))
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS).startswith(fault)
    assert bool(page.evaluate(FOCUS)) == bool(fault)
    page.close()
