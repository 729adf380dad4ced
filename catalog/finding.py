"""Searching: the index's answer, or a plain look at names while there is no index."""

from datetime import date, datetime

from sqlalchemy import or_

from catalog import indexing, search
from catalog.models import Category, Offer, Product
from catalog.queries import buyable
from producers.models import Base, Producer
from shop import clock
from shop.db import db
from shop.regions.models import Region

MOST_WORDS = 8
MOST_FOUND = 500


def find(words: str, *, at: datetime) -> list[str]:
    """Public ids of offers for the words typed, best first; what may be bought is asked later.

    Raises QueryRefused for too many words. Without a usable index it has one made and answers
    from names.
    """
    indexing.teach()
    try:
        return search.index().search(words).keys
    except search.IndexUnavailable:
        indexing.ask_for_rebuild(at)
        return find_by_name(words, clock.business_day(at))


def find_by_name(words: str, on: date) -> list[str]:
    """Buyable offers with every word in some name: product, place, producer, base, category."""
    statement = (
        buyable(on)
        .join(Region, Region.code == Base.county_code)
        .join(Category, Category.code == Product.category_code)
        .with_only_columns(Offer.public_id)
        .order_by(Product.name, Offer.id)
        .limit(MOST_FOUND)
    )
    named = (
        Product.name, Product.name_en, Product.geographical_indication, Producer.name, Base.name,
        Region.full_name, Category.name, Category.name_en,
    )  # fmt: skip
    for word in words.split()[:MOST_WORDS]:
        statement = statement.where(or_(*(name.icontains(word, autoescape=True) for name in named)))
    return list(db.session.scalars(statement))
