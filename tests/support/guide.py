"""Leads to every page type of a running shop: signs people in, fills carts, finds addresses."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.live_client import LiveClient, live_page_client
from tests.support.page import PageClient
from tests.support.pages import PageType, address_of
from tests.support.people import email_of, try_sign_in
from tests.support.readiness import make_ready
from tests.support.translations import existing

LANGUAGES = {"zh": "zh-CN", "en": "en"}
PATIENCE = 15_000  # milliseconds


def said(words: str, language: str) -> str:
    """These words of a page as they stand on it in this language."""
    if language != "en":
        return words
    message = existing().get(words)
    assert message is not None, f"{words} is not in the catalogue"
    return str(message.string)


class Guide:
    """One shop; each person signs in once, whatever number of browsers looks at their pages."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.people: dict[str | None, tuple[PageClient, LiveClient]] = {}
        self.links: dict[tuple[str | None, str], list[str]] = {}
        self.addresses: dict[str, str] = {}

    def person(self, name: str | None) -> tuple[PageClient, LiveClient]:
        if name not in self.people:
            client, live = live_page_client(self.base)
            if name:
                try_sign_in(client, email_of(name))
            make_ready(name, client)
            self.people[name] = client, live
        return self.people[name]

    def address(self, page: PageType) -> str:
        """Where a page stands in this world. Raises LookupError."""
        if page.name not in self.addresses:
            self.addresses[page.name] = address_of(page, lambda at: self._links(page.person, at))
        return self.addresses[page.name]

    def _links(self, person: str | None, address: str) -> list[str]:
        key = person, address
        if key not in self.links:
            self.links[key] = self.person(person)[0].get(address).reader.links
        return self.links[key]

    def context(self, browser: Browser, person: str | None, language: str, **more: Any) -> Any:
        """A browser of one's own in which this person has signed in."""
        made: BrowserContext = browser.new_context(
            locale=LANGUAGES[language], timezone_id="Asia/Shanghai", **more
        )
        made.set_default_timeout(PATIENCE)
        made.add_cookies(self.person(person)[1].browser_cookies())  # type: ignore[arg-type]
        return made

    def open(self, tab: Page, page: PageType) -> None:
        """Show a page type in a tab of its person's browser; a button that it asks for is pressed."""
        tab.goto(self.base + self.address(page))
        if page.press:
            words = said(page.press, tab.locator("html").get_attribute("lang") or "")
            with tab.expect_navigation():
                tab.get_by_role("main").get_by_role("button", name=words, exact=True).click()
