"""What is wrong is said at the top and at the field, and nothing that was typed is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
NEXT_STEP = "请先改正下列问题"


def check_errors(visitor: Visitor, *fields: str) -> None:
    """A summary that has the focus, and a message at each of the fields."""
    summary = visitor.page.locator(".error-summary")
    expect(summary).to_contain_text(NEXT_STEP)
    expect(summary).to_be_focused()
    for label in fields:
        field = visitor.page.get_by_label(label, exact=True)
        expect(field).to_have_attribute("aria-invalid", "true")


def test_empty_forms_are_refused_in_words(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.go("/sign-in")
    visitor.press("登录", within=visitor.main)
    check_errors(visitor, "电子邮箱", "密码")
    visitor.page.locator(".error-summary a").first.click()
    expect(visitor.page.get_by_label("电子邮箱")).to_be_focused()
    visitor.go("/sign-up")
    visitor.press("注册", within=visitor.main)
    check_errors(visitor, "电子邮箱", "称呼", "密码", "再填一次密码")
    buyer = visit("buyer")
    buyer.go("/canteen/orders/new")
    buyer.press("核对订单")
    check_errors(buyer, "送货日期")
    coop = visit("coop")
    coop.go("/supplier/listings/new")
    coop.press("保存草稿")
    check_errors(coop, "商品名", "单价（元）", "起订量")


def test_letters_for_numbers_are_refused_and_kept(visit: Callable[..., Visitor]) -> None:
    coop = visit("coop")
    coop.go("/supplier/listings/new")
    typed = {"商品名": "黄米", "每件净含量": "两斤", "单价（元）": "十元", "起订量": "abc"}
    for label, words in typed.items():
        coop.page.get_by_label(label, exact=True).fill(words)
    coop.press("保存草稿")
    check_errors(coop, "每件净含量", "单价（元）", "起订量")
    for label, words in typed.items():
        expect(coop.page.get_by_label(label, exact=True)).to_have_value(words)

    buyer = visit("buyer")
    buyer.go("/canteen/orders/new")
    field = buyer.page.locator("input[name^=quantity-]").first
    name = field.get_attribute("name")
    field.fill("很多")
    buyer.page.get_by_label("备注").fill("请走东门")
    buyer.press("核对订单")
    check_errors(buyer, "送货日期")
    expect(buyer.page.locator(f"input[name='{name}']")).to_have_value("很多")
    expect(buyer.page.get_by_label("备注")).to_have_value("请走东门")


def test_too_little_is_refused_at_the_cart(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.go("/products")
    cards = visitor.page.locator("article.product-card:not(.is-unavailable)")
    cards.filter(has_text="/ 箱").or_(cards).first.get_by_role("link").click()
    visitor.look()
    visitor.page.locator("#quantity").fill("0")
    visitor.press("放入购物车")
    check_errors(visitor)
    visitor.go("/cart")
    assert "购物车是空的" in visitor.text()


def test_the_back_button_after_paying_orders_nothing_twice(visit: Callable[..., Visitor]) -> None:
    visitor = visit("consumer")
    visitor.go("/products")
    visitor.page.locator("article.product-card:not(.is-unavailable) a").first.click()
    visitor.press("放入购物车")
    visitor.follow("去结算")
    visitor.press("提交订单并付款")
    visitor.press("支付成功")
    paid = visitor.path
    visitor.page.go_back()
    visitor.page.go_back()
    visitor.look()
    again = visitor.page.get_by_role("button", name="提交订单并付款")
    if again.count():
        visitor.press("提交订单并付款")
        assert visitor.path == paid or "购物车是空的" in visitor.text()
    visitor.go("/cart")
    assert "购物车是空的" in visitor.text()
