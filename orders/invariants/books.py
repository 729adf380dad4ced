"""I1-I5: stock, payments, totals, the ledger and the keys of placing."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, or_, select

from catalog.models import Hold, StockLot
from orders.fulfilment.models import Acceptance
from orders.invariants.finding import found, ids
from orders.models import Order, OrderLine, Purchase
from orders.payments.models import BankTransfer, Invoice, Payment, Refund
from orders.quota.models import LedgerEntry
from orders.reports import recomputation
from orders.states import OrderKind, OrderStatus
from shop.db import db
from shop.errors import InvalidInput
from shop.money import CURRENCY
from shop.regions import queries as regions
from shop.regions.models import Level


def stock_balances() -> Iterator[str]:
    """I1: on hand = received - sold - written off; 0 ≤ held ≤ on hand; held = Σ live holds."""
    live = (
        select(func.coalesce(func.sum(Hold.quantity), 0))
        .where(Hold.stock_lot_id == StockLot.id, Hold.status == "live")
        .scalar_subquery()
    )
    unbalanced = StockLot.on_hand != StockLot.received - StockLot.sold - StockLot.written_off
    outside = or_(StockLot.held < 0, StockLot.held > StockLot.on_hand)
    yield from ids("stock_lot", StockLot.id, or_(unbalanced, outside, StockLot.held != live))


def payments_fit() -> Iterator[str]:
    """I2: captured payment ↔ paid purchase of that amount, or a refund; nothing paid without one."""
    refunds = select(Refund.payment_id, func.sum(Refund.amount).label("amount"))
    refunded = refunds.where(Refund.status != "failed").group_by(Refund.payment_id).subquery()
    fits = and_(
        Purchase.status == "paid", Payment.amount == Purchase.total, Payment.currency == CURRENCY
    )
    wrong = or_(
        and_(Payment.paid_at.is_not(None), ~fits, refunded.c.payment_id.is_(None)),
        refunded.c.amount > Payment.amount,
    )
    statement = (
        select(Payment.id)
        .join(Purchase, Purchase.id == Payment.purchase_id)
        .outerjoin(refunded, refunded.c.payment_id == Payment.id)
    )
    yield from found("payment", statement.where(wrong))
    captured = select(Payment.purchase_id).where(Payment.paid_at.is_not(None))
    consumer = and_(Order.kind == OrderKind.CONSUMER, Order.paid_at.is_not(None))
    yield from ids("order", Order.id, and_(consumer, Order.purchase_id.not_in(captured)))
    yield from _unpaid_institutions()


def _unpaid_institutions() -> Iterator[str]:
    """A completed delivery has its acceptance, its invoice and a transfer of that amount."""
    statement = (
        select(Order.id)
        .outerjoin(Acceptance, Acceptance.order_id == Order.id)
        .outerjoin(Invoice, Invoice.order_id == Order.id)
        .outerjoin(BankTransfer, BankTransfer.order_id == Order.id)
        .where(Order.kind == OrderKind.INSTITUTION)
    )
    missing = or_(
        BankTransfer.id.is_(None), Invoice.id.is_(None), Acceptance.accepted_at.is_(None),
        BankTransfer.amount != Invoice.amount,
    )  # fmt: skip
    yield from found("order", statement.where(Order.status == OrderStatus.COMPLETED, missing))
    early = and_(Order.status != OrderStatus.COMPLETED, BankTransfer.id.is_not(None))
    yield from found("order", statement.where(early))


def totals_add_up() -> Iterator[str]:
    """I3: an order's total is the sum of its lines, a purchase's that of its orders."""
    lines = select(func.coalesce(func.sum(OrderLine.amount), 0))
    of_order = lines.where(OrderLine.order_id == Order.id).scalar_subquery()
    yield from ids("order", Order.id, Order.total != of_order)
    orders = select(func.coalesce(func.sum(Order.total), 0))
    of_purchase = orders.where(Order.purchase_id == Purchase.id).scalar_subquery()
    yield from ids("purchase", Purchase.id, Purchase.total != of_purchase)


def ledger_is_right() -> Iterator[str]:
    """I4: the ledger equals a recomputation from the raw records, by order, stage and day, and at
    county, city and province."""
    facts = list(recomputation.facts())
    expected = recomputation.sums(facts, lambda fact: (fact.order_id, fact.stage, fact.day))
    columns = (LedgerEntry.order_id, LedgerEntry.stage, LedgerEntry.day)
    rows = db.session.execute(select(*columns, func.sum(LedgerEntry.delta)).group_by(*columns))
    entered = {(order, stage, day): amount.fen for order, stage, day, amount in rows if amount}
    for order_id, stage, day in _different(expected, entered):
        yield f"order {order_id} {stage} {day}"
    for level in (Level.COUNTY, Level.PREFECTURE, Level.PROVINCE):
        place = regions.group_code(LedgerEntry.buyer_region_code, level)
        statement = select(
            place.label("place"), LedgerEntry.channel, LedgerEntry.fund_source, LedgerEntry.stage,
            func.sum(LedgerEntry.delta),
        ).group_by(place, LedgerEntry.channel, LedgerEntry.fund_source, LedgerEntry.stage)  # fmt: skip
        found = {tuple(key): amount.fen for *key, amount in db.session.execute(statement) if amount}
        again: dict[Any, int] = {}
        for fact in facts:
            around = _around(fact.region_code, level)
            key = (around, fact.channel, fact.fund_source, fact.stage)
            again[key] = again.get(key, 0) + fact.fen
        again = {key: fen for key, fen in again.items() if fen}
        for where in _different(again, found):
            yield f"{level} " + " ".join(where)


def _around(code: str, level: Level) -> str:
    """The division of this level, or the code itself where it stands above."""
    try:
        return regions.ancestor(code, level)
    except InvalidInput:
        return code


def _different(one: dict[Any, int], other: dict[Any, int]) -> list[Any]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def keys_are_single() -> Iterator[str]:
    """I5: one idempotency key, one purchase, and every purchase has an order."""
    columns = (Purchase.user_id, Purchase.idempotency_key)
    twice = select(func.min(Purchase.id)).group_by(*columns).having(func.count() > 1)
    yield from found("purchase", twice)
    yield from ids("purchase", Purchase.id, Purchase.id.not_in(select(Order.purchase_id)))
