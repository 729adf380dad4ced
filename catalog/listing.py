"""What a visitor asked of the listing, as typed values, and the conditions that follow from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement
from werkzeug.datastructures import MultiDict

from catalog.categories import CategoryTree
from catalog.models import Offer, Product
from catalog.queries import is_available, is_covered
from producers.models import Base, Certificate, Producer
from shop.errors import NotFound
from shop.money import Money

PAGE_SIZE, MOST_PICKED = 24, 8
PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")

PRICE_BANDS: dict[str, tuple[Money, Money | None]] = {
    "0-20": (Money(0), Money(20_00)),
    "20-50": (Money(20_00), Money(50_00)),
    "50-100": (Money(50_00), Money(100_00)),
    "100-200": (Money(100_00), Money(200_00)),
    "200-": (Money(200_00), None),
}
"""From (included) and to (not included), by the name in the address."""


class Sort(StrEnum):
    BEST = "best"
    NEWEST = "newest"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"


PATTERNS = {
    "county": re.compile(r"[0-9]{6}"),
    "category": re.compile(r"[0-9A-Z-]{2,20}"),
    "certificate": re.compile(r"[a-z0-9_]{1,60}"),
    "price": re.compile("|".join(PRICE_BANDS)),
    "producer": PUBLIC_ID,
    "sort": re.compile("|".join(Sort)),
    "page": re.compile(r"[1-9][0-9]{0,5}"),
}


@dataclass(frozen=True)
class Choice:
    """The arguments of a listing. `words` is what was searched for, None outside of search.

    `picked` are the offers ticked for comparing, on whatever page of it.
    """

    county: str | None = None
    category: str | None = None
    certificate: str | None = None
    price: str | None = None
    producer: str | None = None
    sort: Sort = Sort.NEWEST
    page: int = 1
    words: str | None = None
    picked: tuple[str, ...] = ()

    @property
    def default_sort(self) -> Sort:
        return Sort.NEWEST if self.words is None else Sort.BEST

    def arguments(self) -> dict[str, Any]:
        """The address's arguments: only those that say something, in one order."""
        given = {
            "q": self.words,
            "county": self.county,
            "category": self.category,
            "certificate": self.certificate,
            "price": self.price,
            "producer": self.producer,
            "sort": None if self.sort is self.default_sort else self.sort.value,
            "page": None if self.page == 1 else str(self.page),
            "products": list(self.picked) or None,
        }
        return {name: value for name, value in given.items() if value is not None}

    def with_(self, **changes: str | None) -> "Choice":
        """The same with other filters, back on the first page."""
        return replace(self, page=1, **changes)  # type: ignore[arg-type]


def read_choice(arguments: MultiDict[str, str], words: str | None = None) -> Choice:
    """Raises NotFound for a value that no link of ours carries, or one given twice."""
    given: dict[str, str] = {}
    for name, pattern in PATTERNS.items():
        values = [value for value in arguments.getlist(name) if value != ""]
        if len(values) > 1 or (values and not pattern.fullmatch(values[0])):
            raise NotFound
        if values:
            given[name] = values[0]
    best = Sort.NEWEST if words is None else Sort.BEST
    sort = Sort(given.pop("sort", best))
    if sort is Sort.BEST and words is None:
        raise NotFound
    page = int(given.pop("page", "1"))
    return Choice(**given, sort=sort, page=page, words=words, picked=read_picked(arguments))


def read_picked(arguments: MultiDict[str, str]) -> tuple[str, ...]:
    """The ticks that an address carries, each once; what names no offer of ours is passed over."""
    asked = filter(PUBLIC_ID.fullmatch, arguments.getlist("products"))
    return tuple(dict.fromkeys(asked))[:MOST_PICKED]


def price_within(band: str) -> ColumnElement[bool]:
    low, high = PRICE_BANDS[band]
    return Offer.price >= low if high is None else (Offer.price >= low) & (Offer.price < high)


def conditions(choice: Choice, tree: CategoryTree, on: date) -> dict[str, ColumnElement[bool]]:
    """One condition for each filter that is set, by its name; for statements of `buyable`."""
    found: dict[str, ColumnElement[bool]] = {}
    if choice.county:
        found["county"] = Base.county_code == choice.county
    if choice.category:
        found["category"] = Product.category_code.in_(tree.within(choice.category))
    if choice.certificate:
        found["certificate"] = is_covered(on, Certificate.type_code == choice.certificate)
    if choice.price:
        found["price"] = price_within(choice.price)
    if choice.producer:
        found["producer"] = Producer.public_id == choice.producer
    return found


ORDERS: Mapping[Sort, ColumnElement[Any]] = {
    Sort.NEWEST: Offer.listed_at.desc(),
    Sort.CHEAPEST: Offer.price.asc(),
    Sort.DEAREST: Offer.price.desc(),
}


def order_of(sort: Sort) -> tuple[ColumnElement[Any], ...]:
    """What can be bought now first, then as asked; the id settles what is equal."""
    return (is_available().desc(), ORDERS[sort], Offer.id.desc())
