"""Bars made of parts, in one order of series, each with its own colour and pattern."""

from collections.abc import Sequence
from dataclasses import dataclass

from shop.charts.measure import Measure
from shop.charts.rows import Row
from shop.charts.scale import share
from shop.charts.text import joined, shorten, width

ROW = 66
NARROWEST, ROOMY = 272, 560
"""Pixels of a chart at least: on a phone, and where there is room."""
SERIES = 6


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar: a value for each series."""

    label: str
    values: Sequence[int]
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar."""

    number: int
    label: str
    exact: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class StackedBar:
    """One bar. Below it stand its parts with their amounts: `note`, and `more` where there is room."""

    label: str
    shown: str
    total: str
    url: str | None
    spoken: str
    note: str
    more: str
    top: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class StackChart:
    bars: tuple[StackedBar, ...]
    series: tuple[str, ...]
    rows: tuple[Row, ...]
    height: int
    zero: str | None
    shows_totals: bool
    has_links: bool
    is_empty: bool


def stacked(
    series: Sequence[str], stacks: Sequence[Stack], measure: Measure, *, totals: bool = True
) -> StackChart:
    """Bars of parts. Parts below zero stand left of zero, so nothing hides behind another.

    `totals=False` where the parts must not be added (the channels of a quota): then neither the
    bars nor the table name a sum. Raises ValueError for uneven rows or more than six series.
    """
    if len(series) > SERIES:
        raise ValueError("more series than can be told apart")
    if any(len(stack.values) != len(series) for stack in stacks):
        raise ValueError("a stack needs one value for each series")
    low = min([0, *(sum(v for v in stack.values if v < 0) for stack in stacks)])
    high = max([0, *(sum(v for v in stack.values if v > 0) for stack in stacks)])
    drawn = [
        _bar(stack, index, series, low, high, measure, totals) for index, stack in enumerate(stacks)
    ]
    return StackChart(
        bars=tuple(drawn),
        series=tuple(series),
        rows=tuple(_row(stack, measure, totals) for stack in stacks),
        height=len(stacks) * ROW,
        zero=share(-low, high - low) if low < 0 else None,
        shows_totals=totals,
        has_links=any(stack.url for stack in stacks),
        is_empty=not any(value for stack in stacks for value in stack.values),
    )


def _bar(
    stack: Stack, index: int, series: Sequence[str], low: int, high: int, measure: Measure, totals: bool
) -> StackedBar:  # fmt: skip
    total = measure.short(sum(stack.values)) if totals else ""
    named = [
        f"{label} {measure.short(value)}"
        for label, value in zip(series, stack.values, strict=True)
        if value
    ]
    note = joined(named, NARROWEST)
    below = above = -low
    segments = []
    for number, (label, value) in enumerate(zip(series, stack.values, strict=True), start=1):
        if value == 0:
            continue
        start = above if value > 0 else below + value
        above, below = (above + value, below) if value > 0 else (above, below + value)
        exact = measure.exact(value)
        segments.append(
            Segment(
                number=number,
                label=label,
                exact=exact,
                x=share(start, high - low),
                width=share(abs(value), high - low),
            )
        )
    return StackedBar(
        label=stack.label,
        shown=shorten(stack.label, NARROWEST - width(total) - 13),
        total=total,
        url=stack.url,
        spoken=" · ".join(f"{each.label} {each.exact}" for each in segments),
        note=note,
        more=joined(named, ROOMY).removeprefix(note),
        top=index * ROW,
        segments=tuple(segments),
    )


def _row(stack: Stack, measure: Measure, totals: bool) -> Row:
    cells = [measure.exact(value) for value in stack.values]
    if totals:
        cells.append(measure.exact(sum(stack.values)))
    return Row(stack.label, tuple(cells), stack.url)
