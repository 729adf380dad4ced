"""The main pages for people who use no mouse, and who do not see them."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support.people import PASSWORD, email_of
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
PAGES = {
    None: ("/", "/products", "/search?q=小米", "/cart", "/sign-in", "/sign-up", "/products/none"),
    "consumer": ("/orders", "/account", "/inbox"),
    "buyer": ("/canteen", "/canteen/orders/new", "/canteen/orders", "/quota"),
    "coop": ("/supplier", "/supplier/orders", "/supplier/listings", "/supplier/listings/new",
             "/supplier/certificates/new", "/supplier/batches"),
    "reviewer": ("/review", "/review/certificates"),
    "official": ("/official/totals", "/official/orders", "/official/plans"),
    "operator": ("/platform/outbox", "/platform/payments", "/platform/audit"),
}  # fmt: skip
MOST_TABS = 120


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("words => document.activeElement.matches(words)", selector):
            return
    raise AssertionError(f"{page.url}: Tab does not reach {selector}")


def test_keys_alone_sign_in_and_fill_the_cart(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.go("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    tab_to(page, "a[href='/sign-in']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    tab_to(page, "#email")
    page.keyboard.type(email_of("consumer"))
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(visitor.site.base + "/")
    tab_to(page, "input[type=search]")
    page.keyboard.type("小米")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search**")
    tab_to(page, "article.product-card:not(.is-unavailable) a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/products/*")
    tab_to(page, "#quantity")
    tab_to(page, "#add-to-cart button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cart")
    assert visitor.heading == "购物车"
    assert visitor.page.locator("main table tbody tr").count() >= 1


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {rule['id']} ({rule['impact']}): {node['html'][:160]}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"][:3]
    ]


def test_the_main_pages_are_accessible(visit: Callable[..., Visitor]) -> None:
    found: list[str] = []
    for person, addresses in PAGES.items():
        visitor = visit(person)
        for address in addresses:
            found += violations(visitor.go(address))
        if person is None:
            visitor.go("/products")
            visitor.page.locator("article.product-card a").first.click()
            found += violations(visitor.look())
    assert not found, "\n".join(found)
