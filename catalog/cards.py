"""Offers as the cards of a listing: one query for the rows, one for their certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select

from catalog.models import Offer, Product
from catalog.pictures import card_picture
from catalog.queries import buyable, certificates_of, is_available
from producers.models import Base, Producer
from shop.db import db
from shop.files import StoredFile
from shop.money import Money
from shop.regions.english import place_name
from shop.regions.models import Region
from shop.units import PriceBasis
from shop.web.filters import content, per_label
from shop.web.frame import pick

NAMED = 2


@dataclass(frozen=True)
class Card:
    """What the product_card component shows."""

    offer_id: int
    public_id: str
    url: str
    picture_url: str
    picture_set: str | None
    name: str
    place: str
    producer_name: str
    price: Money
    per_label: str
    certificates: list[str]
    is_available: bool
    counts_label: str | None = None

    @property
    def unavailable_label(self) -> str:
        return _("已售罄")


def buyable_cards(on: date) -> Select[Any]:
    """The buyable offers as rows for `cards`; callers add filters, order and limit."""
    return (
        buyable(on)
        .join(Region, Region.code == Base.county_code)
        .outerjoin(StoredFile, StoredFile.id == Product.picture_id)
        .with_only_columns(
            Offer.id,
            Offer.public_id,
            Offer.product_id,
            Offer.base_id,
            Offer.price,
            Offer.price_basis,
            Product.name,
            Product.name_en,
            Product.pack_name,
            Product.pack_name_en,
            Product.content,
            Product.content_unit,
            Product.motif,
            StoredFile.public_id.label("picture"),
            Region.code.label("place_code"),
            Region.name.label("place"),
            Producer.name.label("producer_name"),
            is_available().label("is_available"),
        )
    )


def cards(statement: Select[Any], on: date) -> list[Card]:
    """The cards of these rows, in their order."""
    rows = db.session.execute(statement).all()
    certificates = certificates_of(((row.product_id, row.base_id) for row in rows), on)
    return [
        _card(row, named([pick(c.type) for c in certificates[row.product_id, row.base_id]]))
        for row in rows
    ]


def named(certificates: list[str]) -> list[str]:
    """The first two by name, and how many more: a card is no certificate list."""
    rest = len(certificates) - NAMED
    return [*certificates[:NAMED], f"+{rest}"] if rest > 0 else certificates


def in_order(found: Sequence[Card], ids: Sequence[int]) -> list[Card]:
    """Cards in the order of these offer ids."""
    by_id = {card.offer_id: card for card in found}
    return [by_id[offer_id] for offer_id in ids if offer_id in by_id]


def _card(row: Any, certificates: list[str]) -> Card:
    picture = card_picture(row.motif, row.product_id, row.picture)
    return Card(
        offer_id=row.id,
        public_id=row.public_id,
        url=url_for("catalog.product", public_id=row.public_id),
        picture_url=picture.url,
        picture_set=picture.srcset,
        name=pick(row),
        place=place_name(row.place_code, row.place),
        producer_name=row.producer_name,
        price=row.price,
        per_label=what_for(row.price_basis, pick(row, "pack_name"), row.content, row.content_unit),
        certificates=certificates,
        is_available=bool(row.is_available),
    )


def what_for(basis: str, pack_name: str, amount: int, unit: str) -> str:
    """What a price buys: 千克, or the pack with its content."""
    words = per_label(basis, pack_name)
    if basis == PriceBasis.KILOGRAM:
        return words
    return _("%(name)s（%(detail)s）", name=words, detail=content(amount, unit))
