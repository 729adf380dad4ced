"""What the ledger and the plans say, grouped for a report: a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Subquery, extract, func, literal_column, select

from catalog.models import Category
from orders.models import FundSource
from orders.quota.models import LedgerEntry, QuotaPlan
from orders.quota.rules import Progress
from orders.quota.scope import Scope
from orders.quota.stages import Stage
from orders.reports.selection import Selection, of_standard
from shop.accounts.models import Organisation
from shop.db import db
from shop.money import ZERO, Money, total
from shop.regions import queries as regions
from shop.regions.english import place_name
from shop.regions.models import Level, Region
from shop.web.frame import is_english, pick

Key = str | int | None
"""A division's code, an organisation's id, a source of funds; None: no organisation."""
BELOW = {
    Level.COUNTRY: Level.PROVINCE,
    Level.PROVINCE: Level.PREFECTURE,
    Level.PREFECTURE: Level.COUNTY,
    Level.COUNTY: Level.COUNTY,
}


@dataclass
class Figures:
    """What one row of the totals says."""

    units: int = 0
    filed: int = 0
    confirmed: int = 0
    buying: int = 0
    idle_reserved: int = 0
    reserved: Money = ZERO
    progress: Progress = field(default_factory=Progress)
    orders: int = 0
    consumer_orders: int = 0

    @property
    def idle(self) -> int:
        """Units that placed nothing in the period."""
        return self.units - self.buying


def level_below(code: str) -> Level:
    """The level of the rows of a division: one below, at most the county."""
    level = regions.level_of(code)
    return BELOW.get(level, level)


def entry_key(selection: Selection) -> ColumnElement[str] | ColumnElement[int]:
    """How entries are grouped into rows."""
    if selection.by == "region":
        return regions.group_code(LedgerEntry.buyer_region_code, level_below(selection.region))
    if selection.by == "county":
        return regions.group_code(LedgerEntry.buyer_region_code, Level.COUNTY)
    if selection.by == "month":
        return extract("month", LedgerEntry.day)
    if selection.by == "category":
        return func.substr(of_standard(), literal_column("1"), literal_column("4"))
    if selection.by == "origin":
        root = selection.origin or regions.COUNTRY_CODE
        return regions.group_code(LedgerEntry.origin_code, level_below(root))
    columns = {"department": LedgerEntry.department_id, "unit": LedgerEntry.budget_unit_id,
               "fund": LedgerEntry.fund_source}  # fmt: skip
    return columns[selection.by]  # type: ignore[return-value]


def unit_key(selection: Selection) -> ColumnElement[str] | ColumnElement[int] | None:
    """How budget units are grouped into the same rows; None where units are no part of them."""
    if selection.by == "region":
        return regions.group_code(Organisation.region_code, level_below(selection.region))
    if selection.by == "county":
        return regions.group_code(Organisation.region_code, Level.COUNTY)
    columns = {"department": Organisation.department_id, "unit": Organisation.id}
    return columns.get(selection.by)  # type: ignore[return-value]


def figures(selection: Selection, scope: Scope) -> dict[Key, Figures]:
    """The rows: at most three queries, whatever the amount of data."""
    found: dict[Key, Figures] = defaultdict(Figures)
    amounts: dict[Key, dict[tuple[str, str, str], Money]] = defaultdict(dict)
    key = entry_key(selection)
    statement = (
        select(
            key.label("row_key"), LedgerEntry.channel, LedgerEntry.fund_source, LedgerEntry.stage,
            func.sum(LedgerEntry.delta), func.count(LedgerEntry.order_id.distinct()),
        )
        .where(*selection.conditions(scope))
        .group_by(key, LedgerEntry.channel, LedgerEntry.fund_source, LedgerEntry.stage)
    )  # fmt: skip
    for row_key, channel, fund, stage, amount, orders in db.session.execute(statement):
        amounts[row_key][channel, fund, stage] = amount
        if stage == Stage.PLACED and fund == FundSource.PERSONAL:
            found[row_key].consumer_orders += orders
        elif stage == Stage.PLACED:
            found[row_key].orders += orders
    for row_key, of_row in amounts.items():
        found[row_key].progress = Progress(of_row)
    if unit_key(selection) is not None and selection.buyers != "consumer":
        _add_units(found, selection, scope)
    return dict(found)


def _add_units(found: dict[Key, Figures], selection: Selection, scope: Scope) -> None:
    """How many units there are, have filed, reserve how much, and bought at all."""
    key = unit_key(selection)
    assert key is not None
    plans = filed_plans(selection)
    bought = buying_units(selection, scope)
    statement = (
        select(
            key.label("row_key"), func.count(Organisation.id), func.count(plans.c.id),
            func.count(plans.c.id).filter(plans.c.status == "confirmed"), func.sum(plans.c.reserved), func.count(bought.c.unit_id),
            func.count(plans.c.id).filter(bought.c.unit_id.is_(None), plans.c.reserved > ZERO),
        )
        .outerjoin(plans, plans.c.unit_id == Organisation.id)
        .outerjoin(bought, bought.c.unit_id == Organisation.id)
        .where(*selection.unit_conditions(scope))
        .group_by(key)
    )  # fmt: skip
    for row_key, units, filed, confirmed, reserved, buying, idle in db.session.execute(statement):
        row = found[row_key]
        row.units, row.filed, row.confirmed, row.buying = units, filed, confirmed, buying
        row.idle_reserved = idle
        row.reserved = reserved or ZERO


def filed_plans(selection: Selection) -> Subquery:
    """The plans of the year that stand filed: those sent back are not."""
    return (
        select(QuotaPlan)
        .where(QuotaPlan.year == selection.year, QuotaPlan.status != "returned")
        .subquery()
    )


def buying_units(selection: Selection, scope: Scope) -> Subquery:
    """Units that placed more than they took back in the period."""
    return (
        select(LedgerEntry.budget_unit_id.label("unit_id"))
        .where(*selection.conditions(scope), LedgerEntry.stage == Stage.PLACED)
        .where(LedgerEntry.budget_unit_id.is_not(None))
        .group_by(LedgerEntry.budget_unit_id)
        .having(func.sum(LedgerEntry.delta) > ZERO)
        .subquery()
    )


def added_up(rows: Iterable[Figures], *, orders: tuple[int, int] | None = None) -> Figures:
    """The row of totals. `orders` replaces the sum where one order may stand in several rows."""
    found = list(rows)
    amounts: dict[tuple[str, str, str], Money] = {}
    for row in found:
        for key, amount in row.progress.amounts.items():
            amounts[key] = amounts.get(key, ZERO) + amount
    return Figures(
        units=sum(row.units for row in found),
        filed=sum(row.filed for row in found),
        confirmed=sum(row.confirmed for row in found),
        buying=sum(row.buying for row in found),
        idle_reserved=sum(row.idle_reserved for row in found),
        reserved=total(row.reserved for row in found),
        progress=Progress(amounts),
        orders=sum(row.orders for row in found) if orders is None else orders[0],
        consumer_orders=sum(row.consumer_orders for row in found) if orders is None else orders[1],
    )


def order_counts(selection: Selection, scope: Scope) -> tuple[int, int]:
    """Orders of institutions and of consumers with something placed, each once."""
    statement = (
        select(LedgerEntry.fund_source, func.count(LedgerEntry.order_id.distinct()))
        .where(*selection.conditions(scope), LedgerEntry.stage == Stage.PLACED)
        .group_by(LedgerEntry.fund_source)
    )
    counted = {str(fund): int(count) for fund, count in db.session.execute(statement)}
    personal = counted.pop(FundSource.PERSONAL, 0)
    return sum(counted.values()), personal


def names_of(selection: Selection, keys: Iterable[Key]) -> dict[Key, tuple[str, str | None]]:
    """Name and public id (organisations) of the rows: one query."""
    wanted = [key for key in keys if key is not None]
    if selection.by in ("region", "origin", "county"):
        rows = db.session.execute(select(Region.code, Region.name).where(Region.code.in_(wanted)))
        return {code: (place_name(code, name), None) for code, name in rows}
    if selection.by == "category":
        named = select(Category.code, Category.name, Category.name_en)
        rows = db.session.execute(named.where(Category.code.in_(wanted)))
        return {code: (name_en if is_english() else name, None) for code, name, name_en in rows}
    if selection.by in ("department", "unit"):
        columns = (Organisation.id, Organisation.name, Organisation.public_id)
        found = db.session.execute(select(*columns).where(Organisation.id.in_(wanted)))
        return {id_: (name, public_id) for id_, name, public_id in found}
    return {}


def category_name(code: str) -> str:
    """A class of goods in the page's language; its code where it is not known."""
    found = db.session.get(Category, code)
    return pick(found) if found is not None else code
