"""对账单: a seller's accepted deliveries, what was paid for them, what is owed and since when.

The accepted amount is the ledger's, as on the order's own page; nothing here is entered by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from orders.fulfilment.amounts import PaymentTerm, payment_rules, payment_term
from orders.fulfilment.models import PaymentTermRule
from orders.models import Order
from orders.payments.models import BankTransfer, Invoice
from orders.purchasing.queries import is_sellers
from orders.quota.models import LedgerEntry, Stage
from orders.states import OrderKind, OrderStatus
from shop import clock
from shop.actor import Actor
from shop.db import db
from shop.errors import NotFound
from shop.money import ZERO, Money, total
from shop.web.asking import asked_month, asked_of, list_url

CONSUMERS = "consumers"
TO_PAY = (OrderStatus.ACCEPTED, OrderStatus.INVOICED)


class View(StrEnum):
    ACCEPTED = "accepted"
    PAID = "paid"
    OWED = "owed"
    OVERDUE = "overdue"


LABELS = {
    View.ACCEPTED: _l("本月验收"),
    View.PAID: _l("本月收款"),
    View.OWED: _l("全部未收款"),
    View.OVERDUE: _l("已逾期"),
}
BY_MONTH = {View.ACCEPTED, View.PAID}


@dataclass(frozen=True)
class Entry:
    """One accepted order and its money. `outstanding` is accepted less paid."""

    order: Order
    accepted_on: date
    accepted: Money
    invoice: str | None
    term: PaymentTerm | None
    paid_on: date | None
    paid: Money

    @property
    def buyer(self) -> str:
        unit = self.order.budget_unit
        return unit.name if unit else _("个人消费者")

    @property
    def buyer_key(self) -> str:
        return self.order.budget_unit.public_id if self.order.budget_unit else CONSUMERS

    @property
    def difference(self) -> Money:
        """What acceptance changed against the order; less than nothing where goods were refused."""
        return self.accepted - self.order.total

    @property
    def outstanding(self) -> Money:
        return self.accepted - self.paid

    def days_over(self, on: date) -> int:
        return self.term.days_over(on) if self.term and self.outstanding else 0


@dataclass(frozen=True)
class Totals:
    ordered: Money
    difference: Money
    accepted: Money
    paid: Money
    outstanding: Money


def totals(entries: Sequence[Entry]) -> Totals:
    return Totals(
        total(entry.order.total for entry in entries),
        total(entry.difference for entry in entries),
        total(entry.accepted for entry in entries),
        total(entry.paid for entry in entries),
        total(entry.outstanding for entry in entries),
    )


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a view, a month (its first day), a buyer."""

    view: View
    first: date
    unit: str = ""

    @classmethod
    def read(cls, today: date) -> "Asked":
        """Raises NotFound for a view or a month that there is not."""
        view = View(asked_of("view", set(View)) or View.ACCEPTED)
        first = asked_month("month") or today.replace(day=1)
        return cls(view, first, request.args.get("unit", "")[:40])

    @property
    def month(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def after(self) -> date:
        """The first day after the month."""
        year, month = divmod(self.first.year * 12 + self.first.month, 12)
        return date(year, month + 1, 1)

    @property
    def before(self) -> date:
        """The first day of the month before."""
        year, month = divmod(self.first.year * 12 + self.first.month - 2, 12)
        return date(year, month + 1, 1)

    def url(self, endpoint: str = "supplier.statement", **changes: Any) -> str:
        view = changes.pop("view", self.view)
        asked: dict[str, Any] = {"view": view if view != View.ACCEPTED else ""}
        if view in BY_MONTH:
            asked["month"] = self.month
        asked |= {"unit": self.unit, **changes}
        return list_url(endpoint, **asked)


def entries_of(
    actor: Actor,
    view: View,
    first: date,
    after: date,
    on: date,
    rules: Sequence[PaymentTermRule] | None = None,
) -> list[Entry]:
    """The seller's entries of a view, by the day of acceptance: two queries, however many.

    `first` and `after` bound the month (the views by month), `on` is the day for what is overdue.
    """  # fmt: skip
    accepted = (
        select(func.sum(LedgerEntry.delta))
        .where(LedgerEntry.order_id == Order.id, LedgerEntry.stage == Stage.ACCEPTED)
        .correlate(Order)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(Order, accepted, Invoice.number, BankTransfer)
        .outerjoin(Invoice, Invoice.order_id == Order.id)
        .outerjoin(BankTransfer, BankTransfer.order_id == Order.id)
        .where(is_sellers(actor), Order.accepted_at.is_not(None), _within(view, first, after))
        .options(joinedload(Order.budget_unit))
        .order_by(Order.accepted_at, Order.id)
    ).all()
    terms = payment_rules() if rules is None else rules
    entries = [
        _entry(order, amount, invoice, transfer, terms)
        for order, amount, invoice, transfer in found
    ]
    if view is View.OVERDUE:
        return [entry for entry in entries if entry.days_over(on)]
    return entries


def _within(view: View, first: date, after: date) -> ColumnElement[bool]:
    since, until = clock.start_of(first), clock.start_of(after)
    if view is View.ACCEPTED:
        return and_(Order.accepted_at >= since, Order.accepted_at < until)
    if view is View.PAID:
        return or_(
            and_(BankTransfer.paid_on >= first, BankTransfer.paid_on < after),
            and_(Order.kind == OrderKind.CONSUMER, Order.paid_at >= since, Order.paid_at < until),
        )
    return and_(Order.kind == OrderKind.INSTITUTION, Order.status.in_(TO_PAY))


def _entry(
    order: Order,
    accepted: Money | None,
    invoice: str | None,
    transfer: BankTransfer | None,
    terms: Sequence[PaymentTermRule],
) -> Entry:
    amount = accepted or ZERO
    accepted_on = clock.business_day(_known(order.accepted_at))
    if order.kind == OrderKind.CONSUMER:  # paid before dispatch, through the provider
        paid_on = clock.business_day(_known(order.paid_at))
        return Entry(order, accepted_on, amount, invoice, None, paid_on, amount)
    return Entry(
        order, accepted_on, amount, invoice, payment_term(accepted_on, terms),
        transfer.paid_on if transfer else None, transfer.amount if transfer else ZERO,
    )  # fmt: skip


def _known(at: datetime | None) -> datetime:
    if at is None:
        raise NotFound
    return at
