"""Prices and quantities of an offer: pure calculation."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from shop.errors import InvalidInput
from shop.money import Money


class BadQuantity(InvalidInput):
    """Not a quantity in which this offer is sold."""


def check_quantity(quantity: int, *, minimum: int, multiple: int) -> None:
    """Refuse less than the minimum, or what is not a multiple. Raises BadQuantity."""
    if quantity < minimum:
        raise BadQuantity(_l("低于起订量。"), field="quantity")
    if quantity % multiple:
        raise BadQuantity(_l("数量必须是销售倍数的整数倍。"), field="quantity")


def price_at(price: Money, tiers: Iterable[tuple[int, Money]], quantity: int) -> Money:
    """The price of one pack (or kilogram) at a quantity: the highest tier reached."""
    reached = [tier for tier in tiers if tier[0] <= quantity]
    return max(reached, key=lambda tier: tier[0])[1] if reached else price
