"""Units that bought nothing in a period: the list behind the count of the totals."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from orders.quota import labels
from orders.quota.scope import Scope
from orders.quota.states import PlanStatus
from orders.reports import facts
from orders.reports.procurement import parameters
from orders.reports.selection import Selection
from shop.accounts.models import Organisation
from shop.db import db
from shop.money import ZERO, Money
from shop.regions.english import full_place_name
from shop.regions.models import Region
from shop.sheets import Column, Group, Kind, Report, Row


def _base(selection: Selection, scope: Scope, *, only_reserved: bool) -> Select[Any]:
    """Units without anything placed, each with its plan that stands."""
    plans, bought = facts.filed_plans(selection), facts.buying_units(selection, scope)
    department = aliased(Organisation)
    statement = (
        select(
            Organisation.name, Organisation.public_id, department.name.label("department"),
            Region.full_name.label("region"), Region.code.label("region_code"), plans.c.status, plans.c.reserved,
        )
        .outerjoin(plans, plans.c.unit_id == Organisation.id)
        .outerjoin(bought, bought.c.unit_id == Organisation.id)
        .outerjoin(department, department.id == Organisation.department_id)
        .join(Region, Region.code == Organisation.region_code)
        .where(*selection.unit_conditions(scope), bought.c.unit_id.is_(None))
    )  # fmt: skip
    return statement.where(plans.c.reserved > ZERO) if only_reserved else statement


def count_idle(selection: Selection, scope: Scope) -> tuple[int, int, Money]:
    """How many units, how many of them have a share reserved, and how much: one query."""
    found = _base(selection, scope, only_reserved=False).subquery()
    row = db.session.execute(
        select(
            func.count(),
            func.count(found.c.status).filter(found.c.reserved > ZERO),
            func.sum(found.c.reserved),
        ).select_from(found)
    ).one()
    return row[0], row[1], row[2] or ZERO


def idle_report(
    selection: Selection,
    scope: Scope,
    *,
    only_reserved: bool,
    reserved: Money,
    offset: int,
    limit: int,
) -> Report:
    """Some of them, the largest reserved share first: one query and the names of the filters."""
    statement = _base(selection, scope, only_reserved=only_reserved)
    plan = statement.selected_columns.reserved
    rows = db.session.execute(
        statement.order_by(func.coalesce(plan, -1).desc(), Organisation.name, Organisation.id)
        .offset(offset)
        .limit(limit)
    )
    columns = [
        Column("department", _("主管部门"), Kind.TEXT),
        Column("region", _("地区"), Kind.TEXT),
        Column("status", _("填报状态"), Kind.TEXT),
        Column("reserved", _("预留份额")),
    ]
    return Report(
        title=_("零采购单位"),
        question=_("哪些单位在这一期间没有下过单？"),
        row_label=_("单位"),
        groups=[Group("", columns)],
        rows=[_row(found, selection) for found in rows],
        totals=Row(_("合计"), {"reserved": reserved}),
        sentences=[sentence()],
        parameters=parameters(selection),
    )


def sentence() -> str:
    """What counts as having bought nothing."""
    return _(
        "“零采购”指期间内没有下单，或下单后又全部取消；本平台和832平台的下单都算采购。“有预留份额”指填报了大于零的份额，退回后未重报的不算。"
    )


def _row(found: Any, selection: Selection) -> Row:
    filed = found.status is not None
    address = url_for("quota_review.show_plan", unit_id=found.public_id, year=selection.year)
    return Row(
        found.name,
        {
            "department": found.department,
            "region": full_place_name(found.region_code, found.region),
            "status": str(labels.PLAN_STATUSES[PlanStatus(found.status)]) if filed else _("未填报"),
            "reserved": found.reserved,
        },
        address if filed else None,
    )
