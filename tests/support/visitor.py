"""A person at a real browser, whose every page is watched for bad manners."""

import re
from decimal import Decimal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.support.live import Site
from tests.support.people import PASSWORD, email_of
from tests.support.watch import Watch

WIDTHS = (1280, 390)
HEIGHT = 900
PATIENCE = 15_000  # milliseconds
OVERFLOW = """() => {
    const width = document.documentElement.clientWidth;
    return document.documentElement.scrollWidth <= width ? [] :
        [...document.querySelectorAll('body *')]
            .filter(one => one.getBoundingClientRect().right > width + 1)
            .slice(0, 3).map(one => one.outerHTML.slice(0, 120));
}"""


class Visitor:
    """One browser context: its own cookies. `watch` gathers what no page may do."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.site = site
        self.context: BrowserContext = browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True,
            viewport={"width": WIDTHS[0], "height": HEIGHT},
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.watch = Watch(self.page, site.base, site.stripe)
        self._seen: set[str] = set()

    # Going places

    def go(self, path: str) -> Page:
        self.page.goto(self.site.base + path)
        return self.look()

    def follow(self, words: str | re.Pattern[str], *, within: Locator | None = None) -> Page:
        """Click a link by its words."""
        place = within or self.page
        place.get_by_role("link", name=words, exact=isinstance(words, str)).first.click()
        return self.look()

    def press(self, words: str, *, within: Locator | None = None) -> Page:
        """Click a button by its words; the page that comes is looked at."""
        place = within or self.page
        with self.page.expect_navigation():
            place.get_by_role("button", name=words, exact=True).click()
        return self.look()

    def sign_in(self, name: str) -> Page:
        self.go("/sign-in")
        self.page.get_by_label("电子邮箱").fill(email_of(name))
        self.page.get_by_label("密码").fill(PASSWORD)
        return self.press("登录", within=self.main)

    # Reading

    @property
    def faults(self) -> list[str]:
        return self.watch.faults

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def text(self) -> str:
        return self.main.inner_text()

    def money(self, selector: str) -> list[Decimal]:
        """The amounts in yuan that stand in these places, from their data elements."""
        found = self.page.locator(f"{selector} data.money")
        return [Decimal(found.nth(n).get_attribute("value") or "") for n in range(found.count())]

    # Manners

    def look(self) -> Page:
        """Look at the page in both widths; the same address is looked at once."""
        self.page.wait_for_load_state("load")
        address = urlsplit(self.page.url)
        where = re.sub(r"[A-Z][0-9]{14}", "N", address.path)
        if where in self._seen:
            return self.page
        self._seen.add(where)
        for width in reversed(WIDTHS):
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            for wide in self.page.evaluate(OVERFLOW):
                self.watch.note(f"wider than {width} px: {wide}")
        return self.page
