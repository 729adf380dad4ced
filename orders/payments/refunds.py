"""Giving money back: owed under the payment's lock, asked for by the worker, confirmed by either
the provider's answer or its message. The sum of a payment's refunds never exceeds it."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from orders.models import Order
from orders.payments.anomalies import note_anomaly
from orders.payments.current import payment_gateway
from orders.payments.gateway import GatewayRefused, RefundRequest, RefundResult
from orders.payments.locking import Locked, lock_purchase
from orders.payments.models import Payment, Refund
from shop import audit, outbox
from shop.actor import Actor, system_actor
from shop.db import db, transaction
from shop.errors import DomainError
from shop.failpoints import failpoint
from shop.money import Money, total

TOPIC = "orders:refund:ask"
GOOD_ANSWERS = frozenset({"succeeded"})
BAD_ANSWERS = frozenset({"failed", "canceled"})


class RefundTooLarge(DomainError):
    """More would go back than came in."""

    default_message = _l("退款总额不能超过已付金额。")


def refunds_of(payment: Payment) -> list[Refund]:
    """All refunds of a payment, oldest first."""
    statement = select(Refund).where(Refund.payment_id == payment.id).order_by(Refund.id)
    return list(db.session.scalars(statement))


def owe_refund(
    payment: Payment,
    order: Order | None,
    amount: Money,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Refund:
    """Note money to be given back and have the worker ask for it; once per order and reason.

    The payment must be locked. Raises RefundTooLarge.
    """
    subject = order.number if order is not None else "rest"
    key = f"refund-{payment.id}-{subject}-{reason}"
    known = refunds_of(payment)
    for refund in known:
        if refund.idempotency_key == key:
            return refund
    given = total(refund.amount for refund in known if refund.status != "failed")
    if given + amount > payment.amount:
        raise RefundTooLarge
    refund = Refund(
        payment_id=payment.id, order_id=order.id if order is not None else None, amount=amount,
        reason=reason, idempotency_key=key, asked_at=at,
    )  # fmt: skip
    db.session.add(refund)
    db.session.flush()
    outbox.leave(TOPIC, {"refund_id": refund.id}, at=at)
    failpoint("orders:refund:owed")
    audit.record(
        actor, "orders:refund:ask", refund, after={"fen": amount.fen, "reason": reason}, at=at
    )
    return refund


def send_refund(payload: dict[str, int], at: datetime) -> None:
    """Outbox, external: ask the provider. Repeated with the same key until it answers."""
    refund = db.session.get(Refund, payload["refund_id"])
    if refund is None or refund.status != "asked":
        return
    payment = db.session.get_one(Payment, refund.payment_id)
    refund_id, purchase_id = refund.id, payment.purchase_id
    if payment.provider_payment_id is None:
        raise ValueError(f"refund {refund_id} has no payment at the provider")
    request = RefundRequest(
        payment.provider_payment_id,
        refund.amount.fen,
        refund.idempotency_key,
        "requested_by_customer",
    )
    db.session.rollback()
    failpoint("orders:refund:asking")
    refusal: GatewayRefused | None = None
    result: RefundResult | None = None
    try:
        result = payment_gateway().refund(request)
    except GatewayRefused as error:
        refusal = error
    failpoint("orders:refund:answered")
    with transaction():
        note_answer(purchase_id, refund_id, result, refusal, at=at)
    failpoint("orders:refund:noted")


def note_answer(
    purchase_id: int,
    refund_id: int,
    result: RefundResult | None,
    refusal: GatewayRefused | None,
    *,
    at: datetime,
) -> None:
    """Write down what the provider answered; a refund that its message confirmed stays done."""
    locked = lock_purchase(purchase_id)
    refund = db.session.get_one(Refund, refund_id, populate_existing=True)
    if refund.status != "asked":
        return
    if result is not None:
        refund.provider_refund_id = result.provider_id
    if result is not None and result.status in GOOD_ANSWERS:
        confirm_refund(refund, at=at)
        note_whole(locked, actor=system_actor("支付渠道"), at=at)
    elif refusal is not None or (result is not None and result.status in BAD_ANSWERS):
        refund.status = "failed"
        code = refusal.code if refusal is not None else result.status if result else None
        detail = {"refund_id": refund.id, "fen": refund.amount.fen, "code": code}
        note_anomaly(locked.payment, "refund_failed", detail, event_id=None, at=at)


def confirm_refund(refund: Refund, *, at: datetime) -> None:
    refund.status, refund.done_at = "done", at


def note_whole(locked: Locked, *, actor: Actor, at: datetime) -> None:
    """When all of a payment has gone back, payment and purchase say so."""
    db.session.flush()
    done = total(r.amount for r in refunds_of(locked.payment) if r.status == "done")
    if done != locked.payment.amount or locked.payment.status == "refunded":
        return
    locked.payment.status = "refunded"
    if locked.purchase.status == "paid":
        locked.purchase.status = "refunded"
    audit.record(actor, "orders:payment:refund", locked.payment, after={"fen": done.fen}, at=at)
