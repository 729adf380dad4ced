"""What a unit's buyer chooses from: buyable offers, narrowed by words, category and county."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from catalog.models import Category, Offer, Product
from catalog.queries import buyable
from producers.models import Base, Producer
from shop.accounts.models import Organisation
from shop.actor import Actor
from shop.db import db
from shop.regions.models import Region

PAGE_SIZE = 30


@dataclass(frozen=True)
class Search:
    """What the buyer looks for; empty means everything."""

    words: str = ""
    category: str = ""
    county: str = ""
    page: int = 1


def find_offers(search: Search, *, on: date, without: Iterable[str]) -> tuple[list[Offer], int]:
    """One page of buyable offers by name, without those already chosen, and how many there are."""
    statement = _narrowed(buyable(on), search).where(Offer.public_id.not_in(list(without)))
    count = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = db.session.scalars(
        statement.options(*_loaded())
        .order_by(Product.name, Offer.id)
        .limit(PAGE_SIZE)
        .offset((search.page - 1) * PAGE_SIZE)
    )
    return list(rows), count


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


def categories_on_sale(on: date) -> list[tuple[str, str, str]]:
    """(code, name, English name) of categories with something to buy."""
    codes = buyable(on).with_only_columns(Product.category_code)
    rows = db.session.execute(
        select(Category.code, Category.name, Category.name_en)
        .where(Category.code.in_(codes))
        .order_by(Category.code)
    )
    return [(code, name, name_en) for code, name, name_en in rows]


def counties_on_sale(on: date) -> list[tuple[str, str]]:
    """(code, name) of counties with something to buy."""
    codes = buyable(on).with_only_columns(Base.county_code)
    rows = db.session.execute(
        select(Region.code, Region.name).where(Region.code.in_(codes)).order_by(Region.code)
    )
    return [(code, name) for code, name in rows]


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
    for word in search.words.split()[:5]:
        columns = (Product.name, Product.name_en, Producer.name, Base.name)
        statement = statement.where(
            or_(*[column.icontains(word, autoescape=True) for column in columns])
        )
    return statement
