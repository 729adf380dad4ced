"""Reading Stripe's signed messages.

The library checks the signature and the age. What it leaves open is closed here: a timestamp from
the future, a tolerance of zero (which would switch the age check off), headers and bodies that
make it fail with an error of another kind, foreign accounts and the wrong mode.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from orders.payments.gateway import (
    EventKind,
    EventUnacceptable,
    PaymentEvent,
    SignatureInvalid,
)

TOLERANCE_SECONDS = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)

Json = Mapping[str, Any]


class EventReader:
    """Verifies with any of the comma separated secrets; ValueError when a setting is unsafe."""

    def __init__(self, secrets: str, *, live: bool, tolerance: int = TOLERANCE_SECONDS) -> None:
        self._secrets = [part.strip() for part in secrets.split(",") if part.strip()]
        if not self._secrets:
            raise ValueError("a webhook secret is required")
        if tolerance <= 0:
            raise ValueError("a tolerance of zero would accept messages of any age")
        self._live = live
        self._tolerance = tolerance

    def read(self, payload: bytes, signature: str) -> PaymentEvent:
        """Return the message. Raises SignatureInvalid or its child EventUnacceptable."""
        self._refuse_future(signature)
        self._verify(payload, signature)
        try:
            event = json.loads(payload)
            if event["object"] != "event":
                raise ValueError(f"an event was expected, not {event['object']!r}")
            self._refuse_foreign(event)
            return _payment_event(event)
        except (
            ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError,
        ) as error:  # fmt: skip
            raise EventUnacceptable(f"signed, but not readable: {error!r}") from error

    def _verify(self, payload: bytes, signature: str) -> None:
        from stripe import SignatureVerificationError, WebhookSignature

        for secret in self._secrets:
            try:
                WebhookSignature.verify_header(payload, signature, secret, self._tolerance)
            except (SignatureVerificationError, UnicodeDecodeError):
                continue
            return
        raise SignatureInvalid("no signature fits, or the message is too old")

    def _refuse_future(self, signature: str) -> None:
        if not signature or not signature.isascii():
            raise SignatureInvalid("the signature header is missing or not ASCII")
        stamps = [part[2:] for part in signature.split(",") if part.startswith("t=")]
        if len(stamps) != 1 or not _TIMESTAMP.fullmatch(stamps[0]):
            raise SignatureInvalid("the signature header needs one whole-number timestamp")
        if int(stamps[0]) > time.time() + self._tolerance:
            raise SignatureInvalid("the message is dated in the future")

    def _refuse_foreign(self, event: Json) -> None:
        if event.get("account") or event.get("context"):
            raise EventUnacceptable("the event belongs to another account")
        if event["livemode"] is not self._live:
            raise EventUnacceptable("the event is of the other mode, live or test")


def _payment_event(event: Json) -> PaymentEvent:
    raw_type: str = event["type"]
    subject: Json = event["data"]["object"]
    kind, read_amount = _kind(raw_type, subject)
    is_session = raw_type.startswith("checkout.session.")
    is_payment = raw_type.startswith("payment_intent.")
    payment = subject.get("id") if is_payment else subject.get("payment_intent")
    metadata: Json = subject.get("metadata") or {}
    return PaymentEvent(
        event_id=str(event["id"]),
        kind=kind,
        provider_session_id=subject["id"] if is_session else None,
        provider_payment_id=payment if isinstance(payment, str) else None,
        reference=subject.get("client_reference_id") or metadata.get("reference"),
        amount_fen=_whole(read_amount(subject)),
        currency=subject.get("currency"),
        livemode=event["livemode"],
        occurred_at=datetime.fromtimestamp(_whole(event["created"]) or 0, UTC),
        raw_type=raw_type,
    )


def _whole(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"a whole number was expected, not {value!r}")
    return value


def _session_amount(subject: Json) -> object:
    return subject.get("amount_total")


def _plain_amount(subject: Json) -> object:
    return subject.get("amount")


def _refunded_so_far(subject: Json) -> object:
    return subject.get("amount_refunded")


_KINDS: dict[str, tuple[EventKind, Callable[[Json], object]]] = {
    "checkout.session.completed": ("paid", _session_amount),
    "checkout.session.async_payment_succeeded": ("paid", _session_amount),
    "checkout.session.async_payment_failed": ("failed", _session_amount),
    "checkout.session.expired": ("expired", _session_amount),
    "payment_intent.payment_failed": ("failed", _plain_amount),
    "charge.refunded": ("refunded", _refunded_so_far),
    "charge.dispute.created": ("disputed", _plain_amount),
}


def _kind(raw_type: str, subject: Json) -> tuple[EventKind, Callable[[Json], object]]:
    kind, read_amount = _KINDS.get(raw_type, ("other", _plain_amount))
    # A session may complete before a slow payment method has paid; that is not yet money.
    if kind == "paid" and subject.get("payment_status") != "paid":
        return "other", read_amount
    return kind, read_amount
