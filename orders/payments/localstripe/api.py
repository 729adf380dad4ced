"""The calls under /v1: bearer key, typed parameters, idempotency, Stripe's error shape."""

import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request

from orders.payments.localstripe import shapes
from orders.payments.localstripe.contract import check, decode
from orders.payments.localstripe.errors import ApiError
from orders.payments.localstripe.sessions import Payments, now, public
from orders.payments.localstripe.shapes import Json
from orders.payments.localstripe.store import Store

KEY_LENGTH_MAX = 255


def require_bearer(secret_key: str) -> None:
    """Refuse the request unless it carries the key."""
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {secret_key}".encode()):
        raise ApiError("Invalid API Key provided.", status=401)


def answer(body: Json, status: int = 200) -> Response:
    return Response(shapes.wire(body), status, mimetype="application/json")


def api_blueprint(payments: Payments, store: Store, secret_key: str) -> Blueprint:
    """Every call that the shop's adapter makes, and nothing else."""
    from stripe.params import EventListParams, PaymentIntentRetrieveParams, RefundCreateParams
    from stripe.params.checkout import (
        SessionCreateParams,
        SessionExpireParams,
        SessionRetrieveParams,
    )

    bp = Blueprint("api", __name__, url_prefix="/v1")
    bp.before_request(lambda: require_bearer(secret_key))

    @bp.post("/checkout/sessions")
    def create_session() -> Response:
        params = check(decode(request.form.items(multi=True)), SessionCreateParams)
        url_base = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
        return _once(store, lambda: public(payments.open(params, url_base=url_base)))

    @bp.get("/checkout/sessions/<session_id>")
    def show_session(session_id: str) -> Response:
        params = check(decode(request.args.items(multi=True)), SessionRetrieveParams)
        body = public(payments.find("checkout.session", session_id))
        for name in params.get("expand", []):
            if name != "payment_intent":
                raise ApiError(f"This property cannot be expanded ({name}).", param="expand")
            if body["payment_intent"]:
                body["payment_intent"] = payments.find("payment_intent", body["payment_intent"])
        return answer(body)

    @bp.post("/checkout/sessions/<session_id>/expire")
    def expire_session(session_id: str) -> Response:
        check(decode(request.form.items(multi=True)), SessionExpireParams)
        return _once(store, lambda: public(payments.expire(session_id)))

    @bp.get("/payment_intents/<intent_id>")
    def show_payment(intent_id: str) -> Response:
        check(decode(request.args.items(multi=True)), PaymentIntentRetrieveParams)
        return answer(payments.find("payment_intent", intent_id))

    @bp.post("/refunds")
    def create_refund() -> Response:
        params = check(decode(request.form.items(multi=True)), RefundCreateParams)
        key = request.headers.get("Idempotency-Key")
        return _once(store, lambda: payments.refund(params, key=key))

    @bp.get("/events")
    def list_events() -> Response:
        params = check(decode(request.args.items(multi=True)), EventListParams)
        return answer(_event_page(store, params))

    return bp


def _once(store: Store, verb: Callable[[], Json]) -> Response:
    """Run a verb once for each idempotency key; a repeat gets the first answer, also a refusal.

    As at Stripe, parameters that fail validation are refused before the key is taken.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        with store.writing():
            return answer(verb())
    if not 0 < len(key) <= KEY_LENGTH_MAX:
        raise ApiError(f"Idempotency keys have 1 to {KEY_LENGTH_MAX} characters")
    pairs = sorted(request.form.items(multi=True))
    fingerprint = sha256(f"{request.method} {request.path} {pairs}".encode()).hexdigest()
    with store.writing():
        kept = store.answer(key)
        if kept is not None:
            if kept[0] != fingerprint:
                raise ApiError(
                    "Keys for idempotent requests can only be used with the same parameters"
                    f" they were first used with. Try using a key other than '{key}'.",
                    kind="idempotency_error",
                )
            repeat = Response(kept[2], kept[1], mimetype="application/json")
            repeat.headers["Idempotent-Replayed"] = "true"
            return repeat
        try:
            body, status = verb(), 200
        except ApiError as refusal:
            body, status = refusal.body, refusal.status
        store.keep_answer(key, fingerprint, status, shapes.wire(body), now())
    return answer(body, status)


def _event_page(store: Store, params: dict[str, Any]) -> Json:
    unknown = params.keys() - {"limit", "starting_after", "type", "types", "created"}
    if unknown:
        raise ApiError(f"Not offered by this server: {', '.join(sorted(unknown))}")
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise ApiError("Limits range from 1 to 100", param="limit")
    words = params.get("types") or ([params["type"]] if "type" in params else [])
    wanted = tuple(word.removesuffix("*") for word in words)
    since = params.get("created", {})
    since = {"gte": since, "lte": since} if isinstance(since, int) else since
    found: list[Json] = []
    cursor: str | None = params.get("starting_after")
    while len(found) <= limit:
        page = store.newest("event", 100, cursor)
        if not page:
            break
        cursor = page[-1]["id"]
        found += [event for event in page if _fits(event, words, wanted, since)]
    return {
        "object": "list",
        "url": "/v1/events",
        "has_more": len(found) > limit,
        "data": found[:limit],
    }


def _fits(event: Json, words: list[str], stems: tuple[str, ...], since: dict[str, int]) -> bool:
    if words and not any(
        event["type"] == word or (word.endswith("*") and event["type"].startswith(stem))
        for word, stem in zip(words, stems, strict=True)
    ):
        return False
    created: int = event["created"]
    return (
        created > since.get("gt", created - 1)
        and created >= since.get("gte", created)
        and created < since.get("lt", created + 1)
        and created <= since.get("lte", created)
    )


def answer_errors(app: Flask) -> None:
    """Give refusals and unknown addresses Stripe's error shape."""

    @app.errorhandler(ApiError)
    def refused(error: ApiError) -> Response:
        return answer(error.body, error.status)

    @app.errorhandler(404)
    @app.errorhandler(405)
    @app.errorhandler(413)
    def unknown(error: Exception) -> Response:
        status = getattr(error, "code", 404)
        if status == 413:
            return answer(ApiError("The request is too large").body, 413)
        message = f"Unrecognized request URL ({request.method}: {request.path})."
        return answer(ApiError(message).body, 404)
