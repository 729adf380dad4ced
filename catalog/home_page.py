"""The home page: what there is by place, what is in season, what is new, what certificates say."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, extract, func, select

from catalog.cards import Card, buyable_cards, cards, in_order
from catalog.facets import certificate_counts
from catalog.models import Offer, Product, StockLot
from catalog.queries import buyable, is_available
from catalog.regions import League, leagues
from producers.models import Batch, CertificateType
from shop.db import db

SHOWN = 8


@dataclass(frozen=True)
class HomePage:
    """`leagues` have only the counties with something to buy; `example` is a batch's public id."""

    leagues: list[League]
    season: list[Card]
    fresh: list[Card]
    certificates: list[tuple[CertificateType, int]]
    month: int
    example: str | None

    @property
    def number(self) -> int:
        """The offers that can be bought."""
        return sum(banner.number for league in self.leagues for banner in league.banners)

    @property
    def place_number(self) -> int:
        return sum(len(league.banners) for league in self.leagues)


def home_page(on: date) -> HomePage:
    season, fresh = _in_season(on), _fresh(on)
    found = cards(buyable_cards(on).where(Offer.id.in_({*season, *fresh})), on)
    return HomePage(
        leagues=_with_goods(on),
        season=in_order(found, season),
        fresh=in_order(found, fresh),
        certificates=certificate_counts([], on),
        month=on.month,
        example=_example([*season, *fresh]),
    )


def _with_goods(on: date) -> list[League]:
    found = []
    for league in leagues(on):
        banners = [banner for banner in league.banners if banner.number]
        if banners:
            found.append(replace(league, banners=banners))
    return found


def _example(offers: list[int]) -> str | None:
    """The newest harvest from which one of these offers is sold."""
    statement = (
        select(Batch.public_id)
        .join(StockLot, StockLot.batch_id == Batch.id)
        .where(StockLot.offer_id.in_(offers))
        .order_by(Batch.harvested_on.desc(), Batch.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def _in_season(on: date) -> list[int]:
    """Offers with stock that are harvested in this month, by the harvests of this base's batches.

    Any year's harvest tells the season; the offers with the latest harvests come first, and no
    name twice before every name came once.
    """
    latest = func.max(Batch.harvested_on)
    harvested = (
        select(StockLot.offer_id, latest.label("day"))
        .join(Batch, Batch.id == StockLot.batch_id)
        .where(extract("month", Batch.harvested_on) == on.month, Batch.harvested_on <= on)
        .group_by(StockLot.offer_id)
        .subquery()
    )
    statement = (
        buyable(on)
        .join(harvested, and_(harvested.c.offer_id == Offer.id))
        .where(is_available())
        .with_only_columns(Offer.id)
        .order_by(_turn(harvested.c.day.desc()), harvested.c.day.desc(), Offer.id)
        .limit(SHOWN)
    )
    return list(db.session.scalars(statement))


def _fresh(on: date) -> list[int]:
    """The offers listed last that can be bought now; no name twice before every name came once."""
    statement = (
        buyable(on)
        .where(is_available())
        .with_only_columns(Offer.id)
        .order_by(_turn(Offer.listed_at.desc()), Offer.listed_at.desc(), Offer.id.desc())
        .limit(SHOWN)
    )
    return list(db.session.scalars(statement))


def _turn(order: ColumnElement[Any]) -> ColumnElement[int]:
    """1 for the first offer of its product's name in this order, 2 for the next, …"""
    return func.row_number().over(partition_by=Product.name, order_by=(order, Offer.id))
