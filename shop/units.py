"""Units of quantity with exact integer factors to a base unit.

Three quantities keep three names everywhere: *content* of a pack, *packs* ordered
and *weight* (grams). What a line counts follows from its price basis.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shop.money import Money


class Dimension(StrEnum):
    MASS = "mass"
    VOLUME = "volume"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    name: str
    dimension: Dimension
    factor: int  # base units (gram, millilitre, piece) in one of these


UNITS = {
    unit.code: unit
    for unit in (
        Unit("g", "克", Dimension.MASS, 1),
        Unit("liang", "两", Dimension.MASS, 50),
        Unit("jin", "斤", Dimension.MASS, 500),
        Unit("kg", "千克", Dimension.MASS, 1000),
        Unit("t", "吨", Dimension.MASS, 1_000_000),
        Unit("ml", "毫升", Dimension.VOLUME, 1),
        Unit("l", "升", Dimension.VOLUME, 1000),
        Unit("piece", "件", Dimension.COUNT, 1),
    )
}


class InexactConversion(ValueError):
    """The quantity is not a whole number of the wanted unit."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A whole number of some unit."""

    amount: int
    unit: Unit

    @property
    def base(self) -> int:
        return self.amount * self.unit.factor

    def to(self, unit: Unit) -> "Quantity":
        """The same quantity in another unit; raises InexactConversion rather than round."""
        if unit.dimension is not self.unit.dimension:
            raise InexactConversion(f"{self.unit.code} is not {unit.dimension}")
        amount, rest = divmod(self.base, unit.factor)
        if rest:
            raise InexactConversion(f"{self.amount} {self.unit.code} in {unit.code}")
        return Quantity(amount, unit)


def parse_amount(text: str, unit: Unit) -> int:
    """Plain decimal text in a unit to whole base units; raises InexactConversion."""
    base = Decimal(text) * unit.factor
    if base != base.to_integral_value():
        raise InexactConversion(text)
    return int(base)


def plain_decimal(amount: int, unit: Unit) -> str:
    """Base units written in a unit without trailing zeros: 2500 g in kg is '2.5'."""
    value = Decimal(amount) / unit.factor
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class PriceBasis(StrEnum):
    """What a price is for, and so what a line's quantity counts: packs, or grams."""

    PACK = "pack"
    KILOGRAM = "kilogram"

    def amount(self, price: Money, quantity: int) -> Money:
        """Price times quantity (packs, or grams), rounded half up once, at the line."""
        if self is PriceBasis.PACK:
            return price * quantity
        return price * (Decimal(quantity) / 1000)
