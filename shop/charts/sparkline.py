"""A line as small as a word, beside the figure whose course it shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from shop.charts.scale import rounded

ACROSS, DOWN, MARGIN = 96, 24, 3


@dataclass(frozen=True, slots=True)
class Sparkline:
    """`paths` are point lists in a box of 96 by 24; `last` is the last known point."""

    paths: tuple[str, ...]
    last: tuple[int, int] | None
    is_empty: bool


def sparkline(values: Sequence[int | None]) -> Sparkline:
    """The course of the values between their own lowest and highest; a flat one runs midway."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0, 0)
    last = max(len(values) - 1, 1)
    stretches: list[list[tuple[int, int]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            stretches.append([])
            continue
        x = MARGIN + rounded(index * (ACROSS - 2 * MARGIN), last)
        risen = rounded((value - low) * (DOWN - 2 * MARGIN), high - low) if high > low else 9
        stretches[-1].append((x, DOWN - MARGIN - risen))
    paths = [" ".join(f"{x},{y}" for x, y in each) for each in stretches if len(each) > 1]
    points = [point for each in stretches for point in each]
    return Sparkline(tuple(paths), points[-1] if points else None, not known)
