"""The figures of a first visit that do not depend on the machine: bytes, requests, shifts.

What time it takes is measured by bin/bench.
"""

import gzip

import pytest
from playwright.sync_api import Browser

from shop.web.styles import joined
from tests.support.first_visit import (
    MOST_BYTES,
    MOST_CSS,
    MOST_REQUESTS,
    MOST_SCRIPT,
    MOST_SHIFT,
    compressed,
    first_visit,
)
from tests.support.guide import Guide
from tests.support.pages import page_named
from tests.support.postgres import ROOT

pytestmark = pytest.mark.browser
FIRST_PAGES = ("home", "listing", "product")


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_a_first_visit_is_light_and_stands_still(browser: Browser, guide: Guide, name: str) -> None:
    url = guide.base + guide.address(page_named(name))
    cost = first_visit(browser, url)
    assert cost.wire <= MOST_BYTES, cost.parts
    assert cost.requests <= MOST_REQUESTS
    assert cost.shift < MOST_SHIFT


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_style_and_script_stay_small(browser: Browser, guide: Guide, name: str) -> None:
    sizes = compressed(browser, guide.base + guide.address(page_named(name)))
    assert 0 < sizes["stylesheet"] <= MOST_CSS
    assert 0 < sizes["script"] <= MOST_SCRIPT


def test_all_style_and_all_script_together_stay_small() -> None:
    """The sheet goes as one; no page loads every behaviour, but the bar is for all of them."""
    assert 0 < len(gzip.compress(joined(ROOT / "static/css"))) <= MOST_CSS
    scripts = sorted((ROOT / "static/js").rglob("*.js"))
    assert 0 < sum(len(gzip.compress(file.read_bytes())) for file in scripts) <= MOST_SCRIPT
