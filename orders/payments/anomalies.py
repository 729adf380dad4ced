"""Money that does not fit is noted, once each, for the operator to settle."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from orders.payments.models import Payment, PaymentAnomaly
from shop import audit
from shop.actor import Actor
from shop.db import db, lock
from shop.errors import NotFound, Overtaken

REASONS = {
    "wrong_amount": _l("到账金额或币种与应付不符"),
    "paid_twice": _l("同一笔采购收到第二次付款"),
    "paid_after_refund": _l("已退款后又报到账"),
    "paid_late": _l("关闭后到账，无法恢复订单，已转退款"),
    "refund_unknown": _l("支付渠道有一笔我们没有发起的退款"),
    "refund_too_large": _l("退款金额超过已收金额"),
    "refund_failed": _l("退款没有成功，需要人工处理"),
    "disputed": _l("付款人提出争议"),
    "unknown_payment": _l("消息所指的付款在商城里找不到"),
}


def note_anomaly(
    payment: Payment | None,
    reason: str,
    detail: dict[str, Any],
    *,
    event_id: str | None,
    at: datetime,
) -> None:
    """Note what does not fit; the same thing of the same message is noted once."""
    if reason not in REASONS:
        raise ValueError(f"unknown reason {reason}")
    payment_id = payment.id if payment is not None else None
    earlier = select(PaymentAnomaly.id).where(
        PaymentAnomaly.payment_id.is_(None)
        if payment_id is None
        else PaymentAnomaly.payment_id == payment_id,
        PaymentAnomaly.reason == reason,
        PaymentAnomaly.event_id.is_(None)
        if event_id is None
        else PaymentAnomaly.event_id == event_id,
    )
    if db.session.scalar(earlier.limit(1)) is None:
        db.session.add(
            PaymentAnomaly(
                payment_id=payment_id, reason=reason, detail=detail, event_id=event_id, found_at=at
            )
        )


def listed(*, is_settled: bool) -> Select[tuple[PaymentAnomaly]]:
    """Open ones, or settled ones, newest first."""
    state = PaymentAnomaly.settled_at
    condition = state.is_not(None) if is_settled else state.is_(None)
    return select(PaymentAnomaly).where(condition).order_by(PaymentAnomaly.id.desc())


def settle_anomaly(anomaly_id: int, note: str, *, actor: Actor, at: datetime) -> None:
    """Say what was done about it. Raises NotFound, Overtaken when settled already."""
    found = lock(PaymentAnomaly, [anomaly_id])
    if not found:
        raise NotFound
    anomaly: PaymentAnomaly = found[0]
    if anomaly.settled_at is not None:
        raise Overtaken
    anomaly.settled_at, anomaly.settled_note = at, note
    audit.record(actor, "orders:anomaly:settle", anomaly, after={"reason": anomaly.reason}, at=at)
