"""The protocol between an order and whoever takes its money.

A gateway learns an opaque order reference, an amount and a currency, and nothing about the buyer,
the goods or the producers. Amounts are whole fen; instants are aware UTC datetimes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

SESSION_LIFE_MIN = timedelta(minutes=30)
"""Stripe refuses sessions that would expire sooner; leave a margin for the way there."""
SESSION_LIFE_MAX = timedelta(hours=24)

EventKind = Literal["paid", "failed", "expired", "refunded", "disputed", "other"]
SessionStatus = Literal["open", "complete", "expired"]


class GatewayError(Exception):
    """Something between us and the payment provider went wrong; technical, not for buyers."""


class GatewayUnavailable(GatewayError):
    """No usable answer came. The outcome is unknown: repeat with the same idempotency key."""


class GatewayRefused(GatewayError):
    """The provider understood and said no; repeating the same request will not help."""

    def __init__(self, message: str, code: str | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class SignatureInvalid(GatewayError):
    """The message cannot be shown to come from the provider: answer 400 and write nothing."""


class EventUnacceptable(SignatureInvalid):
    """Signed, but unreadable, of another account, or test money in live mode (or the reverse)."""


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What is asked of a gateway for one order.

    Store `idempotency_key` and `expires_at` before the call: a retry must repeat both unchanged,
    since the same key with another body is refused. `description` is shown to the payer and kept
    by the provider; it names the order and nothing else. `success_url` may hold
    `{CHECKOUT_SESSION_ID}`. `locale` is ours (`zh_CN`, `en`, ...).
    """

    reference: str
    amount_fen: int
    currency: str
    description: str
    success_url: str
    cancel_url: str
    idempotency_key: str
    expires_at: datetime
    locale: str


@dataclass(frozen=True, slots=True)
class PaymentSession:
    """A place where the payer can pay: send the browser to `url`."""

    provider_id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SessionState:
    """What the provider says about a session now; `amount_fen` is what it asks of the payer."""

    provider_id: str
    status: SessionStatus
    payment_status: str
    provider_payment_id: str | None
    amount_fen: int
    currency: str

    @property
    def is_paid(self) -> bool:
        return self.payment_status == "paid"


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """One verified message. `event_id` repeats when the message does; order is not promised.

    `amount_fen` is the amount paid, the amount in dispute, or for `refunded` everything refunded
    on that payment so far.
    """

    event_id: str
    kind: EventKind
    provider_session_id: str | None
    provider_payment_id: str | None
    reference: str | None
    amount_fen: int | None
    currency: str | None
    livemode: bool
    occurred_at: datetime
    raw_type: str


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Money back. Of `reason` only the provider's own words travel; others stay with us."""

    provider_payment_id: str
    amount_fen: int
    idempotency_key: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefundResult:
    """`status`: succeeded, pending, requires_action, failed or canceled."""

    provider_id: str
    status: str
    amount_fen: int


class PaymentGateway(Protocol):
    """Every call may raise GatewayUnavailable or GatewayRefused unless it says otherwise."""

    def create_session(self, request: PaymentRequest) -> PaymentSession:
        """Open a session, or return the one already opened under the same idempotency key."""
        ...

    def retrieve_session(self, provider_id: str) -> SessionState:
        """Ask for the present state of a session."""
        ...

    def expire_session(self, provider_id: str) -> SessionState:
        """Close an open session; one already paid or expired is returned as it is."""
        ...

    def refund(self, request: RefundRequest) -> RefundResult:
        """Give back part or all of a payment. Refused when it would exceed what was captured."""
        ...

    def read_event(self, payload: bytes, signature: str) -> PaymentEvent:
        """Verify and read one message. Raises SignatureInvalid only; never calls the provider."""
        ...
