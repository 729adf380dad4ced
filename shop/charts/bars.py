"""Horizontal bars, the largest first: name and value above, the bar below."""

from collections.abc import Iterable
from dataclasses import dataclass

from shop.charts.measure import Measure
from shop.charts.rows import Row
from shop.charts.scale import share
from shop.charts.text import shorten, width

ROW = 44
# The name shares its line with the value on the narrowest phone, which leaves a chart 272 pixels.
NARROWEST = 272


@dataclass(frozen=True, slots=True)
class Item:
    """What one bar stands for; a value of None is not known and differs from zero."""

    label: str
    value: int | None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar at `top` pixels; `x` and `width` are percentages. Kinds: more, less, zero, none."""

    label: str
    shown: str
    short: str | None
    exact: str | None
    url: str | None
    kind: str
    top: int
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class BarChart:
    bars: tuple[Bar, ...]
    rows: tuple[Row, ...]
    height: int
    zero: str | None
    has_links: bool
    is_empty: bool


def bars(
    items: Iterable[Item], measure: Measure, *, ranked: bool = True, limit: int | None = None
) -> BarChart:
    """Bars for the items: ranked by value, or in the order given.

    With a limit only the first so many are drawn; the table has all of them. What is not known
    stands last. `zero` is where zero stands, if there are values below it.
    """
    listed = list(items)
    if ranked:
        listed.sort(key=lambda item: (item.value is None, -(item.value or 0)))
    drawn = listed[:limit]
    known = [item.value for item in drawn if item.value is not None]
    low, high = min([0, *known]), max([0, *known])
    return BarChart(
        bars=tuple(_bar(item, index, low, high, measure) for index, item in enumerate(drawn)),
        rows=tuple(_row(item, measure) for item in listed),
        height=len(drawn) * ROW,
        zero=share(-low, high - low) if low < 0 else None,
        has_links=any(item.url for item in drawn),
        is_empty=not any(item.value is not None for item in listed),
    )


def _bar(item: Item, index: int, low: int, high: int, measure: Measure) -> Bar:
    value = item.value
    short = None if value is None else measure.short(value)
    start, end = sorted((0, value or 0))
    kind = "none" if value is None else "more" if value > 0 else "less" if value < 0 else "zero"
    return Bar(
        label=item.label,
        shown=shorten(item.label, NARROWEST - width(short or "") - 13),
        short=short,
        exact=None if value is None else measure.exact(value),
        url=item.url,
        kind=kind,
        top=index * ROW,
        x=share(start - low, high - low),
        width=share(end - start, high - low),
    )


def _row(item: Item, measure: Measure) -> Row:
    cell = None if item.value is None else measure.exact(item.value)
    return Row(item.label, (cell,), item.url)
