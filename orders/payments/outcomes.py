"""What becomes of a purchase: paid, or closed unpaid. The only writers of those states.

All take a `Locked` purchase, are safe to run twice and answer with a word for what happened.
"""

from datetime import datetime

from catalog import stock
from orders.models import Order
from orders.payments.anomalies import note_anomaly
from orders.payments.locking import Locked
from orders.payments.refunds import owe_refund
from orders.quota import ledger
from orders.quota.models import Stage
from orders.states import OrderEventKind, OrderStatus
from shop import audit, outbox
from shop.actor import Actor
from shop.db import db
from shop.errors import OutOfStock
from shop.failpoints import failpoint

CLOSED_STATUS = {OrderEventKind.EXPIRE: "expired", OrderEventKind.CANCEL: "cancelled"}


def settle_paid(
    locked: Locked,
    *,
    provider_payment_id: str | None,
    amount_fen: int | None,
    currency: str | None,
    event_id: str | None,
    actor: Actor,
    at: datetime,
) -> str:
    """The provider says that it has the money. Amount and currency must be exact, or nothing is.

    A purchase that was closed in the meantime gets its goods back if they are still there, else
    the money goes back. Returns paid, repeated, returned or anomaly.
    """
    payment = locked.payment
    told = {
        "provider_payment_id": provider_payment_id, "amount_fen": amount_fen, "currency": currency,
        "expected_fen": payment.amount.fen,
    }  # fmt: skip
    if payment.status in ("paid", "refunded"):
        reason = _second_payment(locked, provider_payment_id, amount_fen, currency)
        if reason is None:
            return "repeated"
        note_anomaly(payment, reason, told, event_id=event_id, at=at)
        return "anomaly"
    if (amount_fen, currency) != (payment.amount.fen, payment.currency):
        note_anomaly(payment, "wrong_amount", told, event_id=event_id, at=at)
        return "anomaly"
    payment.status, payment.paid_at = "paid", at
    payment.provider_payment_id = provider_payment_id
    if locked.purchase.status == "open":
        stock.keep_stock(locked.hold_keys)
    elif not _hold_again(locked, actor=actor, at=at):
        note_anomaly(payment, "paid_late", told, event_id=event_id, at=at)
        owe_refund(payment, None, payment.amount, reason="paid_late", actor=actor, at=at)
        _tell(locked, "returned", at=at)
        return "returned"
    _mark_paid(locked, actor=actor, at=at)
    return "paid"


def _second_payment(
    locked: Locked, provider_payment_id: str | None, amount_fen: int | None, currency: str | None
) -> str | None:
    """Why a message about money that was booked already does not simply repeat it."""
    payment = locked.payment
    if provider_payment_id not in (None, payment.provider_payment_id):
        return "paid_twice"
    if (amount_fen, currency) != (payment.amount.fen, payment.currency):
        return "wrong_amount"
    return "paid_after_refund" if payment.status == "refunded" else None


def _hold_again(locked: Locked, *, actor: Actor, at: datetime) -> bool:
    """Hold the goods of an expired purchase once more; False when they are gone for good."""
    if locked.purchase.status != "expired":
        return False
    wanted = {line.hold_key: (line.offer_id, line.quantity) for line in locked.lines}
    try:
        with db.session.begin_nested():
            stock.hold_stock(wanted, at=at, expires_at=None)
    except OutOfStock:
        return False
    for order in locked.orders:
        amounts = {line.id: line.amount for line in order.lines}
        ledger.enter(order, Stage.PLACED, amounts, event="place_again", actor=actor, at=at)
    return True


def _mark_paid(locked: Locked, *, actor: Actor, at: datetime) -> None:
    purchase = locked.purchase
    before = purchase.status
    purchase.status, purchase.paid_at = "paid", at
    for order in locked.orders:
        order.apply(OrderEventKind.PAY, actor=actor, at=at)
        order.ended_at = None
        amounts = {line.id: line.amount for line in order.lines}
        ledger.enter(order, Stage.PAID, amounts, event="pay", actor=actor, at=at)
        failpoint("orders:pay:entered")
        outbox.leave("orders:order:paid", {"order_id": order.id}, at=at)
    _tell(locked, "paid", at=at)
    audit.record(
        actor, "orders:purchase:pay", purchase,
        before={"status": before}, after={"status": "paid", "total_fen": purchase.total.fen}, at=at,
    )  # fmt: skip


def _tell(locked: Locked, what: str, *, at: datetime) -> None:
    payload = {"purchase_id": locked.purchase.id, "what": what}
    outbox.leave("orders:purchase:changed", payload, at=at)


def close_unpaid(
    locked: Locked, ending: OrderEventKind, *, actor: Actor, at: datetime, note: str | None = None
) -> str:
    """End an unpaid purchase (EXPIRE or CANCEL): goods and ledger go back. Returns the status."""
    purchase = locked.purchase
    if purchase.status != "open":
        return purchase.status
    purchase.status = CLOSED_STATUS[ending]
    if locked.payment.status != "paid":
        locked.payment.status = "expired"
    for order in locked.orders:
        order.apply(ending, actor=actor, at=at, note=note)
        ledger.reverse(order, event=ending.value, actor=actor, at=at, reason=ending.value)
    stock.release_stock(locked.hold_keys, at=at)
    _tell(locked, purchase.status, at=at)
    audit.record(
        actor, f"orders:purchase:{ending.value}", purchase,
        before={"status": "open"}, after={"status": purchase.status}, at=at,
    )  # fmt: skip
    return purchase.status


def give_order_back(order: Order, *, actor: Actor, at: datetime, note: str | None = None) -> None:
    """A paid order that was not sent ends: its goods return to the shelf, its figures to zero."""
    order.apply(OrderEventKind.REFUND, actor=actor, at=at, note=note)
    ledger.reverse(order, event="refund", actor=actor, at=at, reason="refund")
    stock.release_stock([line.hold_key for line in order.lines], at=at)
    outbox.leave("orders:order:refunded", {"order_id": order.id}, at=at)


def unsent(orders: list[Order]) -> list[Order]:
    return [order for order in orders if order.status == OrderStatus.PAID]
