"""Whole conversations with the provider: read, ask with no transaction open, write the answer.

These stand at the edge like a view: each opens its own transactions, and a crash between two of
them loses nothing, since key and expiry are stored before the first call.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, case, select, update

from catalog.models import Hold
from orders.models import Purchase
from orders.payments.current import payment_gateway
from orders.payments.gateway import (
    SESSION_LIFE_MIN,
    GatewayRefused,
    GatewayUnavailable,
    PaymentRequest,
    PaymentSession,
    SessionState,
)
from orders.payments.locking import Locked, lock_purchase
from orders.payments.models import Payment
from orders.payments.operations import PROVIDER, apply_state, provider_actor
from orders.payments.outcomes import close_unpaid, settle_paid
from orders.placing import PAYMENT_TIME
from orders.states import OrderEventKind
from shop.actor import Actor
from shop.db import db, transaction
from shop.errors import DomainError
from shop.failpoints import failpoint
from shop.money import CURRENCY

PAGES_MOST = 3
"""How often a purchase may get a new page to pay on, each holding the goods a little longer."""
ON_ITS_WAY = timedelta(minutes=10)
WAITS_MOST = timedelta(days=1)
"""A slow payment method may keep the goods this long after placing."""


class NotPayable(DomainError):
    """The purchase is no longer waiting for money."""

    default_message = _l("这笔采购已经不能付款。")


class PaymentUnclear(DomainError):
    """The provider does not answer, so nobody knows whether money has moved."""

    status = 503
    default_message = _l("暂时无法向支付渠道核实，请稍后再试。")


def new_payment(purchase: Purchase, *, at: datetime) -> Payment:
    """The payment of a fresh purchase, with key and expiry, in the transaction that placed it."""
    return Payment(
        purchase_id=purchase.id,
        provider=PROVIDER,
        idempotency_key=page_key(purchase.number, 1),
        amount=purchase.total,
        currency=CURRENCY,
        session_expires_at=purchase.expires_at,
        created_at=at,
    )


def page_key(number: str, page: int) -> str:
    return f"pay-{number}-{page}"


@dataclass(frozen=True)
class _Standing:
    """What is known before asking."""

    request: PaymentRequest
    status: str
    session_id: str | None
    url: str | None


def payment_page(purchase_id: int, *, at: datetime) -> str:
    """The address of the page to pay on, opened if need be; asked again, it is the same page.

    Raises NotPayable, GatewayUnavailable, GatewayRefused.
    """
    standing = _standing(purchase_id, at=at)
    db.session.rollback()
    if standing.status == "open" and standing.url:
        return standing.url
    gateway = payment_gateway()
    if standing.session_id is not None:
        state = gateway.retrieve_session(standing.session_id)
        if state.status == "open" and standing.url:
            return standing.url
        _renew(purchase_id, state, at=at)
        standing = _standing(purchase_id, at=at)
        db.session.rollback()
    failpoint("orders:session:asking")
    try:
        session = gateway.create_session(standing.request)
    except GatewayRefused:
        if standing.request.expires_at - at >= SESSION_LIFE_MIN:
            raise
        # So late after placing, the provider opens no page for the time that is left.
        _renew(purchase_id, None, at=at)
        standing = _standing(purchase_id, at=at)
        db.session.rollback()
        session = gateway.create_session(standing.request)
    failpoint("orders:session:answered")
    address = _keep_session(purchase_id, standing.request.idempotency_key, session)
    failpoint("orders:session:kept")
    return address


STANDING = (
    select(
        Purchase.number,
        Purchase.status.label("purchase_status"),
        Purchase.expires_at,
        Payment.amount,
        Payment.currency,
        Payment.idempotency_key,
        Payment.session_expires_at,
        Payment.status,
        Payment.provider_session_id,
        Payment.session_url,
    )
    .join(Payment, Payment.purchase_id == Purchase.id)
    .where(Purchase.id == bindparam("purchase_id"))
)


def _standing(purchase_id: int, *, at: datetime) -> _Standing:
    known = db.session.execute(STANDING, {"purchase_id": purchase_id}).one()
    if known.purchase_status != "open" or known.expires_at is None or known.expires_at <= at:
        raise NotPayable
    home = current_app.config["PUBLIC_URL"]
    request = PaymentRequest(
        reference=known.number,
        amount_fen=known.amount.fen,
        currency=known.currency,
        # Neither words nor language may differ when the same key is sent again.
        description=f"乡源 {known.number}",
        success_url=home + url_for("purchases.show_result", number=known.number),
        cancel_url=home + url_for("purchases.show_purchase", number=known.number),
        idempotency_key=known.idempotency_key,
        expires_at=known.session_expires_at or known.expires_at,
        locale="auto",
    )
    return _Standing(request, known.status, known.provider_session_id, known.session_url)


KEEP_SESSION = (
    update(Payment)
    .where(
        Payment.purchase_id == bindparam("purchase"),
        Payment.idempotency_key == bindparam("key"),
        Payment.provider_session_id.is_(None),
    )
    .values(
        provider_session_id=bindparam("session_id"),
        session_url=bindparam("url"),
        status=case((Payment.status == "created", "open"), else_=Payment.status),
    )
    .execution_options(synchronize_session=False)
)


def _keep_session(purchase_id: int, key: str, session: PaymentSession) -> str:
    """Store what was opened; of two that asked at once, both got the same page."""
    with transaction():
        db.session.execute(
            KEEP_SESSION,
            {
                "purchase": purchase_id,
                "key": key,
                "session_id": session.provider_id,
                "url": session.url,
            },
        )
    return session.url


def _renew(purchase_id: int, state: SessionState | None, *, at: datetime) -> None:
    """Give the purchase a new page and time to pay. Raises NotPayable after the third."""
    if state is not None and state.is_paid:
        with transaction():
            apply_state(purchase_id, state, at=at)
        raise NotPayable(_("这笔采购已经付款。"))
    with transaction():
        locked = lock_purchase(purchase_id)
        payment, purchase = locked.payment, locked.purchase
        page = int(payment.idempotency_key.rpartition("-")[2]) + 1
        if purchase.status != "open" or page > PAGES_MOST:
            raise NotPayable
        if state is not None and payment.provider_session_id != state.provider_id:
            return  # somebody else renewed it
        payment.idempotency_key = page_key(purchase.number, page)
        payment.status, payment.provider_session_id, payment.session_url = "created", None, None
        _extend(locked, at + PAYMENT_TIME)


def _extend(locked: Locked, until: datetime) -> None:
    locked.purchase.expires_at = locked.payment.session_expires_at = until
    db.session.execute(
        update(Hold)
        .where(Hold.holder_key.in_(locked.hold_keys), Hold.status == "live")
        .values(expires_at=until)
    )


def ask_provider(purchase_id: int, *, at: datetime) -> str:
    """Ask how the payment stands and act on it. Raises GatewayUnavailable, GatewayRefused."""
    session_id = db.session.scalar(
        select(Payment.provider_session_id).where(Payment.purchase_id == purchase_id)
    )
    db.session.rollback()
    if session_id is None:
        return "created"
    state = payment_gateway().retrieve_session(session_id)
    with transaction():
        return apply_state(purchase_id, state, at=at)


def end_unpaid(
    purchase_id: int,
    ending: OrderEventKind,
    *,
    actor: Actor,
    at: datetime,
    note: str | None = None,
) -> str:
    """Close a purchase that nobody paid: the provider's page first, then ours.

    Who paid a moment ago has paid; money on its way keeps the goods for a day at most. Returns
    the purchase's status. Cancelling raises PaymentUnclear where the provider does not answer;
    expiry does not wait for it, since a late payment finds its own way.
    """
    state = _closed_page(purchase_id, ending)
    failpoint("orders:end:page_closed")
    with transaction():
        locked = lock_purchase(purchase_id)
        purchase = locked.purchase
        if purchase.status != "open":
            return purchase.status
        if ending is OrderEventKind.EXPIRE and (purchase.expires_at or at) > at:
            return purchase.status
        if state is not None and state.provider_id == locked.payment.provider_session_id:
            if state.is_paid and _settled(locked, state, at=at):
                return locked.purchase.status
            if state.status == "complete" and not state.is_paid:
                if ending is OrderEventKind.CANCEL:
                    raise PaymentUnclear
                if at - purchase.placed_at < WAITS_MOST:
                    _extend(locked, at + ON_ITS_WAY)
                    return purchase.status
        return close_unpaid(locked, ending, actor=actor, at=at, note=note)


def _settled(locked: Locked, state: SessionState, *, at: datetime) -> bool:
    outcome = settle_paid(
        locked,
        provider_payment_id=state.provider_payment_id,
        amount_fen=state.amount_fen,
        currency=state.currency,
        event_id=None,
        actor=provider_actor(),
        at=at,
    )
    return outcome != "anomaly"


def _closed_page(purchase_id: int, ending: OrderEventKind) -> SessionState | None:
    """Close the page at the provider and give its real state; None without page or answer."""
    session_id = db.session.scalar(
        select(Payment.provider_session_id).where(Payment.purchase_id == purchase_id)
    )
    db.session.rollback()
    if session_id is None:
        return None
    try:
        return payment_gateway().expire_session(session_id)
    except (GatewayUnavailable, GatewayRefused) as problem:
        if ending is OrderEventKind.CANCEL:
            raise PaymentUnclear from problem
        return None
