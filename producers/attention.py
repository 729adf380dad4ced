"""What a supplier is to be told in time: the dated numbers of `data/attention.csv`."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from shop.reference import read_csv

DATA = Path(__file__).parent / "data" / "attention.csv"


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, int, date], ...]:
    return tuple(
        (row["subject"], int(row["value"]), date.fromisoformat(row["valid_from"]))
        for row in read_csv(DATA)
    )


def numbers(subject: str, on: date) -> tuple[int, ...]:
    """The numbers in force on a day: those that began last, from large to small."""
    begun = [(since, value) for name, value, since in _rows() if name == subject and since <= on]
    latest = max((since for since, _ in begun), default=None)
    return tuple(sorted((value for since, value in begun if since == latest), reverse=True))


def reminder_days(on: date) -> tuple[int, ...]:
    """How many days before its end a certificate is reminded of, from many to few."""
    return numbers("certificate_expiry_days", on)


def low_stock_orders(on: date) -> int:
    """Below how many minimum orders an offer counts as running out."""
    return numbers("low_stock_minimum_orders", on)[0]
