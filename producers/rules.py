"""Numbers, masks and days of the supply side: pure calculation."""

from collections.abc import Iterable
from datetime import date

from flask_babel import lazy_gettext as _l

from shop.errors import InvalidInput

REGISTRATION_LIST = "inner_mongolia_57"
"""Suppliers register in the counties whose produce the shop sells (catalog.queries.LISTING_LIST)."""

REGISTRY = "9"
COOPERATIVE_PREFIX = "93"
MASK = "*"


def check_kind_of_code(code: str, kind: str) -> None:
    """A cooperative's code begins with 93 (GB 32100-2015), an enterprise's with another 9.

    Raises InvalidInput.
    """
    is_cooperative = code.startswith(COOPERATIVE_PREFIX)
    if kind == "cooperative" and not is_cooperative:
        raise InvalidInput(_l("农民专业合作社的信用代码应以93开头。"), field="uscc")
    if kind == "enterprise" and (is_cooperative or not code.startswith(REGISTRY)):
        raise InvalidInput(_l("企业的信用代码应以9开头，且不是93（合作社）。"), field="uscc")


def batch_code(uscc: str, harvested_on: date, serial: int) -> str:
    """主体码尾6-日期-序号 (forms B4)."""
    return f"{uscc[-6:]}-{harvested_on:%Y%m%d}-{serial:02d}"


def conformity_number(code: str) -> str:
    """The number of the 承诺达标合格证 that a producer issues for one batch (forms B3)."""
    return f"HGZ-{code}"


def mask_name(name: str) -> str:
    """王*: the first character and nothing about the length (brief 3.3)."""
    return name[:1] + MASK


def mask_phone(phone: str) -> str:
    """138****5678."""
    return f"{phone[:3]}{MASK * 4}{phone[-4:]}"


def mask_id_number(number: str) -> str:
    """150***********1234."""
    return f"{number[:3]}{MASK * 11}{number[-4:]}"


def reminder_due(valid_to: date | None, on: date, days: Iterable[int]) -> int | None:
    """The nearest reminder that has been reached, in days before the end; None if none has."""
    if valid_to is None or valid_to < on:
        return None
    left = (valid_to - on).days
    return min((before for before in days if left <= before), default=None)
