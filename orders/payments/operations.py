"""What a provider's message means for a purchase. Applied once, in any order, to one end.

Each handler takes a locked purchase and returns a word for the outcome, or None when the message
speaks of something that has not reached us yet: then it waits and is tried again.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import or_, select

from orders.models import Purchase
from orders.payments.anomalies import note_anomaly
from orders.payments.gateway import EventKind, PaymentEvent, SessionState
from orders.payments.locking import Locked, lock_purchase
from orders.payments.models import Payment, Refund
from orders.payments.outcomes import close_unpaid, give_order_back, settle_paid, unsent
from orders.payments.refunds import confirm_refund, note_whole, refunds_of
from orders.states import OrderEventKind
from shop.actor import Actor, system_actor
from shop.db import db
from shop.money import Money, total

PROVIDER = "stripe"
Handler = Callable[[Locked, PaymentEvent, Actor, datetime], str | None]


def provider_actor() -> Actor:
    return system_actor("支付渠道")


def apply_event(event: PaymentEvent, *, at: datetime) -> str | None:
    """Bring about what a verified message says; None when it must wait.

    The caller applies each event id once. Locks the purchase first.
    """
    handler = HANDLERS.get(event.kind)
    if handler is None:
        return "ignored"
    purchase_id = purchase_of(event)
    if purchase_id is None:
        return None
    return handler(lock_purchase(purchase_id), event, provider_actor(), at)


def apply_state(purchase_id: int, state: SessionState, *, at: datetime) -> str:
    """Bring about what the provider answered when asked; the same rules as for its messages."""
    locked = lock_purchase(purchase_id)
    payment = locked.payment
    if payment.provider_session_id != state.provider_id:
        return "ignored"
    if state.is_paid and payment.status not in ("paid", "refunded"):
        return settle_paid(
            locked,
            provider_payment_id=state.provider_payment_id,
            amount_fen=state.amount_fen,
            currency=state.currency,
            event_id=None,
            actor=provider_actor(),
            at=at,
        )
    if state.status == "expired" and not state.is_paid:
        return close_unpaid(locked, OrderEventKind.EXPIRE, actor=provider_actor(), at=at)
    return locked.purchase.status


def purchase_of(event: PaymentEvent) -> int | None:
    """Whose payment an event speaks of, by session, payment or our own reference."""
    ids = []
    if event.provider_session_id:
        ids.append(Payment.provider_session_id == event.provider_session_id)
    if event.provider_payment_id:
        ids.append(Payment.provider_payment_id == event.provider_payment_id)
    if ids:
        statement = select(Payment.purchase_id).where(Payment.provider == PROVIDER, or_(*ids))
        found = db.session.scalar(statement.limit(1))
        if found is not None:
            return found
    if event.reference is None:
        return None
    return db.session.scalar(
        select(Payment.purchase_id)
        .join(Purchase, Purchase.id == Payment.purchase_id)
        .where(Purchase.number == event.reference, Payment.provider == PROVIDER)
    )


def _paid(locked: Locked, event: PaymentEvent, actor: Actor, at: datetime) -> str:
    return settle_paid(
        locked,
        provider_payment_id=event.provider_payment_id,
        amount_fen=event.amount_fen,
        currency=event.currency,
        event_id=event.event_id,
        actor=actor,
        at=at,
    )


def _failed(locked: Locked, event: PaymentEvent, actor: Actor, at: datetime) -> str:
    """An attempt failed; the buyer may try again until the time to pay is over."""
    if locked.payment.status not in ("created", "open"):
        return "stale"
    locked.payment.status = "failed"
    return "failed"


def _expired(locked: Locked, event: PaymentEvent, actor: Actor, at: datetime) -> str:
    """The page to pay on has closed. Of an earlier page of the same purchase it means nothing."""
    session_id = locked.payment.provider_session_id
    if locked.purchase.status != "open" or session_id not in (None, event.provider_session_id):
        return "stale"
    return close_unpaid(locked, OrderEventKind.EXPIRE, actor=actor, at=at)


def _refunded(locked: Locked, event: PaymentEvent, actor: Actor, at: datetime) -> str | None:
    """So much has gone back in all. What we asked for is confirmed; what we did not is noted."""
    payment = locked.payment
    if payment.status not in ("paid", "refunded"):
        return None
    so_far = Money(event.amount_fen or 0)
    detail = {
        "refunded_fen": so_far.fen,
        "paid_fen": payment.amount.fen,
        "currency": event.currency,
    }
    if so_far > payment.amount or event.currency != payment.currency or not so_far:
        note_anomaly(payment, "refund_too_large", detail, event_id=event.event_id, at=at)
        return "anomaly"
    known = refunds_of(payment)
    done = total(refund.amount for refund in known if refund.status == "done")
    for refund in known:
        if refund.status == "asked" and done + refund.amount <= so_far:
            confirm_refund(refund, at=at)
            done += refund.amount
    if done < so_far:
        _note_foreign_refund(locked, so_far - done, event, actor=actor, at=at)
        note_anomaly(payment, "refund_unknown", detail, event_id=event.event_id, at=at)
    note_whole(locked, actor=actor, at=at)
    return "refunded"


def _note_foreign_refund(
    locked: Locked, amount: Money, event: PaymentEvent, *, actor: Actor, at: datetime
) -> None:
    """Somebody gave money back at the provider: book it; if that was all, end what is unsent."""
    db.session.add(
        Refund(
            payment_id=locked.payment.id,
            amount=amount,
            reason="provider",
            status="done",
            idempotency_key=f"provider-{event.event_id}",
            asked_at=at,
            done_at=at,
        )
    )
    if event.amount_fen == locked.payment.amount.fen:
        for order in unsent(locked.orders):
            give_order_back(order, actor=actor, at=at)


def _disputed(locked: Locked, event: PaymentEvent, actor: Actor, at: datetime) -> str:
    detail = {"amount_fen": event.amount_fen, "currency": event.currency}
    note_anomaly(locked.payment, "disputed", detail, event_id=event.event_id, at=at)
    return "anomaly"


HANDLERS: Mapping[EventKind, Handler] = {
    "paid": _paid,
    "failed": _failed,
    "expired": _expired,
    "refunded": _refunded,
    "disputed": _disputed,
}
