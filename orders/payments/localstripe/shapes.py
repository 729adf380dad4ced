"""The objects as Stripe shows them: enough of each for the library and the shop."""

import json
import secrets
from typing import Any

Json = dict[str, Any]


def new_id(prefix: str, size: int = 24) -> str:
    """An id that cannot be guessed, since the payment page asks for no sign-in."""
    return f"{prefix}_{secrets.token_hex(size // 2)}"


def session(params: Json, *, amount: int, url_base: str, at: int, expires_at: int) -> Json:
    session_id = new_id("cs_test", 58)
    return {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": params.get("adaptive_pricing", {"enabled": False}),
        "amount_subtotal": amount,
        "amount_total": amount,
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": at,
        "currency": params["line_items"][0]["price_data"]["currency"],
        "customer": None,
        "expires_at": expires_at,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata") or {},
        "mode": "payment",
        "payment_intent": None,
        "payment_method_options": params.get("payment_method_options", {}),
        "payment_status": "unpaid",
        "status": "open",
        "success_url": params["success_url"],
        "ui_mode": "hosted_page",
        "url": f"{url_base}/pay/{session_id}",
    }


def payment_intent(of: Json, *, metadata: Json, method: str, paid: bool, at: int) -> Json:
    return {
        "id": new_id("pi"),
        "object": "payment_intent",
        "amount": of["amount_total"],
        "amount_received": of["amount_total"] if paid else 0,
        "canceled_at": None,
        "capture_method": "automatic_async",
        "created": at,
        "currency": of["currency"],
        "last_payment_error": None
        if paid
        else {"type": "card_error", "code": "card_declined", "message": "payment declined"},
        "latest_charge": None,
        "livemode": False,
        "metadata": metadata,
        "payment_method_types": [method],
        "status": "succeeded" if paid else "requires_payment_method",
    }


def charge(of: Json, *, at: int) -> Json:
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": of["amount"],
        "amount_captured": of["amount"],
        "amount_refunded": 0,
        "captured": True,
        "created": at,
        "currency": of["currency"],
        "disputed": False,
        "livemode": False,
        "metadata": of["metadata"],
        "paid": True,
        "payment_intent": of["id"],
        "payment_method_details": {"type": of["payment_method_types"][0]},
        "refunded": False,
        "status": "succeeded",
    }


def refund(of: Json, *, amount: int, params: Json, at: int) -> Json:
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": of["id"],
        "created": at,
        "currency": of["currency"],
        "metadata": params.get("metadata") or {},
        "payment_intent": of["payment_intent"],
        "reason": params.get("reason"),
        "status": "succeeded",
    }


def dispute(of: Json, *, at: int) -> Json:
    return {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": of["amount"],
        "charge": of["id"],
        "created": at,
        "currency": of["currency"],
        "livemode": False,
        "metadata": {},
        "payment_intent": of["payment_intent"],
        "reason": "general",
        "status": "needs_response",
    }


def event(raw_type: str, subject: Json, *, version: str, key: str | None, at: int) -> Json:
    return {
        "id": new_id("evt"),
        "object": "event",
        "account": None,
        "api_version": version,
        "created": at,
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": key},
        "type": raw_type,
    }


def wire(body: Json) -> str:
    """The text that is sent, and signed, byte for byte."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
