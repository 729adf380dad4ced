"""The one gateway of this process, made at first use from the settings."""

from typing import cast
from urllib.parse import urlsplit

from flask import current_app

from orders.payments.gateway import PaymentGateway
from orders.payments.stripe_gateway import StripeGateway

EXTENSION = "payment_gateway"
STRIPE_PAGE = "https://checkout.stripe.com"


def payment_gateway() -> PaymentGateway:
    """The gateway. Raises ValueError where the settings lack a key or a webhook secret."""
    found = current_app.extensions.get(EXTENSION)
    if found is None:
        config = current_app.config
        found = StripeGateway(
            config["STRIPE_SECRET_KEY"], config["STRIPE_WEBHOOK_SECRET"], config["STRIPE_API_BASE"]
        )
        current_app.extensions[EXTENSION] = found
    return cast(PaymentGateway, found)


def pay_page_origins(*pages: str | None) -> tuple[str, ...]:
    """Where a payment form may lead: the provider's own page and those given.

    Browsers hold the redirect that answers a form post to the page's `form-action`.
    """
    base = current_app.config["STRIPE_API_BASE"]
    addresses = [base or STRIPE_PAGE, *(page for page in pages if page)]
    parts = [urlsplit(address) for address in addresses]
    return tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))
