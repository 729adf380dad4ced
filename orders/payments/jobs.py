"""What the worker does about payments by the clock. Each may be run again at any time."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from flask import current_app
from sqlalchemy import select

from orders.models import Purchase
from orders.payments.dealings import ask_provider, end_unpaid
from orders.payments.gateway import GatewayError
from orders.payments.inbox import apply_kept, waiting_event_ids
from orders.payments.models import Payment
from orders.states import OrderEventKind
from shop.actor import system_actor
from shop.db import db, transaction

AT_ONCE = 500
QUIET = timedelta(minutes=10)
"""A payment open for so long without a message is asked about."""
Item = TypeVar("Item")


def expire_unpaid(at: datetime) -> int:
    """Close consumers' purchases whose time to pay is over; their goods return to the shelf."""
    statement = (
        select(Purchase.id)
        .where(Purchase.status == "open", Purchase.expires_at <= at)
        .order_by(Purchase.expires_at)
        .limit(AT_ONCE)
    )
    actor = system_actor("到期处理")

    def expire(purchase_id: int) -> bool:
        status = end_unpaid(purchase_id, OrderEventKind.EXPIRE, actor=actor, at=at)
        return status != "open"

    return _each(db.session.scalars(statement).all(), expire)


def retry_waiting_events(at: datetime) -> int:
    """Apply kept messages whose payment has become known since."""

    def retry(event_id: str) -> bool:
        with transaction():
            return apply_kept(event_id, at=at) is not None

    return _each(waiting_event_ids(AT_ONCE), retry)


def reconcile(at: datetime) -> int:
    """Ask the provider about payments that have been open and silent for ten minutes."""
    statement = (
        select(Payment.purchase_id)
        .where(
            Payment.status.in_(("open", "failed", "created")),
            Payment.provider_session_id.is_not(None),
            Payment.created_at <= at - QUIET,
        )
        .order_by(Payment.id)
        .limit(AT_ONCE)
    )
    return _each(
        db.session.scalars(statement).all(),
        lambda purchase_id: ask_provider(purchase_id, at=at) != "open",
    )


def _each(items: Iterable[Item], act: Callable[[Item], bool]) -> int:
    """One after the other; one that fails is logged and does not keep the others waiting."""
    changed = 0
    for item in items:
        try:
            changed += act(item)
        except GatewayError as problem:
            db.session.rollback()
            current_app.logger.warning("payment %s: %s", item, type(problem).__name__)
        except Exception:
            db.session.rollback()
            current_app.logger.exception("payment %s", item)
    return changed
