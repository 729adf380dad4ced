"""Several series over periods, each with its name and last value at the end of its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from shop.charts.measure import Measure
from shop.charts.rows import Row
from shop.charts.scale import Scale, axis, rounded, share
from shop.charts.text import shorten, spread, width

# Pixels down: the plot, the room above it and for the names of the periods below.
PLOT, ABOVE, BELOW = 208, 18, 26
# The plot lies between these shares of the width (hundredths of a percent): the values of the
# axis stand before it, the names of the lines behind.
BEFORE, ACROSS = 1_600, 6_800
# A label is two lines of text; on the narrowest phone its room is about this wide.
LABEL_GAP, LABEL_ROOM = 34, 72
# Widths of the plot on which the names of the periods must not touch: a phone, a page.
NARROW_PLOT, WIDE_PLOT = 150, 260
MARKERS = ("circle", "square", "triangle", "diamond", "cross", "ring")


@dataclass(frozen=True, slots=True)
class Series:
    """One line: a value for each period, None where there is none yet."""

    label: str
    values: Sequence[int | None]
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    x: str
    y: int
    period: str
    exact: str


@dataclass(frozen=True, slots=True)
class Line:
    """`paths` are point lists across 0-1000 and pixels down, one for each unbroken stretch."""

    number: int
    label: str
    shown: str
    url: str | None
    marker: str
    paths: tuple[str, ...]
    points: tuple[Point, ...]
    last: Point | None
    last_short: str
    label_y: int


@dataclass(frozen=True, slots=True)
class Tick:
    text: str
    y: int
    is_zero: bool


@dataclass(frozen=True, slots=True)
class Period:
    """The name of a period under the plot; on a phone fewer of them are shown."""

    text: str
    x: str
    anchor: str
    on_phone: bool


@dataclass(frozen=True, slots=True)
class LineChart:
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    periods: tuple[Period, ...]
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    before: str
    across: str
    breadth: str
    height: int
    plot: int
    above: int
    has_links: bool
    is_empty: bool


def lines(
    periods: Sequence[str], series: Sequence[Series], measure: Measure, *, from_zero: bool = True
) -> LineChart:
    """Lines over the periods; at most six series, which is what can be told apart.

    `from_zero=False` lets the axis begin near the lowest value, for prices; amounts begin at
    zero. Raises ValueError when a series has not one value for each period, or for too many.
    """
    if len(series) > len(MARKERS):
        raise ValueError("more series than can be told apart")
    if any(len(each.values) != len(periods) for each in series):
        raise ValueError("a series needs one value for each period")
    known = [value for each in series for value in each.values if value is not None]
    scale = axis(known, from_zero=from_zero)
    drawn = [_line(index, each, periods, scale, measure) for index, each in enumerate(series)]
    return LineChart(
        lines=_with_labels_apart(drawn),
        ticks=_ticks(scale, measure),
        periods=_names(periods),
        headings=tuple(each.label for each in series),
        rows=tuple(_row(index, period, series, measure) for index, period in enumerate(periods)),
        before=share(BEFORE, 10_000),
        across=share(ACROSS, 10_000),
        breadth=share(ACROSS - BEFORE, 10_000),
        height=ABOVE + PLOT + BELOW,
        plot=PLOT,
        above=ABOVE,
        has_links=any(each.url for each in series),
        is_empty=not known,
    )


def _line(
    index: int, series: Series, periods: Sequence[str], scale: Scale, measure: Measure
) -> Line:
    last = max(len(periods) - 1, 1)
    points, paths = [], []
    numbered = enumerate(series.values)
    for is_known, group in groupby(numbered, key=lambda each: each[1] is not None):
        if not is_known:
            continue
        corners = []
        for place, value in group:
            assert value is not None
            y = PLOT - scale.at(value, PLOT)
            corners.append(f"{rounded(place * 1000, last)},{y}")
            x = _across(place, last)
            points.append(Point(x, ABOVE + y, periods[place], measure.exact(value)))
        if len(corners) > 1:
            paths.append(" ".join(corners))
    ending = [value for value in series.values if value is not None]
    return Line(
        number=index + 1,
        label=series.label,
        shown=shorten(series.label, LABEL_ROOM),
        url=series.url,
        marker=MARKERS[index],
        paths=tuple(paths),
        points=tuple(points),
        last=points[-1] if points else None,
        last_short=measure.short(ending[-1]) if ending else "",
        label_y=points[-1].y if points else 0,
    )


def _with_labels_apart(drawn: Sequence[Line]) -> tuple[Line, ...]:
    shown = [line for line in drawn if line.last is not None]
    wanted = [line.label_y for line in shown]
    places = spread(wanted, LABEL_GAP, ABOVE, ABOVE + PLOT - 12)
    moved = dict(zip((line.number for line in shown), places, strict=True))
    return tuple(
        Line(
            line.number, line.label, line.shown, line.url, line.marker, line.paths, line.points,
            line.last, line.last_short, moved.get(line.number, 0),
        )
        for line in drawn
    )  # fmt: skip


def _ticks(scale: Scale, measure: Measure) -> tuple[Tick, ...]:
    texts = measure.ticks(scale.ticks)
    return tuple(
        Tick(text, ABOVE + PLOT - scale.at(value, PLOT), value == 0)
        for value, text in zip(scale.ticks, texts, strict=True)
    )


def _names(periods: Sequence[str]) -> tuple[Period, ...]:
    """Every period whose name has room, counted back from the last."""
    widest = max((width(period) for period in periods), default=0) + 10
    last = len(periods) - 1
    wide = _every(len(periods), widest, WIDE_PLOT)
    narrow = _every(len(periods), widest, NARROW_PLOT)
    narrow = -(-narrow // wide) * wide  # what a phone shows is shown on a page too
    return tuple(
        Period(
            text=period,
            x=_across(index, max(last, 1)),
            anchor="middle",
            on_phone=(last - index) % narrow == 0,
        )
        for index, period in enumerate(periods)
        if (last - index) % wide == 0
    )


def _across(place: int, last: int) -> str:
    """Where a period stands, as a share of the whole width."""
    return share(BEFORE * last + (ACROSS - BEFORE) * place, 10_000 * last)


def _every(count: int, widest: int, room: int) -> int:
    """Of so many names, each this wide, every how many fit the room."""
    return max(1, -(-count * widest // room))


def _row(index: int, period: str, series: Sequence[Series], measure: Measure) -> Row:
    values = [each.values[index] for each in series]
    return Row(period, tuple(None if value is None else measure.exact(value) for value in values))
