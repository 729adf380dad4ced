"""Traditional Mongolian in a real browser: its font, its direction, its whole words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.guide import Guide
from tests.support.pages import PageType, page_named
from tests.support.watch import Watch

pytestmark = pytest.mark.browser
Tab = Callable[[PageType, str], tuple[Page, Watch]]
BOXES = """() => [...document.querySelectorAll(".mongolian")].map((one) => {
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    mode: style.writingMode, language: one.lang, wide: box.width, high: box.height,
    cut: one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight,
    columns: one.classList.contains("mongolian-columns"),
  };
})"""
OF_AOHAN, RICE = "/products?county=150430", "/products?category=X010101-01"
IS_LOADED = """() => document.fonts.check("18px 'Noto Sans Mongolian'", "\u182e")"""
FILES = """() => performance.getEntriesByType("resource").map((one) => one.name)
  .filter((name) => name.includes(".woff2"))"""


def fonts_of(tab: Page, selector: str) -> list[dict[str, Any]]:
    """The fonts that the words of an element are drawn with, as the browser tells."""
    session = tab.context.new_cdp_session(tab)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts: list[dict[str, Any]] = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})[
        "fonts"
    ]
    session.detach()
    return fonts


def opened(guide: Guide, tab_of: Tab, name: str, path: str | None = None) -> Page:
    """A page type; with a path the one that is reached from there."""
    page = page_named(name)
    if path:
        page = replace(page, name=f"{name} from {path}", path=path)
    tab, _ = tab_of(page, "zh")
    guide.open(tab, page)
    tab.evaluate("() => document.fonts.ready.then(() => null)")
    return tab


def test_mongolian_is_drawn_with_the_font_of_the_shop(guide: Guide, tab_of: Tab) -> None:
    tab = opened(guide, tab_of, "gallery-mongolian")
    assert tab.evaluate(IS_LOADED)
    drawn = [(font["familyName"], font["isCustomFont"]) for font in fonts_of(tab, ".mongolian")]
    assert drawn == [("Noto Sans Mongolian", True)]
    assert len(tab.evaluate(FILES)) == 1


def test_mongolian_stands_upright_and_whole(guide: Guide, tab_of: Tab) -> None:
    boxes = opened(guide, tab_of, "gallery-mongolian").evaluate(BOXES)
    assert boxes
    assert {(box["mode"], box["language"]) for box in boxes} == {("vertical-lr", "mn-Mong")}
    assert [box for box in boxes if box["cut"]] == []
    assert all(box["wide"] <= 160 for box in boxes if box["columns"])
    upright = [box for box in boxes if not box["columns"]]
    assert upright
    assert all(box["high"] > 2 * box["wide"] for box in upright)


@pytest.mark.parametrize(
    ("name", "path"),
    [("regions", None), ("region", None), ("producer", OF_AOHAN), ("trace", OF_AOHAN),
     ("product", RICE)],
)  # fmt: skip
def test_places_and_produce_have_their_names_beside_the_chinese(
    guide: Guide, tab_of: Tab, name: str, path: str | None
) -> None:
    tab = opened(guide, tab_of, name, path)
    if path == RICE:
        assert tab.locator(".product-buy .mongolian").inner_text() == "ᠴᠠᠭᠠᠨ ᠪᠤᠳᠠᠭ᠎ᠠ"
        assert tab.get_by_role("img", name="大米").count() == 1
    boxes = tab.evaluate(BOXES)
    assert boxes
    assert {(box["mode"], box["language"], box["cut"]) for box in boxes} == {
        ("vertical-lr", "mn-Mong", False)
    }
    drawn = [(font["familyName"], font["isCustomFont"]) for font in fonts_of(tab, ".mongolian")]
    assert drawn == [("Noto Sans Mongolian", True)]


def test_a_page_without_mongolian_fetches_no_font(guide: Guide, tab_of: Tab) -> None:
    assert opened(guide, tab_of, "gallery-values").evaluate(FILES) == []
