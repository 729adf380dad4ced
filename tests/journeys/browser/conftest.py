"""A real browser on a real shop: today's small demonstration, web server, worker, place to pay."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.database import TEST_VAR
from tests.support.guide import Guide
from tests.support.live import Site, scratch_site
from tests.support.pages import PageType
from tests.support.steps import chromium
from tests.support.visitor import Visitor
from tests.support.watch import Watch


@pytest.fixture(scope="session")
def site(worker: str) -> Iterator[Site]:
    """The journeys of a test process share one shop, as people do."""
    with scratch_site(TEST_VAR / f"browser-{worker}", "--small") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """`visit()` opens a visitor's browser, `visit("buyer")` one in which somebody has signed in.

    At the end every page that anybody saw must have behaved.
    """
    opened: list[Visitor] = []

    def open_one(name: str | None = None) -> Visitor:
        visitor = Visitor(browser, site)
        opened.append(visitor)
        if name:
            visitor.sign_in(name)
        return visitor

    yield open_one
    faults = [fault for visitor in opened for fault in visitor.faults]
    for visitor in opened:
        visitor.context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def guide(worker: str) -> Iterator[Guide]:
    """A shop that is only looked at, so that every page stays where it was found."""
    with scratch_site(TEST_VAR / f"shown-{worker}", "--small") as running:
        yield Guide(running.base)


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Iterator[dict[tuple[str | None, str], BrowserContext]]:
    kept: dict[tuple[str | None, str], BrowserContext] = {}
    yield kept
    for context in kept.values():
        context.close()


@pytest.fixture
def tab_of(
    browser: Browser, guide: Guide, contexts: dict[tuple[str | None, str], BrowserContext]
) -> Iterator[Callable[[PageType, str], tuple[Page, Watch]]]:
    """A new tab in the browser of the page's person, who signs in once for all tests."""
    opened: list[Page] = []

    def open_tab(page: PageType, language: str) -> tuple[Page, Watch]:
        key = page.person, language
        if key not in contexts:
            contexts[key] = guide.context(browser, *key, reduced_motion="reduce")
        tab = contexts[key].new_page()
        opened.append(tab)
        return tab, Watch(tab, guide.base)

    yield open_tab
    for tab in opened:
        tab.close()
