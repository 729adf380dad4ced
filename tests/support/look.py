"""What a demanding eye finds wrong with a page: its layout in every width, its words, its access.

The rules themselves run in the page: look.js sees one width, read.js what no width changes. A rule
is broken or it is not; what a rule lets pass stands here with its reason.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.support.translations import existing

HERE = Path(__file__).parent
HEIGHT = 900
WIDTHS = (1440, 768, 720, 390, 320)
"""Pixels. 720 is a window of 1440 at 200 %, 320 one of 1280 at 400 %."""

LOOK: dict[str, Any] = {
    # Shown once it has the focus. (What is cut away to be only read aloud is seen to be so.)
    "unseen": [".skip-link:not(:focus)"],
    # Words that may be cut off, and why.
    "mayCut": [],
    # Controls that may lie on others, and why.
    "mayLieOn": [],
    # Targets that may be smaller than 24 px and near to another, and why.
    "maySmall": [],
    # What must hold its own words on one piece of ground, in both languages.
    "labels": "button, .button, .tag, .badge, nav a, th, td, label, legend, summary, h1, h2, h3",
}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules whose answer the theme can change; the others are asked once."""

HAN = re.compile(r"[\u3400-\u9fff]")
PLACE = re.compile(r"%\(\w+\)[sd]")


@lru_cache(maxsize=1)
def messages() -> tuple[list[str], list[str]]:
    """Every message whose English has no Chinese in it: plain ones, and patterns for the others."""
    plain, patterns = [], []
    for message in existing():
        spellings = message.id if isinstance(message.id, tuple | list) else [message.id]
        told = message.string if isinstance(message.string, tuple | list) else [message.string]
        english = " ".join(words or "" for words in told)
        if HAN.search(english):
            continue
        for words in spellings:
            literal = PLACE.sub("", words)
            if len(HAN.findall(literal)) < 2:
                continue  # a single character may well be a name or a unit of the record
            if literal == words:
                plain.append(" ".join(words.split()))
            else:
                parts = [re.escape(part) for part in PLACE.split(words)]
                patterns.append(".+?".join(part.replace("%%", "%") for part in parts))
    return plain, patterns


def _faults(rules: list[list[str]], where: str) -> list[str]:
    return [f"{rule} ({where}): {words}" for rule, words in rules]


def read_page(tab: Page) -> list[str]:
    """Pictures, headings, ids, words."""
    plain, patterns = messages()
    options = {"messages": plain, "patterns": patterns}
    return _faults(tab.evaluate((HERE / "read.js").read_text(), options), "content")


def look_at(tab: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """The layout, in one width after the other without loading the page again."""
    source, found = (HERE / "look.js").read_text(), []
    for width in widths:
        tab.set_viewport_size({"width": width, "height": HEIGHT})
        found += _faults(tab.evaluate(source, LOOK), f"{width} px")
    return found


def _axe(tab: Page, theme: str, only: dict[str, Any]) -> list[str]:
    options = {"resultTypes": ["violations"], **only}
    told = tab.evaluate("options => axe.run(document, options)", options)
    return [
        f"axe {rule['id']} ({theme}): {node['html'][:160]} {_reason(node)}"
        for rule in told["violations"]
        for node in rule["nodes"][:3]
    ]


def _reason(node: dict[str, Any]) -> str:
    return " ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])[:160]


def check_access(tab: Page, *, with_colours: bool = True) -> list[str]:
    """axe in both themes, at the width that the tab has; the tab ends in the light one.

    Colours are the same in every language: they need to be asked in one of them only.
    """
    tab.evaluate(AXE_SCRIPT)
    light: dict[str, Any] = {"runOnly": {"type": "tag", "values": AXE_TAGS}}
    if not with_colours:
        light["rules"] = {rule: {"enabled": False} for rule in AXE_COLOURS}
        return _axe(tab, "light", light)
    tab.emulate_media(color_scheme="dark")
    found = _axe(tab, "dark", {"runOnly": {"type": "rule", "values": AXE_COLOURS}})
    tab.emulate_media(color_scheme="light")
    return found + _axe(tab, "light", light)
