"""Every kind of page and every page of the gallery, loaded once in each language and looked at.

Layout in five widths, pictures, headings, words, console, other hosts; axe in both themes.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.guide import Guide
from tests.support.look import HEIGHT, WIDTHS, check_access, look_at, read_page
from tests.support.pages import EVERYTHING, PageType, page_named
from tests.support.watch import Watch

pytestmark = pytest.mark.browser
Tab = Callable[[PageType, str], tuple[Page, Watch]]


@pytest.mark.parametrize("name", [page.name for page in EVERYTHING])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_is_well_made(guide: Guide, tab_of: Tab, name: str, language: str) -> None:
    page = page_named(name)
    tab, watch = tab_of(page, language)
    tab.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    guide.open(tab, page)
    found = read_page(tab) + check_access(tab, with_colours=language == "zh")
    found += look_at(tab) + watch.faults
    assert not found, f"{tab.url}\n" + "\n".join(found)
