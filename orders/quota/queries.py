"""Reading plans, rules and the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from orders.models import Channel, Order, OrderLine
from orders.quota import rules
from orders.quota.labels import CHANNELS
from orders.quota.models import LedgerEntry, QuotaPlan, QuotaRule
from orders.quota.scope import Scope
from orders.quota.stages import Stage
from shop.accounts.models import Organisation
from shop.db import db
from shop.errors import NotFound
from shop.money import Money
from shop.regions import queries as regions


def plan_of(unit_id: int, year: int) -> QuotaPlan | None:
    return plans_of(unit_id, [year]).get(year)


def plans_of(unit_id: int, years: Sequence[int]) -> dict[int, QuotaPlan]:
    """A unit's plans of some years with their rules, by year: one query."""
    statement = (
        select(QuotaPlan)
        .join(QuotaPlan.rule)
        .options(contains_eager(QuotaPlan.rule))
        .where(QuotaPlan.unit_id == unit_id, QuotaPlan.year.in_(years))
    )
    return {plan.year: plan for plan in db.session.scalars(statement)}


def rule_of(unit: Organisation, year: int, *, today: date) -> QuotaRule | None:
    """The confirmed rule that applies to a unit in a year, as seen today."""
    lineage = regions.lineage(unit.region_code)
    return rules.rule_for(
        confirmed_rules(lineage),
        lineage=lineage,
        year=year,
        kind=rules.unit_kind(unit.canteen_mode),
        on=rules.day_within(year, today),
    )


def confirmed_rules(lineage: Sequence[str]) -> list[QuotaRule]:
    """The confirmed rules of some divisions, in the order in which they were registered."""
    statement = select(QuotaRule).where(QuotaRule.region_code.in_(lineage), QuotaRule.confirmed)
    return list(db.session.scalars(statement.order_by(QuotaRule.id)))


def rules_shown(scope: Scope) -> list[QuotaRule]:
    """Confirmed rules above, at and within a scope: national first, newest first within a region."""
    above = QuotaRule.region_code.in_(regions.lineage(scope.region_code))
    statement = (
        select(QuotaRule)
        .where(QuotaRule.confirmed)
        .where(or_(above, regions.within(QuotaRule.region_code, scope.region_code)))
        .order_by(QuotaRule.region_code, QuotaRule.valid_from.desc(), QuotaRule.id.desc())
    )
    return list(db.session.scalars(statement))


def unconfirmed_count(scope: Scope) -> int:
    """How many notices above, at and within a scope are not confirmed, and apply to nobody."""
    above = QuotaRule.region_code.in_(regions.lineage(scope.region_code))
    inside = regions.within(QuotaRule.region_code, scope.region_code)
    statement = select(func.count()).where(QuotaRule.confirmed.is_(False), or_(above, inside))
    return db.session.scalar(statement) or 0


def units_named(scope: Scope, words: str, *, limit: int) -> list[Organisation]:
    """Units within a scope whose name has these words, the shortest names first."""
    statement = (
        select(Organisation)
        .where(*scope.units(), Organisation.name.contains(words, autoescape=True))
        .order_by(func.length(Organisation.name), Organisation.name, Organisation.id)
    )
    return list(db.session.scalars(statement.limit(limit)))


def progress_of(unit_id: int, year: int) -> rules.Progress:
    """A unit's amounts of a year by channel, source of funds and stage: one query."""
    statement = (
        select(
            LedgerEntry.channel,
            LedgerEntry.fund_source,
            LedgerEntry.stage,
            func.sum(LedgerEntry.delta),
        )
        .where(LedgerEntry.budget_unit_id == unit_id, LedgerEntry.year == year)
        .group_by(LedgerEntry.channel, LedgerEntry.fund_source, LedgerEntry.stage)
    )
    rows = db.session.execute(statement)
    return rules.Progress({(channel, fund, stage): sum_ for channel, fund, stage, sum_ in rows})


@dataclass(frozen=True)
class EntryRow:
    """One entry with the order and the goods it speaks of."""

    day: date
    order_number: str
    product_name: str
    product_name_en: str
    channel: str
    fund_source: str
    stage: str
    delta: Money
    reason: str | None


def entries_of(
    unit_id: int, year: int, *, channel: str | None, fund: str | None, stage: str | None
) -> Select[tuple[LedgerEntry, Order, OrderLine]]:
    """The entries behind a figure of a unit's page, newest first."""
    statement = (
        select(LedgerEntry, Order, OrderLine)
        .join(Order, Order.id == LedgerEntry.order_id)
        .join(OrderLine, OrderLine.id == LedgerEntry.line_id)
        .where(LedgerEntry.budget_unit_id == unit_id, LedgerEntry.year == year)
    )
    chosen = ((LedgerEntry.channel, channel), (LedgerEntry.fund_source, fund),
              (LedgerEntry.stage, stage))  # fmt: skip
    return statement.where(*(column == value for column, value in chosen if value))


def entry_page(
    statement: Select[tuple[LedgerEntry, Order, OrderLine]], *, offset: int, limit: int
) -> list[EntryRow]:
    rows = db.session.execute(
        statement.order_by(LedgerEntry.day.desc(), LedgerEntry.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [
        EntryRow(
            entry.day, order.number, line.product_name, line.product_name_en, entry.channel,
            entry.fund_source, entry.stage, entry.delta, entry.reason,
        )
        for entry, order, line in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class EntrySum:
    """What the entries of one channel and stage come to; neither is added to another."""

    channel: Channel
    stage: Stage
    count: int
    amount: Money


def sums(statement: Select[tuple[LedgerEntry, Order, OrderLine]]) -> list[EntrySum]:
    """The sums behind a list of entries, by channel and stage as the page has them: one query."""
    by = (LedgerEntry.channel, LedgerEntry.stage)
    only = statement.with_only_columns(*by, func.count(), func.sum(LedgerEntry.delta)).group_by(*by)
    found = {
        (channel, stage): EntrySum(Channel(channel), Stage(stage), count, amount)
        for channel, stage, count, amount in db.session.execute(only)
    }
    keys = [(channel, stage) for channel in CHANNELS for stage in Stage]
    return [found[key] for key in keys if key in found]


FILING_STATES = ("missing", "filed", "checked", "confirmed", "returned", "open")
"""`open`: no plan that stands, never filed or sent back."""


def filings(
    scope: Scope, year: int, *, region_code: str, state: str | None
) -> Select[tuple[Organisation, QuotaPlan]]:
    """Every unit of a scope with its plan of a year, or none: the base of the review list."""
    of_year = and_(QuotaPlan.unit_id == Organisation.id, QuotaPlan.year == year)
    statement = (
        select(Organisation, QuotaPlan)
        .outerjoin(QuotaPlan, of_year)
        .where(*scope.units(), regions.within(Organisation.region_code, region_code))
    )
    return statement if state is None else statement.where(_in_state(state))


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "open":
        return or_(QuotaPlan.id.is_(None), QuotaPlan.status == "returned")
    return QuotaPlan.id.is_(None) if state == "missing" else QuotaPlan.status == state


def filing_counts(scope: Scope, year: int, *, region_code: str) -> dict[str, int]:
    """How many units stand where; `missing` have not filed."""
    statement = filings(scope, year, region_code=region_code, state=None)
    state = func.coalesce(QuotaPlan.status, "missing")
    rows = db.session.execute(
        statement.with_only_columns(state, func.count()).group_by(QuotaPlan.status)
    )
    return {str(name): int(count) for name, count in rows}


def reserved_of(statement: Select[tuple[Organisation, QuotaPlan]]) -> Money:
    """What the plans of a list reserve together."""
    amount = db.session.scalar(statement.with_only_columns(func.sum(QuotaPlan.reserved)))
    return amount or Money(0)


def unit_in(scope: Scope, public_id: str) -> Organisation:
    """A unit within a scope, by its public id. Raises NotFound."""
    statement = select(Organisation).where(*scope.units(), Organisation.public_id == public_id)
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def filing_page(
    statement: Select[tuple[Organisation, QuotaPlan]], *, offset: int, limit: int
) -> list[tuple[Organisation, QuotaPlan | None]]:
    """Units by division and name, each with its plan or None."""
    ordered = statement.order_by(Organisation.region_code, Organisation.name, Organisation.id)
    return [(unit, plan) for unit, plan in db.session.execute(ordered.offset(offset).limit(limit))]
