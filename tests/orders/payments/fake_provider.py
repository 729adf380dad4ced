"""A payment provider in memory: keeps sessions, emits messages, may lose its answer."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from orders.payments.gateway import (
    EventKind,
    GatewayRefused,
    GatewayUnavailable,
    PaymentEvent,
    PaymentRequest,
    PaymentSession,
    RefundRequest,
    RefundResult,
    SessionState,
    SessionStatus,
)

_ids = count(1)
THEN = datetime(2026, 6, 30, 4, tzinfo=UTC)


@dataclass
class Kept:
    """One session as the provider sees it."""

    request: PaymentRequest
    session_id: str
    payment_id: str
    status: SessionStatus = "open"
    is_paid: bool = False
    refunded_fen: int = 0


@dataclass
class FakeProvider:
    """`loses_answers`: acts, then answers nothing, so often."""

    sessions: dict[str, Kept] = field(default_factory=dict)
    refunds: dict[str, RefundResult] = field(default_factory=dict)
    events: list[PaymentEvent] = field(default_factory=list)
    loses_answers: int = 0
    calls: int = 0

    def create_session(self, request: PaymentRequest) -> PaymentSession:
        known = [
            k
            for k in self.sessions.values()
            if k.request.idempotency_key == request.idempotency_key
        ]
        if known and known[0].request != request:
            raise GatewayRefused("other parameters under this key", "idempotency_error", 400)
        if not known:
            number = next(_ids)
            known = [Kept(request, f"cs_{number}", f"pi_{number}")]
            self.sessions[known[0].session_id] = known[0]
        self._answer()
        session_id = known[0].session_id
        return PaymentSession(session_id, f"https://pay.test/{session_id}", request.expires_at)

    def retrieve_session(self, provider_id: str) -> SessionState:
        self._answer()
        return self._state(self.sessions[provider_id])

    def expire_session(self, provider_id: str) -> SessionState:
        kept = self.sessions[provider_id]
        if kept.status == "open":
            kept.status = "expired"
            self.tell("expired", kept)
        self._answer()
        return self._state(kept)

    def refund(self, request: RefundRequest) -> RefundResult:
        if request.idempotency_key not in self.refunds:
            (kept,) = [
                k for k in self.sessions.values() if k.payment_id == request.provider_payment_id
            ]
            if kept.refunded_fen + request.amount_fen > kept.request.amount_fen:
                raise GatewayRefused("more than is left", "charge_already_refunded", 400)
            kept.refunded_fen += request.amount_fen
            result = RefundResult(f"re_{next(_ids)}", "succeeded", request.amount_fen)
            self.refunds[request.idempotency_key] = result
            self.tell("refunded", kept, kept.refunded_fen)
        self._answer()
        return self.refunds[request.idempotency_key]

    def read_event(self, payload: bytes, signature: str) -> PaymentEvent:
        raise AssertionError("messages are handed over unsigned here")

    def pay(self, kept: Kept) -> None:
        if kept.status == "open":
            kept.status, kept.is_paid = "complete", True
            self.tell("paid", kept)

    def tell(self, kind: EventKind, kept: Kept, amount_fen: int | None = None) -> PaymentEvent:
        event = an_event(
            kind, session_id=kept.session_id if kind in ("paid", "expired") else None,
            payment_id=kept.payment_id if kind != "expired" else None,
            reference=kept.request.reference,
            amount_fen=kept.request.amount_fen if amount_fen is None else amount_fen,
        )  # fmt: skip
        self.events.append(event)
        return event

    def _state(self, kept: Kept) -> SessionState:
        return SessionState(
            kept.session_id, kept.status, "paid" if kept.is_paid else "unpaid",
            kept.payment_id if kept.is_paid else None, kept.request.amount_fen, "cny",
        )  # fmt: skip

    def _answer(self) -> None:
        self.calls += 1
        if self.loses_answers > 0:
            self.loses_answers -= 1
            raise GatewayUnavailable("the answer was lost")


def an_event(
    kind: EventKind,
    *,
    reference: str | None,
    amount_fen: int | None,
    session_id: str | None = None,
    payment_id: str | None = None,
    currency: str | None = "cny",
) -> PaymentEvent:
    return PaymentEvent(
        event_id=f"evt_{next(_ids)}", kind=kind, provider_session_id=session_id,
        provider_payment_id=payment_id, reference=reference, amount_fen=amount_fen,
        currency=currency, livemode=False, occurred_at=THEN, raw_type=f"test.{kind}",
    )  # fmt: skip
