"""A division's year on one page: the same figures as the reports, in two more groupings.

Whole fen; shares in basis points (1 % = 100). Channels stand side by side and are never added.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from orders.models import Channel
from orders.quota import queries as quota
from orders.quota import rules
from orders.quota.models import QuotaRule
from orders.quota.scope import Scope
from orders.quota.stages import Stage
from orders.reports import facts
from orders.reports.facts import Figures, Key
from orders.reports.procurement import links, of_units, values
from orders.reports.selection import Selection
from shop.db import db
from shop.money import Money
from shop.regions import queries as regions
from shop.regions.english import place_name
from shop.regions.models import Region
from shop.sheets import Value

BASIS = 10_000


@dataclass(frozen=True)
class Dashboard:
    """What the page is made of; `places` are the full names of the divisions it speaks of."""

    selection: Selection
    totals: Figures
    counties: Mapping[Key, Figures]
    months: Mapping[Key, Figures]
    categories: Mapping[Key, Figures]
    category_names: Mapping[Key, tuple[str, str | None]]
    names: Mapping[str, str]
    rule: QuotaRule | None
    values: Mapping[str, Value] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def open_filings(self) -> int:
        """Units without a plan that stands: never filed, or sent back and not filed again."""
        return self.totals.units - self.totals.filed


def year_of(region: str, year: int, today: date) -> Selection:
    """A division's year up to today."""
    last = date(year, 12, 31)
    return Selection(date(year, 1, 1), min(last, today) if year == today.year else last,
                     region=region)  # fmt: skip


def dashboard(selection: Selection, scope: Scope, *, today: date) -> Dashboard:
    """Everything of a division's year: seven queries, whatever the amount of data."""
    counties = facts.figures(selection.but(by="county"), scope)
    totals = facts.added_up(counties.values())
    by_category = selection.but(by="category")
    categories = facts.figures(by_category, scope)
    named = set(regions.lineage(selection.region)) | {str(key) for key in counties}
    rows = db.session.execute(select(Region.code, Region.name).where(Region.code.in_(named)))
    return Dashboard(
        selection, totals, counties,
        facts.figures(selection.but(by="month"), scope),
        categories, facts.names_of(by_category, categories),
        {code: place_name(code, name) for code, name in rows.tuples()},
        _rule(selection, today), values(totals, selection), links(selection),
    )  # fmt: skip


def _rule(selection: Selection, today: date) -> QuotaRule | None:
    """The rule that asks this division's canteens to file, for its days."""
    lineage = regions.lineage(selection.region)
    return rules.rule_for(
        quota.confirmed_rules(lineage),
        lineage=lineage,
        year=selection.year,
        kind=rules.UnitKind.WITH_CANTEEN,
        on=rules.day_within(selection.year, today),
    )


def completion(figures: Figures) -> int | None:
    """832 completed against reserved, in basis points, half up; None where nothing is reserved."""
    reserved = figures.reserved.fen
    if not reserved:
        return None
    completed = of_units(figures, Channel.FUPIN832, Stage.COMPLETED).fen
    return (2 * completed * BASIS + reserved) // (2 * reserved)


@dataclass(frozen=True)
class Parts:
    """What of an amount placed has come how far; every fen stands in one part."""

    completed: Money
    accepted: Money
    paid: Money
    placed: Money


def parts(figures: Figures, channel: str, fund: str) -> Parts:
    """Completed; accepted and not paid; paid and not accepted; the rest of what was placed."""

    def at(stage: Stage) -> Money:
        return figures.progress.of_fund(channel, fund, stage)

    completed, placed = at(Stage.COMPLETED), at(Stage.PLACED)
    accepted, paid = at(Stage.ACCEPTED) - completed, at(Stage.PAID) - completed
    return Parts(completed, accepted, paid, placed - completed - accepted - paid)
