"""What the script adds: no double sending, no lost typing, a question first, a page without a net."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
NEW = "/supplier/listings/new"
RESTORED = "已恢复未提交的内容"
PREFIX = "draft:"
ALL_TICKED = "(ticks) => ticks.every((one) => one.checked)"
NONE_TICKED = "(ticks) => ticks.every((one) => !one.checked)"
IS_KEPT = f"() => Object.keys(localStorage).some((key) => key.startsWith('{PREFIX}'))"
ADD_CONFIRM = """() => {
    document.querySelector("#add-to-cart").dataset.confirm = "确定放入吗？";
    document.body.dispatchEvent(new Event("page:changed", { bubbles: true }));
}"""


def type_a_name(page: Page, words: str) -> None:
    page.get_by_label("商品名", exact=True).fill(words)
    page.wait_for_function(IS_KEPT)


def open_a_product(visitor: Visitor) -> Page:
    visitor.go("/products")
    visitor.page.locator("article.product-card:not(.is-unavailable) a").first.click()
    return visitor.look()


def test_a_draft_outlives_a_lost_connection(visit: Callable[..., Visitor]) -> None:
    coop = visit("coop")
    page = coop.go(NEW)
    type_a_name(page, "沙地小米")
    page.route("**/*", lambda route: route.abort("internetdisconnected"))
    page.get_by_role("button", name="保存草稿").click()
    page.unroute_all()
    coop.go(NEW)
    expect(page.get_by_text(RESTORED)).to_be_visible()
    expect(page.get_by_label("商品名", exact=True)).to_have_value("沙地小米")
    page.get_by_role("button", name="不要了，清空").click()
    expect(page.get_by_label("商品名", exact=True)).to_have_value("")
    coop.go(NEW)
    expect(page.get_by_text(RESTORED)).to_have_count(0)


def test_a_draft_opens_the_fold_it_comes_back_to(visit: Callable[..., Visitor]) -> None:
    buyer = visit("buyer")
    page = buyer.go("/canteen/orders?status=dispatched")
    buyer.go(page.locator("a[href$='/weighing']").first.get_attribute("href") or "")
    page.get_by_text("有拒收或要备注").first.click()
    page.locator("[data-rejected]").first.fill("2")
    page.wait_for_function(IS_KEPT)
    page.reload()
    expect(page.get_by_text(RESTORED)).to_be_visible()
    expect(page.locator("[data-rejected]").first).to_be_visible()
    page.get_by_role("button", name="不要了，清空").click()


def test_one_button_ticks_all_and_none_and_a_draft_keeps_them(
    visit: Callable[..., Visitor],
) -> None:
    coop = visit("coop")
    page = coop.go("/supplier/certificates/new")
    products = page.locator("#products")
    ticks, button = products.get_by_role("checkbox"), products.get_by_role("button")
    expect(button).to_have_text("全选")
    assert ticks.count() > 3
    button.click()
    assert ticks.evaluate_all(ALL_TICKED)
    expect(button).to_have_text("全不选")
    page.wait_for_function(IS_KEPT)
    coop.go("/supplier/certificates/new")
    expect(page.get_by_text(RESTORED)).to_be_visible()
    expect(button).to_have_text("全不选")
    assert ticks.evaluate_all(ALL_TICKED)
    ticks.first.uncheck()
    expect(button).to_have_text("全选")
    button.click()
    button.click()
    assert ticks.evaluate_all(NONE_TICKED)
    expect(button).to_have_text("全选")


def test_a_phone_shows_four_places_and_unfolds_the_rest(visit: Callable[..., Visitor]) -> None:
    coop = visit("coop")
    page = coop.go("/supplier/households")
    page.set_viewport_size({"width": 390, "height": 844})  # a look at a page ends on a desk
    bar = page.get_by_role("navigation", name="供应商")
    more, households = (
        bar.get_by_role("button", name="更多"),
        bar.get_by_role("link", name="联结农户"),
    )
    expect(households).to_have_count(0)
    more.click()
    expect(households).to_be_visible()
    expect(households).to_have_attribute("aria-current", "page")
    page.keyboard.press("Escape")
    expect(households).to_have_count(0)
    more.click()
    bar.get_by_role("link", name="证书").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("证书")


def test_signing_out_leaves_no_draft(visit: Callable[..., Visitor]) -> None:
    coop = visit("coop")
    page = coop.go(NEW)
    type_a_name(page, "荞麦")
    with page.expect_navigation():
        page.evaluate("() => document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    assert not page.evaluate(IS_KEPT)


def test_a_lost_session_brings_the_form_back_in_one_tab(visit: Callable[..., Visitor]) -> None:
    buyer = visit("buyer")
    page = buyer.go("/canteen/orders/new")
    page.get_by_label("备注").fill("请走东门")
    page.get_by_label("收货地点").fill("第二食堂后门")
    buyer.context.clear_cookies()
    buyer.press("核对订单")
    assert buyer.heading == "登录已失效，填写的内容还在"
    expect(page.get_by_text("第二食堂后门")).to_be_visible()
    expect(page.get_by_text("登录后会自动回到下面的内容")).to_be_visible()
    page.get_by_role("link", name="登录", exact=True).click()
    page.get_by_label("电子邮箱").fill("buyer@demo.example")
    page.get_by_label("密码").fill("demo-xiangyuan-2026")
    page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对后再提交一次")
    expect(page.get_by_text("第二食堂后门")).to_be_visible()
    buyer.press("提交")
    expect(page.get_by_label("备注")).to_have_value("请走东门")
    expect(page.get_by_label("收货地点")).to_have_value("第二食堂后门")


def test_a_double_click_sends_once(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = open_a_product(visitor)
    page.wait_for_load_state("networkidle")
    sent: list[str] = []

    def slowly(route: Route) -> None:
        sent.append(route.request.url)
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/cart/lines", slowly)
    with page.expect_navigation():
        page.get_by_role("button", name="放入购物车").dblclick()
    assert len(sent) == 1
    visitor.go("/cart")


def test_what_asks_first_can_be_left(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = open_a_product(visitor)
    page.evaluate(ADD_CONFIRM)
    page.wait_for_load_state("networkidle")
    button = page.get_by_role("button", name="放入购物车")
    button.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("确定放入吗？")
    expect(dialog.get_by_role("button", name="取消")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()
    assert visitor.path.startswith("/products/")
    button.click()
    with page.expect_navigation():
        dialog.get_by_role("button", name="确定").click()
    assert visitor.path == "/cart"


def test_without_a_connection_there_is_a_page_in_the_readers_language(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit()
    page = visitor.go("/help")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    visitor.context.set_offline(True)
    expect(page.get_by_role("alert")).to_contain_text("网络已断开")
    page.goto(visitor.site.base + "/help/shopping")
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    visitor.context.set_offline(False)
    page.get_by_role("link", name="再试一次").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("个人购买")
    kept = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) =>"
        " (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"
    )
    assert "/offline/en" in kept
    assert not [
        path for path in kept if not path.startswith(("/offline/", "/static/", "/style.css"))
    ]


def test_the_keys_are_listed_and_can_be_switched_off(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.go("/help")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("到搜索框")
    dialog.get_by_label("启用单键快捷键").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    visitor.go("/help/shortcuts")
    page.get_by_label("启用单键快捷键").check()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_file_is_judged_at_once_and_outlives_a_refusal(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    coop = visit("coop")
    page = coop.go("/supplier/certificates/new")
    page.wait_for_load_state("networkidle")
    large, scan = tmp_path / "large.pdf", tmp_path / "scan.pdf"
    large.write_bytes(b"%PDF-1.4" + b"0" * 11 * 1024 * 1024)
    scan.write_bytes(b"%PDF-1.4\n" + b"0" * 1000 + b"\nstartxref\n9\n%%EOF\n")
    field = page.locator("main input[type=file]").first
    field.set_input_files(large)
    expect(page.locator(".upload-told").first).to_contain_text("超过了上限")
    field.set_input_files(scan)
    expect(page.locator(".upload-told").first).to_contain_text("scan.pdf · 0.1 MB")
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".upload-told").first).to_contain_text("scan.pdf")
    assert field.evaluate("(one) => one.files[0].name") == "scan.pdf"
    coop.faults.remove(f"{page.url}: {page.url} answered 422")  # the refusal, which a script got


def test_buttons_change_a_quantity_and_its_sum(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = open_a_product(visitor)
    field, total = page.locator("#quantity"), page.locator("[data-sum]").first
    page.get_by_role("button", name="增加").click()
    before = Decimal(total.get_attribute("value") or "0")
    once = int(field.input_value())
    page.get_by_role("button", name="增加").click()
    assert int(field.input_value()) > once
    assert Decimal(total.get_attribute("value") or "0") > before
    for _ in range(3):
        page.get_by_role("button", name="减少").click()
    assert field.input_value() == field.get_attribute("min")
