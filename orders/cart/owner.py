"""Whose cart this request means, and how a browser's cart follows its owner through sign-in."""

import secrets
from datetime import datetime

from flask import session

from orders.cart import operations, queries
from orders.cart.queries import Owner
from shop.actor import current_actor
from shop.units import UNITS, PriceBasis, plain_decimal

TOKEN_KEY, COUNT_KEY = "cart_token", "cart_count"


def current_owner(*, begin: bool = False) -> Owner:
    """The person, else the browser by its token; `begin` gives a browser its token."""
    actor = current_actor()
    if actor.user_id is not None:
        return Owner(user_id=actor.user_id)
    token = session.get(TOKEN_KEY)
    if begin and not token:
        token = session[TOKEN_KEY] = secrets.token_urlsafe(24)
    return Owner(token=token if isinstance(token, str) else None)


def note_count(owner: Owner) -> None:
    """Keep the number at the cart's link right without asking for it on every page."""
    session[COUNT_KEY] = queries.count_lines(owner)


def take_cart_along(user_id: int, at: datetime) -> None:
    """After sign-in, inside its transaction: what the browser had gathered is now the person's."""
    token = session.pop(TOKEN_KEY, None)
    if isinstance(token, str):
        operations.merge_carts(token, user_id, at=at)
    note_count(Owner(user_id=user_id))


def in_measure(quantity: int, basis: str) -> str:
    """A quantity as it is typed: packs in digits, grams as kilograms."""
    return str(quantity) if basis == PriceBasis.PACK else plain_decimal(quantity, UNITS["kg"])
