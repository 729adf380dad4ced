"""Who asked for less motion sees none: whatever moves stands in the query that asks first."""

import re

import pytest

from shop.web.styles import joined
from tests.support.postgres import ROOT

ASKED = "@media (prefers-reduced-motion: no-preference) {"
MOVES = re.compile(r"\b(?:animation|transition|scroll-behavior)\b[a-z-]*\s*:")


def unasked(sheet: str) -> str:
    """What is left of a sheet without the blocks that ask."""
    while (start := sheet.find(ASKED)) >= 0:
        depth, end = 1, start + len(ASKED)
        while depth:
            depth += {"{": 1, "}": -1}.get(sheet[end], 0)
            end += 1
        sheet = sheet[:start] + sheet[end:]
    return sheet


def test_nothing_moves_unasked() -> None:
    sheet = joined(ROOT / "static" / "css").decode()
    assert ASKED in sheet
    assert MOVES.search(sheet)
    assert MOVES.findall(unasked(sheet)) == []


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "static/js").glob("*.js")))
def test_no_script_moves_anything(name: str) -> None:
    script = (ROOT / "static/js" / name).read_text(encoding="utf-8")
    assert not re.search(r"\.animate\(|smooth|scrollBy\(", script)


@pytest.mark.parametrize(
    ("sheet", "is_seen"),
    [
        ("a { transition: color .2s }", True),
        (f"{ASKED} a {{ animation: x 1s }} }} b {{ color: red }}", False),
        (f"{ASKED} a {{ color: red }} }} b {{ animation-name: x }}", True),
    ],
)
def test_the_check_itself_sees_motion(sheet: str, is_seen: bool) -> None:
    assert bool(MOVES.search(unasked(sheet))) is is_seen
