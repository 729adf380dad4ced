"""What the address of a list asks for. What there is not is not found, in every list alike."""

import re
import unicodedata
from collections.abc import Container
from datetime import date
from typing import Any

from flask import request, url_for

from shop.errors import NotFound

LONGEST_SEARCH = 60
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def asked_of(name: str, known: Container[str]) -> str:
    """One of the values that there are; '' asks for none. Raises NotFound for any other."""
    value = request.args.get(name, "")
    if value and value not in known:
        raise NotFound
    return value


def asked_words(name: str = "q") -> str:
    """Words to look for: one line without control characters, of bearable length."""
    text = request.args.get(name, "")
    plain = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return plain.strip()[:LONGEST_SEARCH]


def asked_day(name: str) -> date | None:
    """A day written 2026-06-30. Raises NotFound for what is none."""
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise NotFound


def asked_month(name: str) -> date | None:
    """The first day of a month written 2026-06. Raises NotFound for what is none."""
    text = request.args.get(name, "")
    found = MONTH.fullmatch(text)
    if text and not found:
        raise NotFound
    return date(int(found[1]), int(found[2]), 1) if found else None


def list_url(endpoint: str, **asked: Any) -> str:
    """The address that asks for this; what is empty is left out."""
    return url_for(endpoint, **{name: value for name, value in asked.items() if value})
