"""Entries of the ledger: one door through which every amount reaches a stage."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from orders.models import Order
from orders.quota.models import LedgerEntry, Stage
from shop import clock
from shop.actor import Actor
from shop.db import db
from shop.money import Money


def entry_values(
    order: Order,
    line: Any,
    stage: Stage,
    delta: Money,
    *,
    event_key: str,
    actor_name: str,
    at: datetime,
    on: date | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """The columns of one entry, copied from the order as it stands; `on` if not today's day."""
    day = on or clock.business_day(at)
    return {
        "event_key": event_key,
        "stage": stage.value,
        "order_id": order.id,
        "line_id": line.id,
        "budget_unit_id": order.budget_unit_id,
        "department_id": order.department_id,
        "buyer_region_code": order.buyer_region_code,
        "origin_code": line.origin_code,
        "seller_id": order.seller_id,
        "category_code": line.category_code,
        "channel": order.channel,
        "fund_source": order.fund_source,
        "year": clock.procurement_year(day),
        "day": day,
        "delta": delta,
        "recorded_at": at,
        "actor_name": actor_name,
        "reason": reason,
    }


def enter(
    order: Order,
    stage: Stage,
    amounts: Mapping[int, Money],
    *,
    event: str,
    actor: Actor,
    at: datetime,
    on: date | None = None,
    reason: str | None = None,
) -> None:
    """Write amounts {line id: fen} of an order at a stage. A floor records, never refuses.

    The event key makes a retried request count once: the database refuses the second. `on` is
    the day on which it counts where that is not the day of `at` (a transfer recorded later).
    """
    key = f"order:{order.id}:{event}"
    for line in order.lines:
        delta = amounts.get(line.id)
        if delta:
            values = entry_values(
                order,
                line,
                stage,
                delta,
                event_key=key,
                actor_name=actor.name,
                at=at,
                on=on,
                reason=reason,
            )
            db.session.add(LedgerEntry(**values))


def reverse(order: Order, *, event: str, actor: Actor, at: datetime, reason: str) -> None:
    """Take back everything the order has entered so far, with new negative entries.

    The taking back counts in the year of what it takes back, on today's day.
    """
    db.session.flush()
    entries = db.session.scalars(select(LedgerEntry).where(LedgerEntry.order_id == order.id)).all()
    sums: dict[tuple[str, int], tuple[Money, LedgerEntry]] = {}
    for entry in entries:
        before = sums.get((entry.stage, entry.line_id), (Money(0), entry))[0]
        sums[entry.stage, entry.line_id] = (before + entry.delta, entry)
    lines = {line.id: line for line in order.lines}
    for (stage, line_id), (amount, entry) in sums.items():
        if amount:
            values = entry_values(
                order, lines[line_id], Stage(stage), -amount,
                event_key=f"order:{order.id}:{event}", actor_name=actor.name, at=at, reason=reason,
            )  # fmt: skip
            db.session.add(LedgerEntry(**{**values, "year": entry.year}))
