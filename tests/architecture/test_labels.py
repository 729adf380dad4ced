"""The words of buttons and of navigation stay short in both languages.

A label may be as long as a person takes in at a glance. How long it is on the screen is checked by
the walk in the browser (tests/journeys/browser/test_walk.py); this is the rule for translators.
"""

import re

import pytest

from tests.support.translations import ROOT, existing

MOST = 36  # widths of a Latin letter; a Han character is two of them
FREE, TIMES = 16, 3  # a label may be so long anyhow, else so many times as long as the Chinese one
WORDS = r'_l?\("([^"]+)"'
TEMPLATE_LABELS = (
    re.compile(rf"submit\({WORDS}"),
    re.compile(rf"action_button\([^\n]*?, {WORDS}"),
    re.compile(rf'class="button[^>]*>(?:\{{\{{ icon\([^)]*\) \}}\}})?\{{\{{ {WORDS}'),
    re.compile(rf"<button[^>]*>(?:\{{\{{ icon\([^)]*\) \}}\}})?\{{\{{ {WORDS}"),
)
ENTRY = re.compile(rf"Entry\(\s*\"\w+\",\s*{WORDS}")
HAN = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
PLACE = re.compile(r"%\(\w+\)[sd]")


def labels() -> set[str]:
    """The Chinese words of every button of the templates and every entry of the navigation."""
    found: set[str] = set()
    for path in (ROOT / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        found |= {words for pattern in TEMPLATE_LABELS for words in pattern.findall(source)}
    for folder in ("shop", "producers", "catalog", "orders", "demo"):
        for path in (ROOT / folder).rglob("*.py"):
            found.update(ENTRY.findall(path.read_text(encoding="utf-8")))
    return found


def width(words: str) -> int:
    plain = PLACE.sub("0000", words)
    return len(plain) + len(HAN.findall(plain))


def too_long(pairs: dict[str, str]) -> list[str]:
    """Of Chinese labels and their English, those that are too long, with their widths."""
    return [
        f"{chinese} ({width(chinese)}) · {english} ({width(english)})"
        for chinese, english in sorted(pairs.items())
        if max(width(chinese), width(english)) > MOST
        or width(english) > max(FREE, TIMES * width(chinese))
    ]


def test_labels_are_short_in_both_languages() -> None:
    catalogue = existing()
    pairs = {}
    for words in labels():
        message = catalogue.get(words)
        if message is not None and message.string:
            pairs[words] = str(message.string)
    assert len(pairs) > 60
    assert too_long(pairs) == []


@pytest.mark.parametrize(
    ("chinese", "english", "is_fine"),
    [
        ("登录", "Sign in", True),
        ("提交", "Submit for approval now", False),
        ("提交订单并付款", "Place the order and pay", True),
        ("登记到货数量并打印验收单后再通知供应商", "Record", False),
    ],
)
def test_the_check_itself_sees_long_labels(chinese: str, english: str, is_fine: bool) -> None:
    assert (too_long({chinese: english}) == []) == is_fine
