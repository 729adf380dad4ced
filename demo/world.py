"""The demonstration world for a given last day: everything invented is marked, places are real."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update

from catalog.models import CatalogueVersion
from demo.accounts import PASSWORD
from demo.cast import Unit
from demo.certificates import CertificateMaker
from demo.chance import Chance, instant
from demo.demand import Market, buying_units, make_purchases
from demo.fates import canteen_fates, consumer_fates
from demo.goods import make_goods
from demo.history import History
from demo.households import make_households
from demo.people import People, make_consumers, make_platform, make_reviewers
from demo.plans import make_plans
from demo.scenes import make_scenes
from demo.seasons import plan_restocks
from demo.shelves import Shelves
from demo.sizes import Size, size_of
from demo.story import PurchasePlan
from demo.supply import Supply, make_supply
from demo.units import make_units
from demo.writer import Writer
from orders.cli import load_all_reference
from shop import clock
from shop.accounts.models import User
from shop.accounts.passwords import hash_password
from shop.db import db
from shop.regions.models import Region
from shop.regions.queries import counting

Progress = Callable[[int], None]
NATIONAL_LIST = "national_832"


class NotEmpty(Exception):
    """The database has people already: a demonstration is only made in an empty one."""


def build(
    until: date, *, scale: int = 1, small: bool = False, progress: Progress | None = None
) -> None:
    """Make the world inside the caller's transaction; the same arguments make the same world.

    `progress` hears how many percent are done. Raises NotEmpty, and ValueError for a scale below 1.
    """
    if db.session.scalar(select(func.count()).select_from(User)):
        raise NotEmpty
    tell = progress or (lambda percent: None)
    size = size_of(scale=scale, small=small)
    if not db.session.scalar(select(func.count()).select_from(Region)):
        load_all_reference()
    cutoff = cutoff_of(until)
    writer = Writer(db.session)
    people = People(writer, hash_password(PASSWORD), at=instant(until - timedelta(days=680), 9))
    make_platform(people)
    units = make_units(writer, people, size, at=people.at)
    supply = make_supply(writer, people, size, until=until)
    tell(5)
    make_reviewers(people, supply.counties)
    make_households(writer, supply.sellers, size, until=until)
    tell(12)
    offers = make_goods(writer, supply, size, until=until)
    CertificateMaker(writer, until=until).make(supply)
    for offer in offers:
        plan_restocks(offer, until)
    tell(18)
    purchases = _purchases(people, list(units.values()), supply, size, until, cutoff)
    tell(30)
    Shelves(writer, until=until).fill(offers, purchases)
    tell(45)
    make_plans(writer, list(units.values()), until=until, cutoff=cutoff)
    _write_history(writer, purchases, cutoff, tell)
    writer.finish()
    db.session.execute(update(CatalogueVersion).values(number=CatalogueVersion.number + 1))
    tell(100)


def cutoff_of(until: date) -> datetime:
    """Nothing happens later: shortly before noon of the last day; on a morning, the full hour."""
    noon, now = instant(until, 11, 45), clock.now()
    return (
        min(noon, now.replace(minute=0, second=0, microsecond=0))
        if now < noon and (clock.business_day(now) == until)
        else noon
    )


def _purchases(
    people: People, units: list[Unit], supply: Supply, size: Size, until: date, cutoff: datetime
) -> list[PurchasePlan]:
    """All purchases in the order in which they were placed, each with what became of it."""
    national = set(db.session.scalars(counting(NATIONAL_LIST, until)))
    consumers = make_consumers(people, size.consumers)
    buying = buying_units(units)
    market = Market(buying, consumers, supply.sellers, national)
    purchases = make_purchases(market, size, until=until)
    chance = Chance(f"fates {until}")
    for purchase in purchases:
        fates = canteen_fates if purchase.unit else consumer_fates
        fates(chance, purchase, cutoff)
    school = next(unit for unit in buying if unit.key == "150430-school-1")
    fixed = [supply.cooperatives[0], supply.enterprises[0]]
    purchases += make_scenes(school, consumers[0], fixed, cutoff=cutoff)
    return sorted(purchases, key=lambda purchase: purchase.at)


def _write_history(
    writer: Writer, purchases: list[PurchasePlan], cutoff: datetime, tell: Progress
) -> None:
    history = History(writer, cutoff=cutoff)
    for done, purchase in enumerate(purchases):
        history.write(purchase)
        if done % 200 == 0:
            tell(48 + 50 * done // len(purchases))
