"""docs/orders.md draws the same table as orders/states.py."""

import re
from pathlib import Path

from orders.states import (
    CONSUMER,
    ENDED_WITHOUT_GOODS,
    EVENT_LABELS,
    INSTITUTION,
    STATUS_LABELS,
    OrderEventKind,
    OrderStatus,
)

ROW = re.compile(r"^\| ([a-z_]+) \| ([a-z_]+) \| ([a-z_]+) \| [^|]+ \|$", re.MULTILINE)
ARROW = re.compile(r"^  ([a-z_]+) --> ([a-z_]+): ([a-z_]+)$", re.MULTILINE)


def parts(root: Path) -> tuple[str, str]:
    text = (root / "docs/orders.md").read_text(encoding="utf-8")
    unit, _, rest = text.partition("## A consumer's order")
    return unit, rest.partition("## What is bound")[0]


def test_the_tables_are_the_code(root: Path) -> None:
    for text, table in zip(parts(root), (INSTITUTION, CONSUMER), strict=True):
        rows = {(status, event): after for status, event, after in ROW.findall(text)}
        rows.pop(("status", "event"), None)
        assert rows == {(str(s), str(e)): str(after) for (s, e), after in table.items()}


def test_the_drawings_are_the_code(root: Path) -> None:
    for text, table in zip(parts(root), (INSTITUTION, CONSUMER), strict=True):
        arrows = {(status, event): after for status, after, event in ARROW.findall(text)}
        assert arrows == {(str(s), str(e)): str(after) for (s, e), after in table.items()}


def test_every_status_and_event_has_words() -> None:
    assert set(STATUS_LABELS) == set(OrderStatus)
    assert set(EVENT_LABELS) == set(OrderEventKind)


def test_what_ended_without_goods_goes_nowhere_but_for_a_late_payment() -> None:
    moves = {**CONSUMER, **INSTITUTION}
    left = {status for status, _ in moves} & ENDED_WITHOUT_GOODS
    assert left == {OrderStatus.EXPIRED}
    assert [event for status, event in moves if status in left] == [OrderEventKind.PAY]
