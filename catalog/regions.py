"""What the shop knows of a listed banner: its standing, its goods, its people, its seasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, distinct, extract, func, or_, select
from sqlalchemy.orm import aliased

from catalog.cards import Card, buyable_cards, cards
from catalog.facets import county_counts
from catalog.listing import Sort, order_of
from catalog.models import Offer, Product
from catalog.queries import LISTING_LIST, buyable
from producers.models import Base, Batch, Household, HouseholdLink, Producer
from producers.reach import in_force
from producers.trace import SMALLEST_NUMBER_SHOWN
from shop.db import db
from shop.errors import NotFound
from shop.regions.english import place_name
from shop.regions.models import Designation, DesignationList, Level, Region
from shop.regions.queries import ancestor, names

CARDS, PRODUCERS, BASES, CROPS = 8, 12, 40, 12


@dataclass(frozen=True)
class Banner:
    """A listed county with the number of offers that can be bought from it today."""

    region: Region
    tier: str
    is_confirmed: bool
    number: int

    @property
    def code(self) -> str:
        return self.region.code

    @property
    def name(self) -> str:
        return place_name(self.code, self.region.name)


@dataclass(frozen=True)
class League:
    """A prefecture (盟、市) with its listed counties."""

    code: str
    name: str
    name_mn: str | None
    banners: list[Banner]


@dataclass(frozen=True)
class Standing:
    """One list that names the county, with the list's days and source."""

    list: DesignationList
    exit_year: int | None
    is_confirmed: bool


@dataclass(frozen=True)
class Town:
    """A township with the bases in it."""

    name: str
    bases: list[Base]


@dataclass(frozen=True)
class Crop:
    """What is harvested, and in which months (1 to 12) batches of it were recorded."""

    name: str
    months: frozenset[int]


@dataclass(frozen=True)
class RegionPage:
    """`households` is None where fewer than five could be recognised; `has_few` tells it from 0."""

    league: League
    banner: Banner
    standings: list[Standing]
    indications: list[str]
    cards: list[Card]
    producers: list[tuple[Producer, int]]
    base_number: int
    towns: list[Town]
    crops: list[Crop]
    households: int | None
    has_few: bool


def leagues(on: date) -> list[League]:
    """Every listed county by prefecture, with what it offers: two queries."""
    numbers = {code: number for code, _name, number in county_counts([], on)}
    found: dict[str, League] = {}
    for county, prefecture, tier, is_confirmed in _listed(on):
        banner = Banner(county, tier, is_confirmed, numbers.get(county.code, 0))
        league = League(
            prefecture.code, place_name(prefecture.code, prefecture.name), prefecture.name_mn, []
        )
        found.setdefault(prefecture.code, league).banners.append(banner)
    return list(found.values())


def _listed(on: date) -> list[tuple[Region, Region, str, bool]]:
    """County, its prefecture, its tier, whether it is confirmed; by code."""
    above = aliased(Region)
    rows = db.session.execute(
        select(Region, above, Designation.tier, Designation.confirmed)
        .join(Designation, Designation.region_code == Region.code)
        .join(DesignationList, DesignationList.id == Designation.list_id)
        .join(above, above.code == Region.parent_code)
        .where(DesignationList.key == LISTING_LIST, in_force(DesignationList, on))
        .order_by(Region.code)
    )
    return [(county, prefecture, tier, bool(sure)) for county, prefecture, tier, sure in rows]


def region_page(code: str, on: date) -> RegionPage:
    """One listed county. Raises NotFound for any other place."""
    found = leagues(on)
    pairs = [(league, banner) for league in found for banner in league.banners]
    league, banner = next((pair for pair in pairs if pair[1].code == code), (None, None))
    if league is None or banner is None:
        raise NotFound
    here = Base.county_code == code
    goods = buyable_cards(on).where(here).order_by(*order_of(Sort.NEWEST)).limit(CARDS)
    bases, base_number = _bases(here, on)
    linked = _households(code, on)
    return RegionPage(
        league=league,
        banner=banner,
        standings=_standings(code, on),
        indications=_indications(here, on),
        cards=cards(goods, on) if banner.number else [],
        producers=_producers(code, on),
        base_number=base_number,
        towns=_by_town(bases),
        crops=_crops(here, on),
        households=linked if linked >= SMALLEST_NUMBER_SHOWN else None,
        has_few=0 < linked < SMALLEST_NUMBER_SHOWN,
    )


def _standings(code: str, on: date) -> list[Standing]:
    rows = db.session.execute(
        select(DesignationList, Designation.exit_year, Designation.confirmed)
        .join(Designation, Designation.list_id == DesignationList.id)
        .where(Designation.region_code == code, in_force(DesignationList, on))
        .order_by(DesignationList.key)
    )
    return [Standing(each, year, bool(confirmed)) for each, year, confirmed in rows]


def _indications(here: ColumnElement[bool], on: date) -> list[str]:
    """The protected names under which goods from here are sold."""
    statement = (
        buyable(on)
        .where(here, Product.geographical_indication.is_not(None))
        .with_only_columns(Product.geographical_indication)
        .distinct()
        .order_by(Product.geographical_indication)
    )
    return [name for name in db.session.scalars(statement) if name]


def _producers(code: str, on: date) -> list[tuple[Producer, int]]:
    """Those registered here, with the number of their offers that can be bought; the most first."""
    numbers = (
        buyable(on)
        .where(Producer.county_code == code)
        .with_only_columns(Producer.id.label("id"), func.count(Offer.id).label("number"))
        .group_by(Producer.id)
        .subquery()
    )
    number = func.coalesce(numbers.c.number, 0)
    rows = db.session.execute(
        select(Producer, number)
        .outerjoin(numbers, numbers.c.id == Producer.id)
        .where(Producer.county_code == code, Producer.status == "approved")
        .order_by(number.desc(), Producer.id)
        .limit(PRODUCERS)
    )
    return [(producer, int(count)) for producer, count in rows]


def _bases(here: ColumnElement[bool], on: date) -> tuple[list[Base], int]:
    """The bases of the county by village, and how many there are in all."""
    rows = db.session.execute(
        select(Base, func.count().over())
        .where(here, in_force(Base, on))
        .order_by(Base.village_code, Base.id)
        .limit(BASES)
    ).all()
    return [base for base, _ in rows], int(rows[0][1]) if rows else 0


def _by_town(bases: Iterable[Base]) -> list[Town]:
    found: dict[str, list[Base]] = {}
    for base in bases:
        found.setdefault(ancestor(base.village_code, Level.TOWNSHIP), []).append(base)
    called = names(found)
    return [Town(called.get(code, code), each) for code, each in found.items()]


def _crops(here: ColumnElement[bool], on: date) -> list[Crop]:
    """Months of the harvests recorded here, of the produce harvested most often."""
    month = extract("month", Batch.harvested_on)
    rows = db.session.execute(
        select(Batch.produce, month, func.count())
        .join(Base, Base.id == Batch.base_id)
        .where(here, Batch.harvested_on <= on)
        .group_by(Batch.produce, month)
    )
    months: dict[str, set[int]] = {}
    harvests: dict[str, int] = {}
    for produce, number, count in rows:
        months.setdefault(produce, set()).add(int(number))
        harvests[produce] = harvests.get(produce, 0) + count
    most = sorted(harvests, key=lambda name: (-harvests[name], name))[:CROPS]
    return [Crop(name, frozenset(months[name])) for name in most]


def _households(code: str, on: date) -> int:
    """Households living here with a link in force to some cooperative or enterprise."""
    statement = (
        select(func.count(distinct(Household.id)))
        .join(HouseholdLink, HouseholdLink.household_id == Household.id)
        .where(Household.county_code == code, HouseholdLink.valid_from <= on)
        .where(or_(HouseholdLink.valid_to.is_(None), HouseholdLink.valid_to >= on))
    )
    return db.session.scalar(statement) or 0
