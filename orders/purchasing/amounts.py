"""Amounts as people type them, in the measure in which an offer is sold. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from catalog.rules import smallest_order
from shop.units import UNITS, InexactConversion, PriceBasis, parse_amount

MOST = 999_999_000
NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
UNIT_CODES = {
    "g": "g", "克": "g", "kg": "kg", "千克": "kg", "公斤": "kg", "斤": "jin", "市斤": "jin",
    "两": "liang", "t": "t", "吨": "t", "ml": "ml", "毫升": "ml", "l": "l", "升": "l",
}  # fmt: skip
PIECES = {"个", "枚", "件", "只", "粒"}
ANY_PACK = {"份", "件", "包装"}


class Fault(StrEnum):
    """Why an amount cannot be taken as it was typed."""

    NUMBER = "number"
    UNIT = "unit"
    WHOLE = "whole"


@dataclass(frozen=True)
class Measured:
    """An amount in an offer's own measure (packs or grams), or what is wrong with it.

    `around` holds the amounts next to what was typed where it makes no whole number of packs.
    """

    quantity: int | None = None
    fault: Fault | None = None
    around: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sold:
    """How an offer is sold: by the pack of so much, or by the kilogram."""

    basis: str
    packs: tuple[str, ...]
    content: int
    content_unit: str


def measured(number: str, unit: str, sold: Sold) -> Measured:
    """What `number` `unit` is of an offer; without a unit it is packs or kilograms."""
    unit = unit.strip().lower()
    if not NUMBER.fullmatch(number):
        return Measured(fault=Fault.NUMBER)
    if sold.basis == PriceBasis.KILOGRAM:
        code = UNIT_CODES.get(unit or "kg")
        if code is None or UNITS[code].dimension != "mass":
            return Measured(fault=Fault.UNIT)
        return _base_units(number, code)
    if not unit or unit in ANY_PACK or unit in {name.lower() for name in sold.packs}:
        return _packs(number)
    contained = _contained(number, unit, sold)
    if contained is None:
        packs = _packs(number)
        return Measured(fault=Fault.UNIT, around=(packs.quantity,) if packs.quantity else ())
    if contained.quantity is None:
        return contained
    packs_, rest = divmod(contained.quantity, sold.content)
    if rest:
        around = tuple(n for n in (packs_, packs_ + 1) if n)
        return Measured(fault=Fault.WHOLE, around=around)
    return Measured(packs_)


def nearest(quantity: int, *, minimum: int, multiple: int, free: int | None = None) -> list[int]:
    """The valid amounts around a quantity: at most one below and one above, none beyond stock."""
    least = smallest_order(minimum, multiple)
    below = quantity // multiple * multiple
    found = {max(below, least), max(-(-quantity // multiple) * multiple, least)}
    if free is not None:
        most = free // multiple * multiple
        found = {min(amount, most) for amount in found}
    return sorted(amount for amount in found if amount >= least)


def _packs(number: str) -> Measured:
    if "." in number and number.rstrip("0")[-1] != ".":
        low = int(number.partition(".")[0])
        return Measured(fault=Fault.WHOLE, around=tuple(n for n in (low, low + 1) if n))
    amount = int(number.partition(".")[0])
    return Measured(amount) if 0 < amount <= MOST else Measured(fault=Fault.NUMBER)


def _contained(number: str, unit: str, sold: Sold) -> Measured | None:
    """The amount in the pack content's base units; None for a unit that is none of it."""
    if sold.content_unit == "piece":
        return _base_units(number, "piece") if unit in PIECES else None
    code = UNIT_CODES.get(unit)
    dimension = {"g": "mass", "ml": "volume"}[sold.content_unit]
    if code is None or UNITS[code].dimension != dimension:
        return None
    return _base_units(number, code)


def _base_units(number: str, code: str) -> Measured:
    try:
        amount = parse_amount(number, UNITS[code])
    except InexactConversion:
        return Measured(fault=Fault.WHOLE)
    return Measured(amount) if 0 < amount <= MOST else Measured(fault=Fault.NUMBER)
