"""Where the provider's signed messages come in. The only writing address without a CSRF field."""

from flask import Blueprint, request
from werkzeug.exceptions import RequestEntityTooLarge

from orders.payments.current import payment_gateway
from orders.payments.gateway import SignatureInvalid
from orders.payments.inbox import receive_event
from shop import clock
from shop.access import public
from shop.db import transaction
from shop.failpoints import failpoint

bp = Blueprint("webhooks", __name__)
BODY_MAX_BYTES = 256 * 1024
HEADER = "Stripe-Signature"


@bp.post("/webhooks/stripe")
@public
def stripe_webhook() -> tuple[str, int]:
    """400 for what is not the provider's, 413 for what is too large; nothing is written then.

    200 once a message is applied (or was before), 202 while it is kept for later.
    """
    request.max_content_length = BODY_MAX_BYTES
    try:
        payload = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return "", 413
    try:
        event = payment_gateway().read_event(payload, request.headers.get(HEADER, ""))
    except SignatureInvalid:
        return "", 400
    with transaction():
        outcome = receive_event(event, at=clock.now())
    failpoint("orders:event:committed")
    return "", 202 if outcome is None else 200
