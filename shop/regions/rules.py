"""What a division code says by itself (GB/T 2260 and the statistical codes): pure, no database.

Two digits province, two prefecture, two county, three township, three village. Prefixes are
known here and in `queries`, which re-exports these functions; nobody else slices codes.
"""

import re

from flask_babel import lazy_gettext as _l

from shop.errors import InvalidInput
from shop.regions.models import Level

COUNTRY_CODE = "000000"

_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,2}")
_DIGITS = {
    Level.COUNTRY: 0,
    Level.PROVINCE: 2,
    Level.PREFECTURE: 4,
    Level.COUNTY: 6,
    Level.TOWNSHIP: 9,
    Level.VILLAGE: 12,
}


def level_of(code: str) -> Level:
    """The level a code stands at. Raises InvalidInput for what is no code of 6, 9 or 12 digits."""
    if not _CODE.fullmatch(code):
        raise InvalidInput(_l("行政区划代码应为6位、9位或12位数字，例如 150430。"))
    if code == COUNTRY_CODE:
        return Level.COUNTRY
    if len(code) > 6:
        return Level.TOWNSHIP if len(code) == 9 else Level.VILLAGE
    if code.endswith("0000"):
        return Level.PROVINCE
    return Level.PREFECTURE if code.endswith("00") else Level.COUNTY


def digits_of(level: Level) -> int:
    """How many leading digits name a division of this level."""
    return _DIGITS[level]


def stem(code: str) -> str:
    """The digits that a code shares with everything inside it; empty for the country."""
    return code[: _DIGITS[level_of(code)]]


def contains(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or lies inside it. Raises InvalidInput for a malformed code."""
    level_of(inner)
    return inner.startswith(stem(outer))


def ancestor(code: str, level: Level) -> str:
    """The code of the division of this level around `code`, or `code` itself.

    Raises InvalidInput when the code stands above the level: a province is in no county.
    """
    own = _DIGITS[level_of(code)]
    wanted = _DIGITS[level]
    if own < wanted:
        raise InvalidInput(_l("请选择到更下一级的行政区划。"))
    return code[:wanted].ljust(6, "0")


def county_of(code: str) -> str:
    return ancestor(code, Level.COUNTY)


def prefecture_of(code: str) -> str:
    return ancestor(code, Level.PREFECTURE)


def province_of(code: str) -> str:
    return ancestor(code, Level.PROVINCE)


def lineage(code: str) -> list[str]:
    """The codes from the country down to `code` itself, each once."""
    own = _DIGITS[level_of(code)]
    return [ancestor(code, level) for level, digits in _DIGITS.items() if digits <= own]


def successor_of_prefix(prefix: str) -> str | None:
    """The first string of digits after everything with this prefix; None when there is none."""
    if not prefix.strip("9"):
        return None
    return str(int(prefix) + 1).zfill(len(prefix))
