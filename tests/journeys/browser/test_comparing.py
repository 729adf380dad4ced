"""What was ticked for comparing goes along through the listing, with script and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.support.live import Site
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser


def tick(page: Page, turn: int) -> str:
    """Tick the product at this place of the list; its id."""
    box = page.locator(".cards input[name=products]").nth(turn)
    box.check()
    return box.get_attribute("value") or ""


def ticked(page: Page) -> set[str | None]:
    boxes = page.locator("input[name=products]:checked").all()
    return {box.get_attribute("value") for box in boxes}


def test_ticks_go_along_with_every_link_of_the_listing_and_the_search(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit()
    page = visitor.go("/products")
    first = tick(page, 0)
    assert page.url.endswith(f"/products?products={first}")
    visitor.follow("单价从高到低")
    assert ticked(page) == {first}
    page.locator(".facet a").first.click()
    page.wait_for_url(re.compile("category="))
    chosen = {first, tick(page, 1)}
    page.get_by_role("searchbox").fill("小米")
    visitor.press("搜索")
    assert ticked(page) == chosen
    page.reload()
    assert ticked(page) == chosen
    visitor.press("对比勾选的商品")
    assert visitor.path == "/compare"
    assert page.locator(".compared-head").count() == len(chosen)


def test_without_script_a_button_takes_the_ticks_along(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.base}/products?sort=dearest")
    chosen = {tick(page, 0), tick(page, 1)}
    page.get_by_role("button", name="记住勾选，接着看").click()
    assert "sort=dearest" in page.url
    assert ticked(page) == chosen
    page.get_by_role("link", name="最新上架").click()
    assert ticked(page) == chosen
    page.get_by_role("button", name="对比勾选的商品").click()
    assert page.locator(".compared-head").count() == len(chosen)
    context.close()
