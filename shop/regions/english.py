"""What places are called on English pages.

The record holds the Chinese name of every division. Those of Inner Mongolia down to the county, and
the provinces, have an English one in `data/english_names.csv`; townships and villages have none and
stay as recorded.
"""

import csv
from functools import lru_cache
from pathlib import Path

from flask import has_request_context
from flask_babel import get_locale

from shop.regions.rules import COUNTRY_CODE, lineage

FILE = Path(__file__).parent / "data" / "english_names.csv"
COUNTRY = "China"


@lru_cache(maxsize=1)
def _called() -> dict[str, tuple[str, str]]:
    """The recorded and the English name by code."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: (row["name"], row["name_en"]) for row in csv.DictReader(file)}


def english_name(code: str) -> str | None:
    """The English name of this division or of the country, or None where it has none."""
    if code == COUNTRY_CODE:
        return COUNTRY
    called = _called().get(code)
    return called[1] if called else None


def full_english_name(code: str, full_name: str) -> str:
    """From the smallest division up to the province: “东明镇东升村委会, Naiman Banner, …”.

    What has no English name stands in front as it is recorded in `full_name`.
    """
    if code == COUNTRY_CODE:
        return COUNTRY
    parts: list[str] = []
    for above in lineage(code):
        if above != COUNTRY_CODE and above in _called():
            recorded, english = _called()[above]
            full_name = full_name.removeprefix(recorded)
            parts.insert(0, english)
    return ", ".join([full_name, *parts] if full_name else parts)


def place_name(code: str, name: str) -> str:
    """The name of this division in the page's language."""
    return (english_name(code) or name) if _is_english() else name


def full_place_name(code: str, full_name: str) -> str:
    """The name with everything it lies in, in the page's language."""
    return full_english_name(code, full_name) if _is_english() else full_name


def _is_english() -> bool:
    """Outside of a request there is no page: what is recorded."""
    if not has_request_context():
        return False
    locale = get_locale()
    return locale is not None and locale.language == "en"
