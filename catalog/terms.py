"""The terms of an offer (price, minimum, multiple, tiers), and packing a weight: pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from shop.errors import InvalidInput
from shop.money import Money
from shop.units import UNITS, PriceBasis

MOST_TIERS = 3


class UnevenPacks(InvalidInput):
    """A quantity that is no whole number of packs, or of another kind than the product."""


@dataclass(frozen=True)
class Tier:
    """From this quantity (packs or grams) on, this price."""

    from_quantity: int
    price: Money


@dataclass(frozen=True)
class Terms:
    """Quantities are packs, or grams where the price is for a kilogram."""

    price: Money
    minimum: int
    multiple: int
    tiers: tuple[Tier, ...] = ()

    def facts(self) -> dict[str, Any]:
        """As the audit shows them: whole fen, packs or grams."""
        return {
            "price": self.price.fen,
            "minimum": self.minimum,
            "multiple": self.multiple,
            "tiers": [[tier.from_quantity, tier.price.fen] for tier in self.tiers],
        }


def check_terms(terms: Terms) -> None:
    """A larger order never costs more per unit, and every threshold can be ordered.

    Raises InvalidInput at the field.
    """
    if terms.minimum % terms.multiple:
        raise InvalidInput(_l("起订量应是销售倍数的整数倍。"), field="minimum")
    quantity, price = terms.minimum, terms.price
    for number, tier in enumerate(terms.tiers, start=1):
        if tier.from_quantity <= quantity or tier.from_quantity % terms.multiple:
            raise InvalidInput(
                _l("阶梯数量应大于起订量和上一级，并是销售倍数的整数倍。"), field=f"from_{number}"
            )
        if tier.price >= price:
            raise InvalidInput(_l("阶梯价应低于上一级的价格。"), field=f"price_{number}")
        quantity, price = tier.from_quantity, tier.price


def packed(base_units: int, unit_code: str, *, content: int, content_unit: str, basis: str) -> int:
    """Base units (gram, millilitre, piece) in an offer's own measure: packs, or grams.

    Never rounded. Raises UnevenPacks.
    """
    if UNITS[unit_code].dimension is not UNITS[content_unit].dimension:
        raise UnevenPacks(_l("计量方式与商品不同，不能换算，请选择同类单位。"), field="unit")
    if basis == PriceBasis.KILOGRAM:
        return base_units
    packs, rest = divmod(base_units, content)
    if rest or not packs:
        raise UnevenPacks(_l("这个数量不是整包装数，请按包装净含量的整数倍填写。"), field="amount")
    return packs


def in_base_units(quantity: int, *, content: int, basis: str) -> int:
    """The other way round: what so many packs, or grams, take from a batch."""
    return quantity if basis == PriceBasis.KILOGRAM else quantity * content


def anniversary(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
