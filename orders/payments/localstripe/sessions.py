"""What can happen to a payment: opened, paid, failed, expired, refunded, disputed.

Every change writes its events in the same transaction; the sender takes them from there.
"""

import time
from typing import Any
from urllib.parse import urlsplit

from orders.payments.localstripe import shapes
from orders.payments.localstripe.errors import ApiError, no_such
from orders.payments.localstripe.shapes import Json
from orders.payments.localstripe.store import Store
from orders.payments.localstripe.webhooks import Sender

LIFE_MIN_SECONDS = 30 * 60
LIFE_MAX_SECONDS = 24 * 60 * 60
AMOUNT_MAX = 99_999_999
METHODS = ("card", "alipay", "wechat_pay")


def now() -> int:
    """Whole seconds since 1970; this server plays an outside party with its own clock."""
    return int(time.time())


def public(body: Json) -> Json:
    """The object without what only this server needs."""
    return {name: value for name, value in body.items() if name != "_local"}


class Payments:
    """All verbs on sessions and payments. Each refuses with ApiError and then changes nothing."""

    def __init__(self, store: Store, sender: Sender, *, version: str) -> None:
        self._store = store
        self._sender = sender
        self._version = version

    def find(self, kind: str, object_id: str) -> Json:
        """Return an object; ApiError 404 when there is none. Sessions past their time expire."""
        body = self._store.get(kind, object_id)
        if body is None:
            raise no_such(kind, object_id)
        if kind == "checkout.session" and body["status"] == "open" and body["expires_at"] <= now():
            return self.expire(object_id)
        return body

    def open(self, params: Json, *, url_base: str) -> Json:
        """Open a session. Params are typed already; this refuses what the types cannot say."""
        at = now()
        amount = _amount(params)
        expires_at = params.get("expires_at", at + LIFE_MAX_SECONDS)
        _refuse_odd(params, expires_at=expires_at, at=at)
        body = shapes.session(
            params, amount=amount, url_base=url_base, at=at, expires_at=expires_at
        )
        body["_local"] = {
            "metadata": params.get("payment_intent_data", {}).get("metadata", {}),
            "lines": [_line(item) for item in params["line_items"]],
        }
        self._store.put(body)
        return body

    def pay(self, session_id: str, method: str, *, send: bool = True) -> Json:
        """Complete an open session; one already complete is returned as it is."""
        with self._store.writing():
            body = self.find("checkout.session", session_id)
            if body["status"] == "complete":
                return body
            intent = self._attempt(body, method, paid=True)
            body |= {
                "status": "complete",
                "payment_status": "paid",
                "payment_intent": intent["id"],
                "url": None,
            }
            self._store.put(body)
            self._tell("payment_intent.succeeded", intent, send=send)
            self._tell("checkout.session.completed", public(body), send=send)
            return body

    def fail(self, session_id: str, method: str, *, send: bool = True) -> Json:
        """Decline one attempt; the session stays open, as the payer may try again."""
        with self._store.writing():
            body = self.find("checkout.session", session_id)
            intent = self._attempt(body, method, paid=False)
            self._tell("payment_intent.payment_failed", intent, send=send)
            return body

    def expire(self, session_id: str, *, send: bool = True) -> Json:
        """Close an open session; refused for any other."""
        with self._store.writing():
            body = self._store.get("checkout.session", session_id)
            if body is None:
                raise no_such("checkout.session", session_id)
            if body["status"] != "open":
                raise ApiError(
                    'Only Checkout Sessions with a status in ["open"] can be expired.'
                    f" This Checkout Session has a status of `{body['status']}`."
                )
            body |= {"status": "expired", "url": None}
            self._store.put(body)
            self._tell("checkout.session.expired", public(body), send=send)
            return body

    def refund(self, params: Json, *, key: str | None) -> Json:
        """Give back up to what is left of a payment."""
        with self._store.writing():
            charge = self._charge(params)
            left = charge["amount"] - charge["amount_refunded"]
            amount = params.get("amount", left)
            if left == 0:
                raise ApiError(
                    f"Charge {charge['id']} has already been refunded.",
                    code="charge_already_refunded",
                )
            if amount < 1:
                raise ApiError(
                    "Invalid positive integer", param="amount", code="parameter_invalid_integer"
                )
            if amount > left:
                raise ApiError(
                    f"Refund amount ({amount}) is greater than unrefunded amount on charge"
                    f" ({left})",
                    param="amount",
                )
            charge["amount_refunded"] += amount
            charge["refunded"] = charge["amount_refunded"] == charge["amount"]
            body = shapes.refund(charge, amount=amount, params=params, at=now())
            self._store.put(charge)
            self._store.put(body)
            self._tell("refund.created", body, key=key)
            self._tell("charge.refunded", charge, key=key)
            return body

    def dispute(self, session_id: str, *, send: bool = True) -> Json:
        """Let the payer's bank dispute a completed session."""
        with self._store.writing():
            session = self.find("checkout.session", session_id)
            charge = self._charge({"payment_intent": session["payment_intent"] or ""})
            charge["disputed"] = True
            body = shapes.dispute(charge, at=now())
            self._store.put(charge)
            self._store.put(body)
            self._tell("charge.dispute.created", body, send=send)
            return body

    def expire_overdue(self) -> None:
        """Close every session whose time has come, and forget old idempotency keys."""
        for session_id in self._store.overdue_sessions(now()):
            try:
                self.expire(session_id)
            except ApiError:
                continue  # paid or closed between the look and the lock
        self._store.forget_answers(now() - LIFE_MAX_SECONDS)

    def _attempt(self, session: Json, method: str, *, paid: bool) -> Json:
        if session["status"] != "open":
            raise ApiError(f"This Checkout Session is {session['status']}.")
        if method not in offered(session):
            raise ApiError(f"Payment method {method} is not offered", param="method")
        intent = shapes.payment_intent(
            session,
            metadata=session["_local"]["metadata"],
            method=method,
            paid=paid,
            at=now(),
        )
        if paid:
            charge = shapes.charge(intent, at=now())
            intent["latest_charge"] = charge["id"]
            self._store.put(charge)
        self._store.put(intent)
        return intent

    def _charge(self, params: Json) -> Json:
        if ("charge" in params) == ("payment_intent" in params):
            raise ApiError("One of the following params should be provided: payment_intent, charge")
        if "charge" in params:
            return self.find("charge", params["charge"])
        intent = self.find("payment_intent", params["payment_intent"])
        if intent["latest_charge"] is None:
            raise ApiError(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                param="payment_intent",
            )
        return self.find("charge", intent["latest_charge"])

    def _tell(
        self, raw_type: str, subject: Json, *, key: str | None = None, send: bool = True
    ) -> None:
        event = shapes.event(raw_type, subject, version=self._version, key=key, at=now())
        self._store.put(event)
        if send:
            self._sender.queue(event)


def offered(session: Json) -> list[str]:
    """The payment methods of this server that the session allows."""
    allowed = session.get("allowed_payment_method_types") or METHODS
    return [method for method in METHODS if method in allowed]


def _line(item: Json) -> Json:
    data = item["price_data"]
    return {
        "name": data["product_data"]["name"],
        "quantity": item["quantity"],
        "amount": data["unit_amount"] * item["quantity"],
    }


def _amount(params: Json) -> int:
    items = params.get("line_items")
    if not items:
        raise ApiError("You must provide line_items", param="line_items", code="parameter_missing")
    for index, item in enumerate(items):
        where = f"line_items[{index}]"
        data: dict[str, Any] = item.get("price_data") or {}
        if not data:
            raise ApiError("This server knows no stored prices: give price_data", param=where)
        for name in ("unit_amount", "product_data"):
            if name not in data:
                param = f"{where}[price_data][{name}]"
                raise ApiError(f"Missing required param: {param}.", param=param)
        if item.get("quantity", 0) < 1 or data["unit_amount"] < 0:
            raise ApiError("Invalid positive integer", param=where)
    currencies = {item["price_data"]["currency"] for item in items}
    if currencies != {"cny"}:
        raise ApiError(f"Invalid currency: {', '.join(sorted(currencies))}", param="currency")
    amount = sum(item["price_data"]["unit_amount"] * item["quantity"] for item in items)
    if not 1 <= amount <= AMOUNT_MAX:
        code = "amount_too_small" if amount < 1 else "amount_too_large"
        raise ApiError("The total amount is outside what can be charged", code=code)
    return int(amount)


def _refuse_odd(params: Json, *, expires_at: int, at: int) -> None:
    if params.get("mode") != "payment":
        raise ApiError("This server takes mode=payment only", param="mode")
    for name in ("success_url", "cancel_url"):
        url = params.get(name)
        if name == "success_url" and url is None:
            raise ApiError("Missing required param: success_url.", param=name)
        if url is not None and not _is_web_address(url):
            raise ApiError("Not a valid URL", param=name, code="url_invalid")
    if not LIFE_MIN_SECONDS <= expires_at - at <= LIFE_MAX_SECONDS:
        raise ApiError(
            "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours"
            " from Checkout Session creation.",
            param="expires_at",
        )
    if not offered(params):
        raise ApiError("No payment method is left to offer", param="allowed_payment_method_types")
    for where in (params, params.get("payment_intent_data", {})):
        metadata = where.get("metadata") or {}
        if len(metadata) > 50 or any(
            len(name) > 40 or len(value) > 500 for name, value in metadata.items()
        ):
            raise ApiError("Metadata holds 50 keys of 40 with values of 500", param="metadata")
    if len(params.get("client_reference_id", "")) > 200:
        raise ApiError("At most 200 characters", param="client_reference_id")


def _is_web_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= 5000
