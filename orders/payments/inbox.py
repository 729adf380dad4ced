"""Messages from the provider: each kept once under its id, applied once, retried until it fits."""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import select

from orders.models import Purchase
from orders.payments.anomalies import note_anomaly
from orders.payments.gateway import PaymentEvent
from orders.payments.models import ProviderEvent
from orders.payments.operations import apply_event, purchase_of
from shop.db import db, insert_once, lock
from shop.failpoints import failpoint

PATIENCE = timedelta(days=3)
"""How long a message may wait for the payment that it speaks of: as long as Stripe repeats one."""
UNLOCKS_OTHERS = frozenset({"paid", "returned"})


def receive_event(event: PaymentEvent, *, at: datetime) -> str | None:
    """Keep a message and apply it, both in the caller's transaction. None: it waits.

    A message that came before changes nothing.
    """
    insert_once(
        ProviderEvent,
        {
            "event_id": event.event_id,
            "kind": event.kind,
            "facts": as_facts(event),
            "received_at": at,
        },
    )
    failpoint("orders:event:kept")
    outcome = apply_kept(event.event_id, at=at)
    failpoint("orders:event:applied")
    if outcome in UNLOCKS_OTHERS:
        for event_id in waiting_like(event):
            apply_kept(event_id, at=at)
    return outcome


def apply_kept(event_id: str, *, at: datetime) -> str | None:
    """Apply a kept message unless that was done; None when it still waits.

    Other deliveries of the same message wait for the purchase's lock or for this row's.
    """
    statement = (
        select(ProviderEvent)
        .where(ProviderEvent.event_id == event_id)
        .execution_options(populate_existing=True)
    )
    kept = db.session.scalars(statement).one()
    if kept.applied_at is not None:
        return "repeated"
    event = from_facts(kept)
    lock_subject(event)
    kept = db.session.scalars(statement.with_for_update()).one()
    if kept.applied_at is not None:
        return "repeated"
    outcome = apply_event(event, at=at)
    if outcome is None and kept.received_at + PATIENCE <= at:
        detail = {
            key: kept.facts[key] for key in ("reference", "amount_fen", "currency", "raw_type")
        }
        note_anomaly(None, "unknown_payment", detail, event_id=event_id, at=at)
        outcome = "unknown"
    if outcome is not None:
        kept.applied_at, kept.outcome = at, outcome
    return outcome


def lock_subject(event: PaymentEvent) -> None:
    """The purchase's lock comes before the message's, so that two messages cannot deadlock."""
    purchase_id = purchase_of(event) if event.kind != "other" else None
    if purchase_id is not None:
        lock(Purchase, [purchase_id])


def waiting_event_ids(limit: int) -> list[str]:
    statement = (
        select(ProviderEvent.event_id)
        .where(ProviderEvent.applied_at.is_(None))
        .order_by(ProviderEvent.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def waiting_like(event: PaymentEvent) -> list[str]:
    """Kept messages about the same payment that came too early. Never another purchase's: a
    second purchase must not be locked after the first."""
    statement = select(ProviderEvent).where(ProviderEvent.applied_at.is_(None))
    return [
        kept.event_id
        for kept in db.session.scalars(statement.order_by(ProviderEvent.id).limit(1000))
        if (event.reference is not None and kept.facts["reference"] == event.reference)
        or (
            event.provider_payment_id is not None
            and kept.facts["provider_payment_id"] == event.provider_payment_id
        )
    ]


def as_facts(event: PaymentEvent) -> dict[str, object]:
    return {**asdict(event), "occurred_at": event.occurred_at.isoformat()}


def from_facts(kept: ProviderEvent) -> PaymentEvent:
    facts = kept.facts
    return PaymentEvent(**{**facts, "occurred_at": datetime.fromisoformat(facts["occurred_at"])})
