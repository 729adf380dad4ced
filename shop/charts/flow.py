"""A small flow (Sankey): nodes in columns, ribbons as high as what goes through them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shop.charts.measure import Measure
from shop.charts.rows import Row
from shop.charts.scale import rounded, share
from shop.charts.text import shorten

# Pixels down: the fullest column's nodes together, and the least from one label to the next.
FILL, LABEL_GAP, PAD = 190, 40, 10
# Hundredths of a percent: where the last column begins, and how wide a node is.
ACROSS, NODE = 9_800, 200
NARROWEST = 272


@dataclass(frozen=True, slots=True)
class Node:
    """One thing that flows pass; `column` counts from 0, left to right."""

    key: str
    label: str
    column: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """How much goes from one node to another of a later column."""

    source: str
    target: str
    value: int


@dataclass(frozen=True, slots=True)
class NodeBox:
    """A node at `top`, `height` pixels high; its label stands at `label_x` by its anchor."""

    number: int
    label: str
    shown: str
    short: str
    exact: str
    url: str | None
    x: str
    top: int
    height: int
    label_x: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Ribbon:
    """`path` runs across 0-1000 and pixels down."""

    number: int
    path: str
    source: str
    target: str
    exact: str


@dataclass(frozen=True, slots=True)
class FlowChart:
    nodes: tuple[NodeBox, ...]
    ribbons: tuple[Ribbon, ...]
    rows: tuple[Row, ...]
    node_width: str
    height: int
    has_links: bool
    is_empty: bool


def flow(nodes: Sequence[Node], flows: Sequence[Flow], measure: Measure) -> FlowChart:
    """Nodes and ribbons, in the order given. A node is as high as the larger of in and out.

    Flows of nothing or less are not drawn but stand in the table. Raises ValueError for a flow
    that names an unknown node or does not go to a later column.
    """
    known = {node.key: node for node in nodes}
    for each in flows:
        if each.source not in known or each.target not in known:
            raise ValueError("a flow names an unknown node")
        if known[each.source].column >= known[each.target].column:
            raise ValueError("a flow goes to a later column")
    drawn = [each for each in flows if each.value > 0]
    passing = {
        node.key: max(
            sum(each.value for each in drawn if each.source == node.key),
            sum(each.value for each in drawn if each.target == node.key),
        )
        for node in nodes
    }
    present = [node for node in nodes if passing[node.key]]
    boxes, height = _boxes(present, passing, measure)
    return FlowChart(
        nodes=tuple(boxes.values()),
        ribbons=_ribbons(drawn, known, boxes, passing, measure),
        rows=tuple(_row(each, known, measure) for each in flows),
        node_width=share(NODE, 10_000),
        height=height,
        has_links=any(node.url for node in present),
        is_empty=not drawn,
    )


def _boxes(
    present: Sequence[Node], passing: Mapping[str, int], measure: Measure
) -> tuple[dict[str, NodeBox], int]:
    columns: dict[int, list[Node]] = {}
    for node in present:
        columns.setdefault(node.column, []).append(node)
    last = max(columns, default=0) or 1
    fullest = _fullest(columns, passing)
    room = shorten_room(len(columns))
    boxes: dict[str, NodeBox] = {}
    height = 0
    for column, members in columns.items():
        top = PAD
        for node in members:
            value = passing[node.key]
            tall = max(2, rounded(value * FILL, fullest))
            left = column * ACROSS // last
            is_last = column == last
            boxes[node.key] = NodeBox(
                number=members.index(node) % 6 + 1,
                label=node.label,
                shown=shorten(node.label, room),
                short=measure.short(value),
                exact=measure.exact(value),
                url=node.url,
                x=share(left, 10_000),
                top=top,
                height=tall,
                label_x=share(left if is_last else left + NODE, 10_000),
                anchor="end" if is_last else "start",
            )
            top += max(tall + PAD, LABEL_GAP)
        height = max(height, top)
    return {node.key: boxes[node.key] for node in present}, height


def _fullest(columns: Mapping[int, Sequence[Node]], passing: Mapping[str, int]) -> int:
    sums = (sum(passing[node.key] for node in members) for members in columns.values())
    return max(sums, default=0) or 1


def shorten_room(columns: int) -> int:
    """How wide a label may be on the narrowest phone, two of them between each two columns."""
    return max(46, NARROWEST // max(columns, 1) - 8)


def _ribbons(
    drawn: Sequence[Flow],
    known: Mapping[str, Node],
    boxes: Mapping[str, NodeBox],
    passing: Mapping[str, int],
    measure: Measure,
) -> tuple[Ribbon, ...]:
    last = max((known[key].column for key in boxes), default=0) or 1
    used_out = dict.fromkeys(boxes, 0)
    used_in = dict.fromkeys(boxes, 0)
    ribbons = []
    for each in drawn:
        source, target = boxes[each.source], boxes[each.target]
        start, end = used_out[each.source], used_in[each.target]
        used_out[each.source] += each.value
        used_in[each.target] += each.value
        left = _edges(source, start, each.value, passing[each.source])
        right = _edges(target, end, each.value, passing[each.target])
        x0 = (known[each.source].column * ACROSS // last + NODE) // 10
        x1 = (known[each.target].column * ACROSS // last) // 10
        ribbons.append(
            Ribbon(
                number=source.number,
                path=_path(x0, left, x1, right),
                source=source.label,
                target=target.label,
                exact=measure.exact(each.value),
            )
        )
    return tuple(ribbons)


def _edges(box: NodeBox, start: int, value: int, whole: int) -> tuple[int, int]:
    upper = box.top + rounded(start * box.height, whole)
    lower = box.top + rounded((start + value) * box.height, whole)
    return upper, max(lower, upper + 1)


def _path(x0: int, left: tuple[int, int], x1: int, right: tuple[int, int]) -> str:
    middle = (x0 + x1) // 2
    return (
        f"M{x0} {left[0]}C{middle} {left[0]} {middle} {right[0]} {x1} {right[0]}"
        f"V{right[1]}C{middle} {right[1]} {middle} {left[1]} {x0} {left[1]}Z"
    )


def _row(each: Flow, known: Mapping[str, Node], measure: Measure) -> Row:
    source, target = known[each.source], known[each.target]
    return Row(source.label, (target.label, measure.exact(each.value)), source.url)
