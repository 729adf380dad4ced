"""The totals once more, from the raw records: orders, events, acceptances, transfers, payments.

Shares no code with the ledger or the reports, on purpose: where both agree, neither is wrong alone.
Whole fen and integer arithmetic only.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar

from sqlalchemy import select

from orders.fulfilment.models import Acceptance, AcceptanceLine
from orders.models import Order, OrderEvent, OrderLine
from orders.payments.models import BankTransfer, Payment
from shop.db import db

BEIJING = timezone(timedelta(hours=8))
ENDINGS = {"expire", "reject", "decline", "cancel", "return", "refund"}
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Fact:
    """So many fen of one line reached a stage (or left it again) on a Beijing day."""

    order_id: int
    order_number: str
    line_id: int
    stage: str
    day: date
    fen: int
    region_code: str
    origin_code: str
    unit_id: int | None
    department_id: int | None
    channel: str
    fund_source: str


def facts() -> Iterator[Fact]:
    """Every fact of every order, computed from what was recorded about it."""
    lines, events = _grouped(_lines()), _grouped(_events())
    accepted, transfers, payments = _accepted(), _transfers(), _payments()
    columns = (
        Order.id, Order.number, Order.kind, Order.purchase_id, Order.buyer_region_code,
        Order.budget_unit_id, Order.department_id, Order.channel, Order.fund_source,
    )  # fmt: skip
    for order in db.session.execute(select(*columns).order_by(Order.id)):
        moves = (
            _institution(order.id, lines, events, accepted, transfers)
            if order.kind == "institution"
            else _consumer(order, lines, events, payments)
        )
        for line, stage, day, fen in moves:
            if fen:
                yield Fact(
                    order.id, order.number, line.id, stage, day, fen, order.buyer_region_code,
                    line.origin_code, order.budget_unit_id, order.department_id, order.channel,
                    order.fund_source,
                )  # fmt: skip


def sums(found: Iterable[Fact], key: Callable[[Fact], K]) -> dict[K, int]:
    """Fen by whatever the key says; keys that come to nothing are left out."""
    result: dict[K, int] = defaultdict(int)
    for fact in found:
        result[key(fact)] += fact.fen
    return {name: fen for name, fen in result.items() if fen}


Move = tuple[Any, str, date, int]


def _institution(
    order_id: int, lines: Any, events: Any, accepted: Any, transfers: Any
) -> Iterator[Move]:
    """Placed as ordered; accepted as weighed; paid by the transfer; completed on the later day."""
    story = events[order_id]
    for line in lines[order_id]:
        yield line, "placed", _first(story, "place"), line.amount.fen
        if ended := [event.at for event in story if event.event in ENDINGS]:
            yield line, "placed", _day(ended[-1]), -line.amount.fen
            continue
        if order_id not in accepted:
            continue
        accepted_on, quantities = accepted[order_id]
        fen = _price(line, quantities.get(line.id, 0))
        yield line, "accepted", accepted_on, fen
        if order_id in transfers:
            yield line, "paid", transfers[order_id], fen
            yield line, "completed", max(accepted_on, transfers[order_id]), fen


def _consumer(order: Any, lines: Any, events: Any, payments: Any) -> Iterator[Move]:
    """Placed and paid as ordered; a payment after expiry places once more; received is completed."""
    for line in lines[order.id]:
        held = {"placed": 0, "paid": 0, "accepted": 0, "completed": 0}
        for event in events[order.id]:
            day, fen = _day(event.at), line.amount.fen
            moved: dict[str, int] = {}
            if event.event == "place" or (event.event == "pay" and not held["placed"]):
                moved["placed"] = fen
            if event.event == "pay" and order.purchase_id in payments:
                moved["paid"] = fen
            if event.event == "receive":
                moved["accepted"] = moved["completed"] = fen
            if event.event in ENDINGS:
                moved = {stage: -amount for stage, amount in held.items()}
            for stage, amount in moved.items():
                held[stage] += amount
                yield line, stage, day, amount


def _price(line: Any, quantity: int) -> int:
    """Packs: price times number. Grams: price per kilogram, half a fen up."""
    if line.price_basis == "pack":
        return int(line.price.fen * quantity)
    return int((line.price.fen * quantity * 2 + 1000) // 2000)


def _first(story: Any, name: str) -> date:
    return next(_day(event.at) for event in story if event.event == name)


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found


def _lines() -> Iterable[Any]:
    columns = (OrderLine.id, OrderLine.order_id, OrderLine.amount, OrderLine.price,
               OrderLine.price_basis, OrderLine.origin_code)  # fmt: skip
    return db.session.execute(select(*columns).order_by(OrderLine.id))


def _events() -> Iterable[Any]:
    columns = (OrderEvent.order_id, OrderEvent.event, OrderEvent.at)
    return db.session.execute(select(*columns).order_by(OrderEvent.id))


def _accepted() -> dict[int, tuple[date, dict[int, int]]]:
    """Of each accepted delivery: the day, and what was accepted of each line."""
    rows = db.session.execute(
        select(
            Acceptance.order_id, Acceptance.accepted_at, AcceptanceLine.line_id,
            AcceptanceLine.delivered, AcceptanceLine.rejected,
        )
        .join(AcceptanceLine, AcceptanceLine.acceptance_id == Acceptance.id)
        .where(Acceptance.accepted_at.is_not(None))
    )  # fmt: skip
    found: dict[int, tuple[date, dict[int, int]]] = {}
    for row in rows:
        _, quantities = found.setdefault(row.order_id, (_day(row.accepted_at), {}))
        quantities[row.line_id] = row.delivered - row.rejected
    return found


def _transfers() -> dict[int, date]:
    rows = db.session.execute(select(BankTransfer.order_id, BankTransfer.paid_on))
    return {row.order_id: row.paid_on for row in rows}


def _payments() -> set[int]:
    """The purchases whose payment was captured, refunded or not."""
    paid = select(Payment.purchase_id).where(Payment.paid_at.is_not(None))
    return set(db.session.scalars(paid))
