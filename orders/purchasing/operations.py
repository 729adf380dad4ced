"""A unit's order between placing and delivery: approved, rejected, cancelled, confirmed, declined.

Each finds the order through the actor under its lock, refuses, moves on, and leaves its trace.
"""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from catalog import stock
from orders.models import Allocation, Order
from orders.purchasing import queries
from orders.purchasing.content import order_mark, refuse_other
from orders.quota import ledger
from orders.states import OrderEventKind, OrderKind
from shop import audit, outbox
from shop.actor import Actor
from shop.db import db
from shop.errors import SamePerson


def approve(number: str, seen: str, *, actor: Actor, at: datetime) -> Order:
    """Approve what was seen (its mark). Raises NotFound, SamePerson, ContentChanged,
    InvalidTransition.
    """
    order = queries.lock_order(queries.is_buyers(actor), number)
    _refuse_buyer(order, actor)
    refuse_other(seen, order_mark(order))
    step(order, OrderEventKind.APPROVE, "approve", "approved", actor=actor, at=at)
    stock.keep_stock([line.hold_key for line in order.lines])
    return order


def reject(number: str, reason: str, *, actor: Actor, at: datetime) -> Order:
    """Send an order back for good, with the reason. Raises NotFound, SamePerson,
    InvalidTransition.
    """
    order = queries.lock_order(queries.is_buyers(actor), number)
    _refuse_buyer(order, actor)
    step(order, OrderEventKind.REJECT, "reject", "rejected", actor=actor, at=at, note=reason)
    give_back(order, "reject", reason, actor=actor, at=at)
    return order


def cancel(number: str, reason: str, *, actor: Actor, at: datetime) -> Order:
    """Take an order back before the seller has confirmed it. Raises NotFound, InvalidTransition."""
    order = queries.lock_order(queries.is_buyers(actor), number)
    was_approved = order.approved_at is not None
    step(order, OrderEventKind.CANCEL, "cancel", None, actor=actor, at=at, note=reason)
    give_back(order, "cancel", reason, actor=actor, at=at)
    if was_approved:
        outbox.leave("orders:order:cancelled", {"order_id": order.id}, at=at)
    return order


def confirm(number: str, *, actor: Actor, at: datetime) -> Order:
    """The seller takes a unit's order; its batches are those held, oldest harvest first.

    Raises NotFound, InvalidTransition.
    """
    order = queries.lock_order(queries.is_sellers(actor), number)
    step(order, OrderEventKind.CONFIRM, "confirm", "confirmed", actor=actor, at=at)
    allocate(order)
    return order


def decline(number: str, reason: str, *, actor: Actor, at: datetime) -> Order:
    """The seller does not take a unit's order. Raises NotFound, InvalidTransition."""
    order = queries.lock_order(queries.is_sellers(actor), number)
    step(order, OrderEventKind.DECLINE, "decline", "declined", actor=actor, at=at, note=reason)
    give_back(order, "decline", reason, actor=actor, at=at)
    return order


def step(
    order: Order,
    event: OrderEventKind,
    verb: str,
    topic: str | None,
    *,
    actor: Actor,
    at: datetime,
    note: str | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """One move of the order with its dated fact, its audit line and its message."""
    before = order.status
    order.apply(event, actor=actor, at=at, note=note)
    after: dict[str, Any] = {"number": order.number, "status": order.status, **(facts or {})}
    if note:
        after["note"] = note
    audit.record(
        actor, f"orders:order:{verb}", order, before={"status": before}, after=after, at=at
    )
    if topic:
        outbox.leave(f"orders:order:{topic}", {"order_id": order.id}, at=at)


def give_back(order: Order, event: str, reason: str, *, actor: Actor, at: datetime) -> None:
    """What ends without goods holds no stock and counts nowhere."""
    stock.release_stock([line.hold_key for line in order.lines], at=at)
    ledger.reverse(order, event=event, actor=actor, at=at, reason=reason)


def allocate(order: Order) -> None:
    """Write down which batches fill each line: what is held for it now."""
    lines = {line.hold_key: line for line in order.lines}
    db.session.execute(
        delete(Allocation).where(Allocation.line_id.in_([line.id for line in order.lines]))
    )
    taken: dict[tuple[int, int], Allocation] = {}
    for hold in stock.live_holds(list(lines)):
        line = lines[hold.holder_key]
        found = taken.get((line.id, hold.stock_lot_id))
        if found is not None:
            found.quantity += hold.quantity
            continue
        taken[line.id, hold.stock_lot_id] = Allocation(
            line_id=line.id,
            stock_lot_id=hold.stock_lot_id,
            batch_id=hold.lot.batch_id,
            quantity=hold.quantity,
        )
    db.session.add_all(taken.values())
    db.session.flush()
    for line in order.lines:
        db.session.expire(line, ["allocations"])


def _refuse_buyer(order: Order, actor: Actor) -> None:
    if order.user_id == actor.user_id:
        raise SamePerson(_l("审批人不能是下单人，请由本单位另一位审批人办理。"))


def is_institutions(order: Order) -> bool:
    return order.kind == OrderKind.INSTITUTION
