"""Prices and quantities of an offer: pure calculation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import lazy_gettext as _l

from shop.errors import InvalidInput
from shop.money import Money
from shop.units import UNITS, PriceBasis


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


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """The price of one `per` (kg, jin, l, piece); not exact where half a fen had to be rounded."""

    price: Money
    per: str
    is_exact: bool


COMPARED = {"g": ("kg", "jin"), "ml": ("l",), "piece": ("piece",)}
"""In which units prices are compared, by the unit of a pack's content."""


def unit_prices(price: Money, basis: PriceBasis, content: int, unit: str) -> list[UnitPrice]:
    """What one kilogram, jin, litre or piece costs, where the price is not for just that."""
    if basis is PriceBasis.KILOGRAM:
        return [_for_one("jin", price.fen, UNITS["kg"].factor)]
    if unit == "piece" and content == 1:
        return []
    return [_for_one(per, price.fen, content) for per in COMPARED[unit]]


def one_price(price: Money, basis: PriceBasis, content: int, unit: str) -> UnitPrice:
    """The price of one kilogram, litre or piece: what products are compared by."""
    if basis is PriceBasis.KILOGRAM:
        return UnitPrice(price, "kg", is_exact=True)
    return _for_one(COMPARED[unit][0], price.fen, content)


def cheapest(prices: Sequence[UnitPrice]) -> int | None:
    """Which one is lowest; None where they are not of one unit, or nothing is lower than all others."""
    if len(prices) < 2 or len({price.per for price in prices}) > 1:
        return None
    lowest = min(price.price for price in prices)
    found = [number for number, price in enumerate(prices) if price.price == lowest]
    return found[0] if len(found) == 1 else None


def _for_one(per: str, fen: int, base_units: int) -> UnitPrice:
    """`fen` buys so many base units; half up to the fen for one `per`."""
    exact = Fraction(fen * UNITS[per].factor, base_units)
    rounded = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return UnitPrice(Money(rounded), per, rounded == exact)


def smallest_order(minimum: int, multiple: int) -> int:
    """The least that may be ordered: the first multiple that reaches the minimum."""
    return -(-minimum // multiple) * multiple
