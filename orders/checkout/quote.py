"""A mark of what the buyer saw: goods, quantities and prices. Nothing in it is ever charged."""

import hashlib
import json
from collections.abc import Iterable

from orders.cart.queries import Contents
from orders.models import OrderLine


def mark(items: Iterable[tuple[int, int, int]]) -> str:
    """Of (offer id, quantity, unit price in fen), in whatever order they come."""
    return hashlib.sha256(json.dumps(sorted(items)).encode()).hexdigest()[:32]


def mark_of_cart(cart: Contents) -> str:
    return mark((row.offer.id, row.quantity, row.price.fen) for row in cart.rows)


def mark_of_lines(lines: Iterable[OrderLine]) -> str:
    return mark((line.offer_id, line.quantity, line.price.fen) for line in lines)
