"""A unit's papers by month: which order has which, and the sheets that are made from the record."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from orders.fulfilment.models import Acceptance, Dispatch
from orders.models import Order
from orders.payments.models import BankTransfer, Invoice
from orders.purchasing.queries import is_buyers
from orders.purchasing.story import OrderFile
from orders.states import OrderEventKind
from shop import clock
from shop.actor import Actor, name_shown
from shop.db import db

PAGE_SIZE = 50


@dataclass(frozen=True)
class Papers:
    """An order with the papers that there are."""

    order: Order
    dispatch: Dispatch | None
    acceptance: Acceptance | None
    invoice: Invoice | None
    transfer: BankTransfer | None

    @property
    def is_accepted(self) -> bool:
        return self.acceptance is not None and self.acceptance.accepted_at is not None


def months_of(actor: Actor, today: date) -> list[date]:
    """The months from the unit's first order to today, newest first: one query."""
    first = db.session.scalar(select(func.min(Order.placed_at)).where(is_buyers(actor)))
    month, months = today.replace(day=1), []
    earliest = clock.business_day(first).replace(day=1) if first else month
    while month >= earliest:
        months.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return months or [today.replace(day=1)]


def papers_of(actor: Actor, month: date, *, offset: int) -> tuple[list[Papers], int]:
    """The orders placed in a month with their papers, newest first, and how many: one query."""
    end = month + timedelta(days=monthrange(month.year, month.month)[1])
    rows = db.session.execute(
        select(Order, Dispatch, Acceptance, Invoice, BankTransfer, func.count().over())
        .outerjoin(Dispatch, Dispatch.order_id == Order.id)
        .outerjoin(Acceptance, Acceptance.order_id == Order.id)
        .outerjoin(Invoice, Invoice.order_id == Order.id)
        .outerjoin(BankTransfer, BankTransfer.order_id == Order.id)
        .where(
            is_buyers(actor),
            Order.placed_at >= clock.start_of(month),
            Order.placed_at < clock.start_of(end),
        )
        .options(joinedload(Order.seller))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .offset(offset)
        .limit(PAGE_SIZE)
    ).all()
    return [Papers(*row[:5]) for row in rows], rows[0][5] if rows else 0


SHEETS: dict[str, Callable[[OrderFile], bool]] = {
    "approval": lambda file: file.order.budget_unit is not None,
    "acceptance": lambda file: file.acceptance is not None,
    "settlement": lambda file: file.invoice is not None,
}
"""Which sheets can be printed of an order, and from when on."""


def who_did(order: Order, event: OrderEventKind) -> str | None:
    """The name of who did it last; None while nobody has."""
    names = [name_shown(found.actor_name) for found in order.events if found.event == event]
    return names[-1] if names else None
