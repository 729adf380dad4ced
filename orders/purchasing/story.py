"""One order as its page tells it: lines with what became of them, papers, dated facts, next step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from catalog.models import Hold, StockLot
from orders.fulfilment.amounts import (
    PaymentTerm,
    accepted_amounts,
    amounts_for,
    payment_rules,
    payment_term,
)
from orders.fulfilment.models import Acceptance, AcceptanceLine, Dispatch
from orders.models import Order, OrderLine
from orders.payments.models import BankTransfer, Invoice
from orders.purchasing.steps import step_of
from orders.states import EVENT_LABELS, OrderEventKind
from producers.models import Batch
from shop import clock
from shop.actor import Actor, name_shown
from shop.db import db
from shop.money import Money, total
from shop.regions.queries import names


@dataclass(frozen=True)
class Told:
    """One dated fact, ready for the timeline."""

    label: str
    at: datetime
    actor: str
    note: str | None


@dataclass(frozen=True)
class LineStory:
    """A line, the batches that fill it, what was weighed, and what that is worth."""

    line: OrderLine
    place: str
    batches: list[tuple[Batch, int]]
    weighed: AcceptanceLine | None
    weighed_amount: Money | None
    accepted_amount: Money | None


@dataclass(frozen=True)
class OrderFile:
    """The order with its papers."""

    order: Order
    lines: list[LineStory]
    dispatch: Dispatch | None
    acceptance: Acceptance | None
    invoice: Invoice | None
    transfer: BankTransfer | None
    term: PaymentTerm | None
    accepted: Money | None
    weighed: Money | None

    def told_to(self, own: str) -> list[Told]:
        """The order's facts; who belongs to the reader's own organisation is only named."""
        return [
            Told(
                str(EVENT_LABELS[OrderEventKind(event.event)]),
                event.at,
                f"{event.actor_name} · {event.organisation_name}"
                if event.organisation_name not in (None, "", own)
                else name_shown(event.actor_name),
                event.note,
            )
            for event in self.order.events
        ]


def open_file(order: Order) -> OrderFile:
    """Everything its page shows, in a fixed number of queries."""
    dispatch, acceptance, invoice, transfer = _papers(order)
    accepted = accepted_amounts(order)
    weighed = {found.line_id: found for found in acceptance.lines} if acceptance else {}
    worth = amounts_for(order, weighed.values())
    places = names({line.origin_code for line in order.lines})
    batches = _batches(order)
    return OrderFile(
        order=order,
        lines=[
            LineStory(
                line, places.get(line.origin_code, ""), batches.get(line.id, []),
                weighed.get(line.id), worth.get(line.id), accepted.get(line.id),
            )
            for line in order.lines
        ],
        dispatch=dispatch,
        acceptance=acceptance,
        invoice=invoice,
        transfer=transfer,
        term=_term(order) if accepted else None,
        accepted=total(accepted.values()) if accepted else None,
        weighed=total(worth.values()) if worth else None,
    )  # fmt: skip


def next_step(found: OrderFile, actor: Actor) -> str:
    """The one thing this member of the buying unit does next, or for whom the order waits."""
    weighed_by_id = found.acceptance.weighed_by_id if found.acceptance else None
    return step_of(found.order, weighed_by_id, actor)


def _papers(
    order: Order,
) -> tuple[Dispatch | None, Acceptance | None, Invoice | None, BankTransfer | None]:
    row = db.session.execute(
        select(Dispatch, Acceptance, Invoice, BankTransfer)
        .select_from(Order)
        .outerjoin(Dispatch, Dispatch.order_id == Order.id)
        .outerjoin(Acceptance, Acceptance.order_id == Order.id)
        .outerjoin(Invoice, Invoice.order_id == Order.id)
        .outerjoin(BankTransfer, BankTransfer.order_id == Order.id)
        .where(Order.id == order.id)
        .options(
            joinedload(Acceptance.weighed_by),
            joinedload(Acceptance.accepted_by),
            selectinload(Acceptance.lines),
        )
    ).one()
    return row[0], row[1], row[2], row[3]


def _term(order: Order) -> PaymentTerm | None:
    if order.accepted_at is None or order.buyer_organisation_id is None:
        return None
    return payment_term(clock.business_day(order.accepted_at), payment_rules())


def _batches(order: Order) -> Mapping[int, list[tuple[Batch, int]]]:
    """What fills each line: its allocations, or what is held for it until there are any."""
    allocated = {
        line.id: [(found.batch, found.quantity) for found in line.allocations]
        for line in order.lines
    }
    if any(allocated.values()):
        return allocated
    keys = {line.hold_key: line.id for line in order.lines}
    rows = db.session.execute(
        select(Hold.holder_key, Batch, Hold.quantity)
        .join(StockLot, StockLot.id == Hold.stock_lot_id)
        .join(Batch, Batch.id == StockLot.batch_id)
        .where(Hold.holder_key.in_(keys), Hold.status == "live")
        .order_by(Hold.id)
    )
    held: dict[int, list[tuple[Batch, int]]] = {}
    for key, batch, quantity in rows:
        held.setdefault(keys[key], []).append((batch, quantity))
    return held
