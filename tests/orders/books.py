"""Whether money, stock and ledger agree: I1, I2, I3, I5 and I6 for what a test has placed."""

from collections.abc import Iterable

from sqlalchemy import func, select

from catalog.models import Hold, StockLot
from orders.models import Order, OrderLine, Purchase
from orders.payments.models import Payment, Refund
from orders.quota.models import LedgerEntry
from orders.states import OrderStatus
from shop.db import db
from shop.money import Money, total

LIVE = {OrderStatus.AWAITING_PAYMENT, OrderStatus.PAID}
ENTERED = {
    "awaiting_payment": {"placed"}, "paid": {"placed", "paid"}, "dispatched": {"placed", "paid"},
    "completed": {"placed", "paid", "accepted", "completed"},
}  # fmt: skip


def check_books(purchase_ids: Iterable[int], *, is_settled: bool = False) -> None:
    """Raise AssertionError where something does not fit. `is_settled`: no refund may be pending."""
    for purchase_id in purchase_ids:
        db.session.expire_all()
        purchase = db.session.get_one(Purchase, purchase_id)
        assert total(order.total for order in purchase.orders) == purchase.total
        for order in purchase.orders:
            _check_order(order)
        _check_money(purchase, is_settled)
    _check_stock()


def _check_order(order: Order) -> None:
    assert total(line.amount for line in order.lines) == order.total
    for line in order.lines:
        held = db.session.scalar(
            select(func.coalesce(func.sum(Hold.quantity), 0)).where(
                Hold.holder_key == line.hold_key, Hold.status == "live"
            )
        )
        assert held == (line.quantity if order.status in LIVE else 0), (order.status, held)
        assert _entered(line) == dict.fromkeys(ENTERED.get(order.status, set()), line.amount.fen), (
            order.status
        )


def _entered(line: OrderLine) -> dict[str, int]:
    entries = db.session.scalars(select(LedgerEntry).where(LedgerEntry.line_id == line.id))
    sums: dict[str, int] = {}
    for entry in entries:
        sums[entry.stage] = sums.get(entry.stage, 0) + entry.delta.fen
    return {stage: fen for stage, fen in sums.items() if fen}


def _check_money(purchase: Purchase, is_settled: bool) -> None:
    payment = db.session.scalars(select(Payment).where(Payment.purchase_id == purchase.id)).one()
    refunds = db.session.scalars(select(Refund).where(Refund.payment_id == payment.id)).all()
    given = total(refund.amount for refund in refunds if refund.status != "failed")
    assert given <= payment.amount
    kept = total(
        o.total for o in purchase.orders if o.status in ("paid", "dispatched", "completed")
    )
    taken = payment.amount if payment.status in ("paid", "refunded") else Money(0)
    assert taken - given == kept, (payment.status, purchase.status, taken, given, kept)
    if is_settled:
        assert all(refund.status == "done" for refund in refunds)


def _check_stock() -> None:
    held = (
        select(func.coalesce(func.sum(Hold.quantity), 0))
        .where(Hold.stock_lot_id == StockLot.id, Hold.status == "live")
        .scalar_subquery()
    )
    wrong = db.session.scalars(select(StockLot.id).where(StockLot.held != held)).all()
    assert not wrong, f"held is not the sum of live holds in lots {wrong}"
