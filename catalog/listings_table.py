"""A supplier's listings as a table: what the address asks for, which rows, in which order.

One narrow query reads every row of the producer; choosing, counting and adding up is arithmetic.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from catalog.models import Offer, Product, StockLot
from catalog.states import OfferStatus
from producers.attention import low_stock_orders
from producers.models import Producer
from shop.db import db
from shop.money import Money, total
from shop.units import PriceBasis
from shop.web.asking import asked_of, asked_words, list_url
from shop.web.frame import pick

LOW, RETURNED = "low", "returned"
"""Two views beside the statuses: on sale with little left, and handed back by a reviewer."""


@dataclass(frozen=True)
class OfferRow:
    """One offer of the table; quantities in its own measure (packs, or grams)."""

    id: int
    public_id: str
    name: str
    name_en: str
    pack_name: str
    pack_name_en: str
    status: str
    reason: str | None
    price: Money
    basis: str
    minimum: int
    free: int
    has_lots: bool
    is_low: bool
    updated_at: datetime

    @property
    def is_returned(self) -> bool:
        """Handed back by a reviewer and not handed in again yet."""
        return self.status == OfferStatus.DRAFT and self.reason is not None

    @property
    def worth(self) -> Money:
        """What is free at today's price for the smallest order."""
        return PriceBasis(self.basis).amount(self.price, self.free)

    def is_in(self, state: str) -> bool:
        views = {"": True, LOW: self.is_low, RETURNED: self.is_returned}
        return views.get(state, self.status == state)


def rows_of(producer: Producer, on: date) -> list[OfferRow]:
    """All offers of a producer, the latest change first: one query."""
    smallest_orders = low_stock_orders(on)
    found = db.session.execute(
        select(
            Offer.id, Offer.public_id, Product.name, Product.name_en, Product.pack_name,
            Product.pack_name_en, Offer.status, Offer.status_reason, Offer.price,
            Offer.price_basis, Offer.minimum, Offer.updated_at,
            func.coalesce(func.sum(StockLot.on_hand - StockLot.held), 0).label("free"),
            func.count(StockLot.id).label("lots"),
        )
        .join(Product, Product.id == Offer.product_id)
        .outerjoin(StockLot, StockLot.offer_id == Offer.id)
        .where(Product.producer_id == producer.id)
        .group_by(Offer.id, Product.id)
        .order_by(Offer.updated_at.desc(), Offer.id.desc())
    )  # fmt: skip
    return [
        OfferRow(
            id=row.id, public_id=row.public_id, name=row.name, name_en=row.name_en,
            pack_name=row.pack_name, pack_name_en=row.pack_name_en, status=row.status,
            reason=row.status_reason, price=row.price, basis=row.price_basis, minimum=row.minimum,
            free=int(row.free), has_lots=row.lots > 0,
            is_low=row.status == OfferStatus.LISTED and row.free < row.minimum * smallest_orders,
            updated_at=row.updated_at,
        )
        for row in found
    ]  # fmt: skip


SORTS: dict[str, Callable[[OfferRow], Any]] = {
    "name": lambda row: pick(row).casefold(),
    "price": lambda row: row.price,
    "stock": lambda row: row.free,
    "worth": lambda row: row.worth,
    "status": lambda row: list(OfferStatus).index(OfferStatus(row.status)),
    "updated": lambda row: row.updated_at,
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a state, words of a name, an order."""

    state: str = ""
    words: str = ""
    sort: str = ""

    @classmethod
    def read(cls) -> "Asked":
        """Raises NotFound for a state or an order that there is not."""
        state = asked_of("status", {LOW, RETURNED, *OfferStatus})
        return cls(state, asked_words(), asked_of("sort", {*SORTS, *(f"-{one}" for one in SORTS)}))

    def url(self, endpoint: str = "listings.list_offers", **changes: Any) -> str:
        asked = {"status": self.state, "q": self.words, "sort": self.sort, **changes}
        return list_url(endpoint, **asked)

    def sort_url(self, column: str) -> str:
        """The list in this column's order; once more, the other way round."""
        return self.url(sort=f"-{column}" if self.sort == column else column)

    def sorted_as(self, column: str) -> str | None:
        return {column: "ascending", f"-{column}": "descending"}.get(self.sort)

    def choose(self, rows: Iterable[OfferRow]) -> list[OfferRow]:
        words = self.words.casefold()
        chosen = [
            row
            for row in rows
            if row.is_in(self.state) and words in f"{row.name}\n{row.name_en}".casefold()
        ]
        if self.sort:
            chosen.sort(key=SORTS[self.sort.removeprefix("-")], reverse=self.sort.startswith("-"))
        return chosen


def counts(rows: Iterable[OfferRow]) -> dict[str, int]:
    """How many rows each state and each view has; '' counts all."""
    every = list(rows)
    states = ("", LOW, RETURNED, *OfferStatus)
    return {str(state): sum(row.is_in(state) for row in every) for state in states}


def worth(rows: Iterable[OfferRow]) -> Money:
    return total(row.worth for row in rows)
