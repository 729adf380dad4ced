"""A consumer finds, looks where it comes from, pays once for two cooperatives, and follows it."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
PASSWORD = "cao-yuan-2026-xiaomi"
CARD = "article.product-card:not(.is-unavailable)"


def find_card(visitor: Visitor, words: str, *, not_of: str = "") -> str:
    """Search; open the first offer that a cooperative sells, another than `not_of`. Its seller."""
    visitor.page.get_by_role("searchbox").fill(words)
    visitor.press("搜索")
    cards = visitor.page.locator(CARD).filter(has_text="合作社")
    if not_of:
        cards = cards.filter(has_not_text=not_of)
    seller = cards.first.locator(".product-card-place").inner_text().split(" · ")[1]
    cards.first.get_by_role("link").click()
    visitor.look()
    return seller


def put_into_cart(visitor: Visitor) -> None:
    visitor.press("放入购物车")
    assert visitor.heading == "购物车"


def sign_up(visitor: Visitor, email: str) -> None:
    visitor.follow("注册个人账号")
    page = visitor.page
    page.get_by_label("电子邮箱").fill(email)
    page.get_by_label("称呼").fill("草原来客")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("再填一次密码").fill(PASSWORD)
    visitor.press("注册", within=visitor.main)


def fill_in_delivery(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("送到哪个地区").select_option(label="赤峰市")
    visitor.press("列出旗县区")
    page.get_by_label("收货人").fill("草原来客")
    page.get_by_label("手机号码").fill("13800138000")
    page.get_by_label("区县").select_option(label="红山区")
    page.get_by_label("详细地址").fill("钢铁街 1 号")


def buy_and_pay(visitor: Visitor) -> Decimal:
    """Somebody who has ordered before buys millet; what they paid."""
    visitor.go("/")
    find_card(visitor, "小米")
    put_into_cart(visitor)
    (total,) = visitor.money("main p .price")
    visitor.follow("去结算")
    visitor.press("提交订单并付款")
    visitor.press("支付成功")
    assert visitor.heading == "付款成功"
    return total


def test_a_consumer_buys_from_two_cooperatives_and_pays_once(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit()
    visitor.go("/")
    first = find_card(visitor, "小米")
    chain = visitor.page.locator("ol.trace-chain")
    assert {"基地", "农户", "合作社", "证书"} <= set(chain.locator(".trace-kind").all_inner_texts())
    assert re.search(r"\d+ 户", chain.inner_text())
    put_into_cart(visitor)
    find_card(visitor, "农民专业合作社", not_of=first)
    put_into_cart(visitor)
    assert visitor.page.locator("main .cart-seller").count() == 2
    (total,) = visitor.money("main p .price")

    visitor.follow("去结算")
    assert visitor.heading == "登录"
    sign_up(visitor, "caoyuan@example.com")
    assert visitor.heading == "确认订单"
    fill_in_delivery(visitor)
    assert visitor.money("main p .price") == [total]
    visitor.press("提交订单并付款")
    assert visitor.page.url.startswith(visitor.site.stripe)
    assert f"{total:,.2f}" in visitor.page.inner_text("main")
    visitor.press("支付成功")

    assert visitor.heading == "付款成功"
    assert f"¥{total:,.2f}" in visitor.text()
    numbers = visitor.page.get_by_role("link", name=re.compile("订单 C")).all_inner_texts()
    assert len(numbers) == 2
    paid = Decimal(0)
    for number in numbers:
        visitor.go(f"/orders/{number.removeprefix('订单 ')}")
        assert "已付款，待发货" in visitor.text()
        paid += visitor.money("tfoot")[0]
    assert paid == total


def test_a_refused_payment_can_be_tried_again(visit: Callable[..., Visitor]) -> None:
    visitor = visit("consumer")
    find_card(visitor, "小米")
    put_into_cart(visitor)
    visitor.follow("去结算")
    visitor.press("提交订单并付款")
    visitor.press("支付失败")
    assert "支付未成功" in visitor.page.inner_text("main")
    visitor.press("取消")
    assert visitor.heading in {"等待付款", "付款没有成功"}
    visitor.press("去付款")
    visitor.press("支付成功")
    assert visitor.heading == "付款成功"


def test_a_double_click_places_one_order(visit: Callable[..., Visitor]) -> None:
    visitor = visit("consumer")
    visitor.go("/orders")
    before = orders_counted(visitor)
    find_card(visitor, "小米")
    put_into_cart(visitor)
    visitor.follow("去结算")
    with visitor.page.expect_navigation(url=re.compile(re.escape(visitor.site.stripe))):
        visitor.page.get_by_role("button", name="提交订单并付款").dblclick()
    visitor.press("支付成功")
    visitor.go("/orders")
    assert orders_counted(visitor) == before + 1


def orders_counted(visitor: Visitor) -> int:
    """All orders of the person, over all pages."""
    place = visitor.page.locator(".pager-place")
    if place.count():
        found = re.search(r"(\d+) 条", place.inner_text())
        assert found
        return int(found[1])
    return visitor.page.locator("main .order-item").count()
