"""What a unit's buyer chooses from: buyable offers, narrowed by words, category and county."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, and_, func, nulls_last, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from catalog.models import Category, Offer, Product
from catalog.queries import buyable
from catalog.search import IndexUnavailable, QueryRefused, index
from orders.models import Order, OrderLine
from orders.purchasing.queries import is_buyers
from producers.models import Base, Producer
from shop import clock
from shop.accounts.models import Organisation
from shop.actor import Actor
from shop.db import db
from shop.regions.english import place_name
from shop.regions.models import Region

PAGE_SIZE = 30
MOST_INDEXED = 200


@dataclass(frozen=True)
class Search:
    """What the buyer looks for; empty means everything."""

    words: str = ""
    category: str = ""
    county: str = ""
    page: int = 1


def find_offers(
    search: Search, *, actor: Actor, on: date, without: Iterable[str]
) -> tuple[list[Offer], dict[int, date], int]:
    """One page of buyable offers without those already chosen, and how many there are.

    What the unit has ordered before comes first (with the day, by offer id), then by seller.
    """
    before = ordered_before(actor)
    statement = (
        _narrowed(buyable(on), search)
        .where(Offer.public_id.not_in(list(without)))
        .outerjoin(before, before.c.offer_id == Offer.id)
    )
    rows = db.session.execute(
        statement.add_columns(before.c.last_at, func.count().over())
        .options(*_loaded())
        .order_by(nulls_last(before.c.last_at.desc()), Producer.name, Product.name, Offer.id)
        .limit(PAGE_SIZE)
        .offset((search.page - 1) * PAGE_SIZE)
    ).all()
    days = {row[0].id: clock.business_day(row[1]) for row in rows if row[1] is not None}
    return [row[0] for row in rows], days, rows[0][2] if rows else 0


def ordered_before(actor: Actor) -> Subquery:
    """(offer_id, last_at): what the actor's unit has ordered, and when last."""
    return (
        select(OrderLine.offer_id, func.max(Order.placed_at).label("last_at"))
        .join(Order, Order.id == OrderLine.order_id)
        .where(is_buyers(actor))
        .group_by(OrderLine.offer_id)
        .subquery()
    )


def offers_by_public_id(public_ids: Iterable[str]) -> dict[str, Offer]:
    """Offers by their public ids, buyable or not; the unknown are left out."""
    wanted = list(public_ids)
    if not wanted:
        return {}
    rows = db.session.scalars(
        select(Offer)
        .join(Product, Product.id == Offer.product_id)
        .join(Base, Base.id == Offer.base_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(Offer.public_id.in_(wanted))
        .options(*_loaded())
    )
    return {offer.public_id: offer for offer in rows}


@dataclass(frozen=True)
class CategoryOnSale:
    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class OnSale:
    """Of which categories, and from which counties (code → name), there is something to buy."""

    categories: list[CategoryOnSale]
    counties: dict[str, str]


def on_sale(on: date) -> OnSale:
    """By which categories and counties the choice can be narrowed: one query."""
    pairs = (
        buyable(on).with_only_columns(Product.category_code, Base.county_code).distinct().subquery()
    )
    rows = db.session.execute(
        select(Category.code, Category.name, Category.name_en, Region.code, Region.name)
        .select_from(pairs)
        .join(Category, Category.code == pairs.c.category_code)
        .join(Region, Region.code == pairs.c.county_code)
        .order_by(Category.code, Region.code)
    ).all()
    categories = {row[0]: CategoryOnSale(row[0], row[1], row[2]) for row in rows}
    counties = dict(sorted({row[3]: place_name(row[3], row[4]) for row in rows}.items()))
    return OnSale(list(categories.values()), counties)


def units_for(actor: Actor) -> list[Organisation]:
    """The budget units the actor may buy for: its own, then those that report through it."""
    rows = db.session.scalars(
        select(Organisation).where(
            or_(
                Organisation.id == actor.organisation_id,
                Organisation.reporting_unit_id == actor.organisation_id,
            )
        )
    )
    return sorted(rows, key=lambda unit: (unit.id != actor.organisation_id, unit.name))


def _loaded() -> tuple[Any, ...]:
    return (
        contains_eager(Offer.product).contains_eager(Product.producer),
        contains_eager(Offer.base),
        selectinload(Offer.tiers),
    )


def _narrowed(statement: Select[tuple[Offer]], search: Search) -> Select[tuple[Offer]]:
    if search.category:
        statement = statement.where(Product.category_code == search.category)
    if search.county:
        statement = statement.where(Base.county_code == search.county)
    words = search.words.split()[:5]
    if not words:
        return statement
    columns = (Product.name, Product.name_en, Producer.name, Base.name)
    named = [or_(*[c.icontains(word, autoescape=True) for c in columns]) for word in words]
    return statement.where(or_(and_(*named), Offer.public_id.in_(indexed(search.words))))


def indexed(words: str) -> list[str]:
    """What the search index has for the words, pinyin too; nothing while there is no index."""
    try:
        return index().search(words, MOST_INDEXED).keys
    except (IndexUnavailable, QueryRefused):
        return []
