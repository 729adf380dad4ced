"""Where one is: the way from the division of the official's own down to what is shown."""

from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from orders.models import Order
from orders.quota.scope import Scope
from orders.reports.selection import Selection
from shop import clock
from shop.regions import queries as regions
from shop.regions.english import place_name

Step = tuple[str, str | None]
"""A breadcrumb: its words and its address; the one without is this page."""


@dataclass(frozen=True)
class Place:
    """A division on the way."""

    code: str
    name: str


def way_of(selection: Selection, scope: Scope) -> list[Step]:
    """Divisions, then the department, then the unit that a selection speaks of: one query."""
    found = [
        (place_name(place.code, place.name), _totals(_at(selection, place.code)))
        for place in regions.path(selection.region)
        if scope.contains(place.code)
    ]
    if selection.own:
        found.append((_("本级"), _totals(selection.but(by="unit", department=None, unit=None))))
    if selection.department and selection.department != selection.unit:
        inside = selection.but(by="unit", unit=None)
        found.append((selection.department_name, _totals(inside)))
    if selection.unit:
        found.append((selection.unit_name, _orders(selection)))
    return list(found)


def way_to(order: Order, places: list[Place], scope: Scope) -> list[Step]:
    """The same way down to one order, over the year in which it was placed; no query."""
    year = clock.business_day(order.placed_at).year
    whole = Selection(date(year, 1, 1), date(year, 12, 31), region=order.buyer_region_code)
    found = [
        (place.name, _totals(_at(whole, place.code)))
        for place in places
        if scope.contains(place.code)
    ]
    if order.department is not None and order.department_id != order.budget_unit_id:
        whole = whole.but(department=order.department.public_id)
        found.append((order.department.name, _totals(whole.but(by="unit"))))
    if order.budget_unit is not None:
        found.append((order.budget_unit.name, _orders(whole.but(unit=order.budget_unit.public_id))))
    else:
        found.append((_("个人消费者"), _orders(whole.but(buyers="consumer"))))
    return list(found)


def ended(steps: list[Step], here: str | None = None) -> list[Step]:
    """The way with this page at its end: `here`, or its last step without its address."""
    if here is not None:
        return [*steps, (here, None)]
    return [*steps[:-1], (steps[-1][0], None)] if steps else []


def _at(selection: Selection, code: str) -> Selection:
    return selection.but(
        region=code, by="region", own=False, department=None, unit=None, stage=None
    )


def _totals(selection: Selection) -> str:
    return url_for("reports.totals", **selection.arguments(stage=None))


def _orders(selection: Selection) -> str:
    return url_for("reports.orders", **selection.arguments(view=None, sort=None))
