"""Stripe behind the payment protocol: Checkout Sessions, refunds and signed events.

The `stripe` library costs most of a second and 40 MB to import, so it is imported at first use.
One gateway may serve many threads: the library keeps one HTTP session for each.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import urlsplit

from orders.payments.gateway import (
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
from orders.payments.stripe_events import TOLERANCE_SECONDS, EventReader

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.checkout import Session
    from stripe.params import RefundCreateParams
    from stripe.params.checkout import SessionCreateParams

NETWORK_RETRIES = 2
# A filter on what the account offers. `payment_method_types` is refused since API 2026-09-30.
METHODS: list[Literal["card", "alipay", "wechat_pay"]] = ["card", "alipay", "wechat_pay"]
REFUND_REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer"})


class StripeGateway:
    """Payment through Stripe, or through anything that speaks its API at `api_base`.

    `webhook_secret` may hold several secrets, comma separated, while one is being replaced.
    `timeout` and `tolerance` are seconds. Raises ValueError for settings that would be unsafe.
    """

    def __init__(
        self,
        secret_key: str,
        webhook_secret: str,
        api_base: str | None = None,
        timeout: int = 10,
        *,
        tolerance: int = TOLERANCE_SECONDS,
    ) -> None:
        if not secret_key.strip():
            raise ValueError("a Stripe secret key is required")
        live = secret_key.startswith(("sk_live_", "rk_live_"))
        if live and api_base is not None and urlsplit(api_base).scheme != "https":
            raise ValueError("a live key travels over https only")
        self._secret_key = secret_key
        self._api_base = api_base.rstrip("/") if api_base else None
        self._timeout = timeout
        self._reader = EventReader(webhook_secret, live=live, tolerance=tolerance)
        self._client: StripeClient | None = None
        self._making_client = threading.Lock()

    def create_session(self, request: PaymentRequest) -> PaymentSession:
        """Open a Checkout Session; the same idempotency key returns the same session.

        Refused by Stripe: an expiry less than 30 minutes or more than 24 hours ahead, and
        amounts outside what the currency allows.
        """
        with _translated():
            session = self._api().v1.checkout.sessions.create(
                _session_params(request), {"idempotency_key": request.idempotency_key}
            )
        if session.url is None:
            raise GatewayUnavailable(f"session {session.id} came without a page to pay on")
        expires_at = datetime.fromtimestamp(session.expires_at, UTC)
        return PaymentSession(session.id, session.url, expires_at)

    def retrieve_session(self, provider_id: str) -> SessionState:
        """Ask Stripe for the present state of a session."""
        with _translated():
            return _state(self._api().v1.checkout.sessions.retrieve(provider_id))

    def expire_session(self, provider_id: str) -> SessionState:
        """Close an open session; one already complete or expired is returned as it is."""
        try:
            with _translated():
                session = self._api().v1.checkout.sessions.expire(
                    provider_id, options={"idempotency_key": f"expire-{provider_id}"}
                )
                return _state(session)
        except GatewayRefused as refusal:
            # The payer may have been quicker; then the state tells, and it is no error.
            state = self.retrieve_session(provider_id)
            if state.status == "open":
                raise refusal
            return state

    def refund(self, request: RefundRequest) -> RefundResult:
        """Give back part or all of a payment; Stripe refuses more than is left of it."""
        params: RefundCreateParams = {
            "payment_intent": request.provider_payment_id,
            "amount": request.amount_fen,
        }
        if request.reason in REFUND_REASONS:
            params["reason"] = request.reason
        with _translated():
            refund = self._api().v1.refunds.create(
                params, {"idempotency_key": request.idempotency_key}
            )
        return RefundResult(refund.id, refund.status or "pending", refund.amount)

    def read_event(self, payload: bytes, signature: str) -> PaymentEvent:
        """Verify and read one webhook message; raises SignatureInvalid."""
        return self._reader.read(payload, signature)

    def _api(self) -> "StripeClient":
        if self._client is None:
            with self._making_client:
                if self._client is None:
                    self._client = self._make_client()
        return self._client

    def _make_client(self) -> "StripeClient":
        import stripe

        stripe.enable_telemetry = False
        http_client = stripe.RequestsClient(
            timeout=self._timeout,
            # A proxy of the environment would look for 127.0.0.1 on its own machine.
            proxy={"http": "", "https": ""} if _is_loopback(self._api_base) else None,
        )
        return stripe.StripeClient(
            self._secret_key,
            base_addresses={"api": self._api_base} if self._api_base else None,
            max_network_retries=NETWORK_RETRIES,
            http_client=http_client,
        )


def _is_loopback(url: str | None) -> bool:
    host = urlsplit(url or "").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _session_params(request: PaymentRequest) -> "SessionCreateParams":
    about = {"reference": request.reference}
    return {
        "mode": "payment",
        "allowed_payment_method_types": list(METHODS),
        "payment_method_options": {"wechat_pay": {"client": "web"}},
        # The payer pays the fen of the order, never a converted amount.
        "adaptive_pricing": {"enabled": False},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.currency,
                    "unit_amount": request.amount_fen,
                    "product_data": {"name": request.description},
                },
            }
        ],
        "client_reference_id": request.reference,
        "metadata": about,
        # Failed payments, refunds and disputes speak of the payment, not of the session.
        "payment_intent_data": {"metadata": about},
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
        "locale": _stripe_locale(request.locale),
    }


def _stripe_locale(locale: str) -> Literal["zh", "en", "auto"]:
    language = locale.replace("-", "_").split("_")[0].lower()
    return cast('Literal["zh", "en"]', language) if language in ("zh", "en") else "auto"


def _state(session: "Session") -> SessionState:
    payment = session.payment_intent
    return SessionState(
        provider_id=session.id,
        status=cast(SessionStatus, session.status),
        payment_status=session.payment_status,
        provider_payment_id=payment if payment is None or isinstance(payment, str) else payment.id,
        amount_fen=session.amount_total or 0,
        currency=session.currency or "",
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the library's errors into ours: outcome unknown, or refused."""
    import stripe

    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise GatewayUnavailable(str(error)) from error
    except stripe.StripeError as error:
        status = error.http_status
        if status is None or status >= 500 or status == 409:
            raise GatewayUnavailable(str(error)) from error
        raise GatewayRefused(str(error), error.code, status) from error
