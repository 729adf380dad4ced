"""The home page: what there is by place, what is in season, what is new, what certificates say."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, extract, func, select

from catalog.cards import Card, buyable_cards, cards, in_order
from catalog.facets import certificate_counts, county_counts
from catalog.models import Offer, StockLot
from catalog.queries import buyable, is_available
from producers.models import Batch, CertificateType
from shop.db import db
from shop.regions.queries import names, prefecture_of

SHOWN = 8


@dataclass(frozen=True)
class County:
    code: str
    name: str
    number: int


@dataclass(frozen=True)
class Prefecture:
    """A prefecture (盟、市) with its counties that have something to buy."""

    name: str
    counties: list[County]


@dataclass(frozen=True)
class HomePage:
    prefectures: list[Prefecture]
    season: list[Card]
    fresh: list[Card]
    certificates: list[tuple[CertificateType, int]]
    month: int


def home_page(on: date) -> HomePage:
    season, fresh = _in_season(on), _fresh(on)
    found = cards(buyable_cards(on).where(Offer.id.in_({*season, *fresh})), on)
    return HomePage(
        prefectures=_prefectures(on),
        season=in_order(found, season),
        fresh=in_order(found, fresh),
        certificates=certificate_counts([], on),
        month=on.month,
    )


def _prefectures(on: date) -> list[Prefecture]:
    counted = county_counts([], on)
    called = names({prefecture_of(code) for code, _, _ in counted})
    found: dict[str, list[County]] = {}
    for code, name, number in counted:
        found.setdefault(prefecture_of(code), []).append(County(code, name, number))
    return [Prefecture(called.get(code, code), counties) for code, counties in found.items()]


def _in_season(on: date) -> list[int]:
    """Offers with stock that are harvested in this month, by the harvests of this base's batches.

    Any year's harvest tells the season; the offers with the latest harvests come first.
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
        .order_by(harvested.c.day.desc(), Offer.id)
        .limit(SHOWN)
    )
    return list(db.session.scalars(statement))


def _fresh(on: date) -> list[int]:
    """The offers listed last that can be bought now."""
    statement = (
        buyable(on)
        .where(is_available())
        .with_only_columns(Offer.id)
        .order_by(Offer.listed_at.desc(), Offer.id.desc())
        .limit(SHOWN)
    )
    return list(db.session.scalars(statement))
