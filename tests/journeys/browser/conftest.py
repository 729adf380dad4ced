"""A real browser on a real shop: today's small demonstration, web server, worker, place to pay."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.database import TEST_VAR
from tests.support.live import Site, scratch_site
from tests.support.steps import chromium
from tests.support.visitor import Visitor


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The journeys share one shop, as people do."""
    with scratch_site(TEST_VAR / "browser", "--small") as running:
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
