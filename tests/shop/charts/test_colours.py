"""The charts' colours: graphics 3 to 1 on every ground, words on tiles 4.5 to 1, both themes."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[3] / "static" / "css"
LIGHT, DARK = r":root \{(.*?)\}", r':root\[data-theme="dark"\] \{(.*?)\}'
INKS = {"low": (0, 1, 2), "mid": (3,), "high": (4, 5)}


def tokens(pattern: str) -> dict[str, str]:
    """The colours of the first block with this selector in tokens.css and charts.css."""
    found: dict[str, str] = {}
    for name in ("tokens", "charts"):
        block = re.search(pattern, (CSS / f"{name}.css").read_text(encoding="utf-8"), re.DOTALL)
        assert block is not None
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block[1]))
    return found


def light_of(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((light_of(one), light_of(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_the_contrast_itself_is_right() -> None:
    assert round(contrast("#000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#fff"), 2) == 4.48


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_graphics_stand_out_from_every_ground(theme: str) -> None:
    found = tokens(theme)
    drawn = [*(f"chart-{number}" for number in range(1, 7)), "line-strong"]
    weak = {
        (name, ground)
        for name in drawn
        for ground in ("ground", "surface", "surface-2")
        if contrast(found[name], found[ground]) < 3
    }
    assert weak == set()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_on_tiles_can_be_read(theme: str) -> None:
    found = tokens(theme)
    weak = {
        level
        for ink, levels in INKS.items()
        for level in levels
        if contrast(found[f"scale-ink-{ink}"], found[f"scale-{level}"]) < 4.5
    }
    assert weak == set()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_classes_of_a_map_grow_step_by_step(theme: str) -> None:
    found = tokens(theme)
    lights = [light_of(found[f"scale-{level}"]) for level in range(6)]
    assert lights == sorted(lights, reverse=theme is LIGHT)
    steps = [contrast(found[f"scale-{n}"], found[f"scale-{n + 1}"]) for n in range(5)]
    assert min(steps) >= 1.2


def test_both_ways_to_the_dark_theme_have_the_same_colours() -> None:
    by_system = tokens(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}')
    assert by_system == tokens(DARK)
