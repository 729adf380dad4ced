"""Levers for tests, under /_test and only in a server started with test controls.

A webhook can be repeated, delayed, reordered, altered or badly signed, and every attempt is
listed with the status it got.
"""

import json
import time
from typing import Any

from flask import Blueprint, Response, request

from orders.payments.localstripe import shapes
from orders.payments.localstripe.api import answer, require_bearer
from orders.payments.localstripe.errors import ApiError, no_such
from orders.payments.localstripe.sessions import Payments, public
from orders.payments.localstripe.signing import digest
from orders.payments.localstripe.store import Store
from orders.payments.localstripe.webhooks import Sender


def controls_blueprint(
    payments: Payments, store: Store, sender: Sender, *, secret_key: str, webhook_secret: str
) -> Blueprint:
    bp = Blueprint("controls", __name__, url_prefix="/_test")
    bp.before_request(lambda: require_bearer(secret_key))

    @bp.post("/sessions/<session_id>/<outcome>")
    def settle(session_id: str, outcome: str) -> Response:
        """paid, failed, expired or disputed; `{"method": ..., "send": false}` may be given."""
        wish = _wish({"method": str, "send": bool})
        send = wish.get("send", True)
        if outcome == "paid":
            body = payments.pay(session_id, wish.get("method", "card"), send=send)
        elif outcome == "failed":
            body = payments.fail(session_id, wish.get("method", "card"), send=send)
        elif outcome == "expired":
            body = payments.expire(session_id, send=send)
        elif outcome == "disputed":
            body = payments.dispute(session_id, send=send)
        else:
            raise ApiError("paid, failed, expired or disputed", param="outcome")
        return answer(public(body))

    @bp.get("/webhooks")
    def list_deliveries() -> Response:
        """Everything sent, held or waiting, with each attempt."""
        found = [{**row, "payload": json.loads(row["payload"])} for row in store.deliveries()]
        return answer({"object": "list", "data": found})

    @bp.post("/webhooks/hold")
    def hold() -> Response:
        """Keep new webhooks back until they are released."""
        sender.is_holding = True
        return answer({"holding": True})

    @bp.post("/webhooks/release")
    def release() -> Response:
        """Send what was held, now, in `{"order": [event ids]}` or `{"order": "reverse"}`."""
        wish = _wish({"order": (list, str)})
        sender.is_holding = False
        held = {row["event_id"]: row for row in store.deliveries("held")}
        order = wish.get("order", list(held))
        if order == "reverse":
            order = list(reversed(held))
        if not isinstance(order, list) or set(order) - held.keys():
            raise ApiError("order names events that are not held", param="order")
        rows = [held.pop(event_id) for event_id in dict.fromkeys(order)] + list(held.values())
        sent = [
            {
                "event_id": row["event_id"],
                "type": json.loads(row["payload"])["type"],
                "status": sender.deliver(row["id"], row["payload"], row["attempts"]),
            }
            for row in rows
        ]
        return answer({"object": "list", "data": sent})

    @bp.post("/events/<event_id>/send")
    def send(event_id: str) -> Response:
        """Send an event again now, `times` over; or after `delay` seconds, through the queue.

        `event` and `object` are merged into the message and its object (another amount, currency,
        account or mode); `new_id` makes it another event. The signature may be spoilt with
        `signature` (sent as it is), `secret` or `timestamp_offset` (seconds).
        """
        wish = _wish(
            {
                "times": int,
                "delay": int,
                "event": dict,
                "object": dict,
                "new_id": bool,
                "secret": str,
                "signature": str,
                "timestamp_offset": int,
            }
        )
        event = store.get("event", event_id)
        if event is None:
            raise no_such("event", event_id)
        event |= wish.get("event", {})
        event["data"]["object"] |= wish.get("object", {})
        if wish.get("new_id"):
            event["id"] = shapes.new_id("evt")
            store.put(event)
        if "delay" in wish:
            for _ in range(wish.get("times", 1)):
                sender.queue(event, delay=wish["delay"])
            return answer({"event_id": event["id"], "statuses": []})
        payload = shapes.wire(event).encode()
        stamp = str(int(time.time()) + wish.get("timestamp_offset", 0))
        mac = digest(payload, wish.get("secret", webhook_secret), stamp)
        header = wish.get("signature", f"t={stamp},v1={mac}")
        statuses = [sender.post(payload, header=header) for _ in range(wish.get("times", 1))]
        return answer({"event_id": event["id"], "statuses": statuses})

    return bp


def _wish(allowed: dict[str, type | tuple[type, ...]]) -> dict[str, Any]:
    """The JSON body, held to the names and types that the lever has."""
    wish = request.get_json(silent=True) if request.data else {}
    if not isinstance(wish, dict):
        raise ApiError("A JSON object was expected")
    for name, value in wish.items():
        if name not in allowed or not isinstance(value, allowed[name]):
            raise ApiError(f"Not a setting of this lever: {name}", param=name)
    return wish
