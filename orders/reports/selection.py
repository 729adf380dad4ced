"""What a report is asked for: period, place, department, unit, origin, funds, channel, buyers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select

from orders.models import Channel, FundSource
from orders.quota.models import LedgerEntry
from orders.quota.scope import BUDGET_UNITS, Scope
from orders.quota.stages import Stage
from shop.accounts.models import Organisation, OrganisationKind
from shop.db import db
from shop.errors import InvalidInput, NotFound
from shop.regions import queries as regions

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)
WAYS = ("region", "department", "unit", "origin", "category", "fund")
VIEWS = ("share", "channel", "fund", "consumer")
CATEGORY = re.compile(r"[0-9]{4}")
SORT = re.compile(r"-?(name|[a-z0-9]+(_[a-z]+)*)")
WRONG = _l("筛选条件有误，请从页面上重新选择。")
BUYERS = ("institution", "consumer")
UNDER = {"region": "region", "unit": "region", "origin": "origin", "department": "department"}
LOOKED_UP = frozenset(
    {"since", "until", "department_id", "unit_id", "department_name", "unit_name"}
)


@dataclass(frozen=True)
class Selection:
    """A report's filters. Days are Beijing days of the ledger, both ends included.

    `own` keeps to what stands at the division itself and in no part of it. `department` and
    `unit` are public ids, `category` is a class of goods (four digits of NY/T 3177). `view` is
    the table shown, `sort` the column it is ordered by (with a minus: downwards).
    """

    since: date
    until: date
    by: str = "region"
    region: str = regions.COUNTRY_CODE
    own: bool = False
    department: str | None = None
    unit: str | None = None
    origin: str | None = None
    category: str | None = None
    fund: str | None = None
    channel: str | None = None
    buyers: str | None = None
    stage: str | None = None
    view: str | None = None
    sort: str | None = None
    department_id: int | None = None
    unit_id: int | None = None
    department_name: str = ""
    unit_name: str = ""

    @property
    def year(self) -> int:
        """The year whose reserved shares stand beside the period: that of its last day."""
        return self.until.year

    def but(self, **changes: Any) -> "Selection":
        return replace(self, **changes)

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The query of an address that asks for this selection again."""
        asked = replace(self, **changes)
        found: dict[str, Any] = {"from": asked.since.isoformat(), "to": asked.until.isoformat()}
        for field in fields(asked):
            value = getattr(asked, field.name)
            if field.name not in LOOKED_UP and value:
                found[field.name] = 1 if value is True else value
        return found

    def conditions(self, scope: Scope) -> list[ColumnElement[bool]]:
        """The entries of the ledger that this selection speaks of, within what may be seen."""
        found = [*scope.entries(), LedgerEntry.day >= self.since, LedgerEntry.day <= self.until]
        if self.own:
            found.append(LedgerEntry.buyer_region_code == self.region)
        elif self.region != regions.COUNTRY_CODE:
            found.append(regions.within(LedgerEntry.buyer_region_code, self.region))
        if self.department_id is not None:
            found.append(_same(LedgerEntry.department_id, self.department_id))
        if self.unit_id is not None:
            found.append(_same(LedgerEntry.budget_unit_id, self.unit_id))
        if self.origin:
            found.append(regions.within(LedgerEntry.origin_code, self.origin))
        if self.category:
            found.append(of_standard().startswith(self.category, autoescape=True))
        if self.fund:
            found.append(LedgerEntry.fund_source == self.fund)
        if self.channel:
            found.append(LedgerEntry.channel == self.channel)
        if self.buyers:
            of_person = LedgerEntry.fund_source == FundSource.PERSONAL
            found.append(of_person if self.buyers == "consumer" else ~of_person)
        return found

    def unit_conditions(self, scope: Scope) -> list[ColumnElement[bool]]:
        """The budget units that this selection speaks of."""
        found = scope.units()
        if self.own:
            found.append(Organisation.region_code == self.region)
        elif self.region != regions.COUNTRY_CODE:
            found.append(regions.within(Organisation.region_code, self.region))
        if self.department_id is not None:
            found.append(_same(Organisation.department_id, self.department_id))
        if self.unit_id is not None:
            found.append(Organisation.id == self.unit_id)
        return found


def of_standard() -> ColumnElement[str]:
    """SQL: the class of NY/T 3177; a class of our own (X010101-01) stands with the one it is of."""
    return func.replace(LedgerEntry.category_code, literal_column("'X'"), literal_column("''"))


NOBODY = 0
"""Stands for "none" where a department or a unit is asked for by "none"."""


def _same(column: Any, wanted: int) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.is_(None) if wanted == NOBODY else column == wanted
    return found


def read_selection(arguments: Mapping[str, str], scope: Scope, *, today: date) -> Selection:
    """The selection of an address. Raises InvalidInput for what is no day or choice, NotFound for
    places and organisations outside the scope.
    """
    given = {name: value for name, value in arguments.items() if value}
    by = _choice(given, "by", WAYS) or "region"
    if "under" in given and by in UNDER:
        given.setdefault(UNDER[by], given["under"])
    since = _day(given, "from") or date(today.year, 1, 1)
    until = _day(given, "to") or max(today, since)
    if until < since:
        raise InvalidInput(_l("结束日不能早于开始日。"))
    found = Selection(
        since, until, by,
        region=_region(given.get("region"), scope),
        own=_choice(given, "own", ("1",)) is not None,
        origin=_origin(given.get("origin")),
        category=_matching(given, "category", CATEGORY),
        fund=_choice(given, "fund", tuple(FundSource)),
        channel=_choice(given, "channel", tuple(Channel)),
        buyers=_choice(given, "buyers", BUYERS),
        stage=_choice(given, "stage", tuple(Stage)),
        view=_choice(given, "view", VIEWS),
        sort=_matching(given, "sort", SORT),
        department=given.get("department"),
        unit=given.get("unit"),
    )  # fmt: skip
    return _with_organisations(found, scope)


def _matching(given: Mapping[str, str], name: str, form: re.Pattern[str]) -> str | None:
    value = given.get(name)
    if value is not None and (len(value) > 40 or not form.fullmatch(value)):
        raise InvalidInput(WRONG)
    return value


def _choice(given: Mapping[str, str], name: str, known: tuple[str, ...]) -> str | None:
    value = given.get(name)
    if value is not None and value not in known:
        raise InvalidInput(WRONG)
    return value


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        if DAY.fullmatch(text) and EARLIEST <= (day := date.fromisoformat(text)) <= LATEST:
            return day
    except ValueError:
        pass
    raise InvalidInput(_l("请按“年-月-日”填写日期，例如 2026-06-30。"))


def _region(code: str | None, scope: Scope) -> str:
    if code is None:
        return scope.region_code
    if not scope.contains(code):  # raises InvalidInput for what is no code
        raise NotFound
    return code


def _origin(code: str | None) -> str | None:
    if code is None or code == regions.COUNTRY_CODE:
        return None
    regions.level_of(code)
    return code


def _with_organisations(selection: Selection, scope: Scope) -> Selection:
    """Look up the department and the unit, both in one query, within the scope."""
    wanted = {selection.department, selection.unit} - {None, "none"}
    rows: dict[str, Organisation] = {}
    if wanted:
        statement = select_organisations(scope, wanted)
        rows = {each.public_id: each for each in db.session.scalars(statement)}
    return replace(
        selection,
        department_id=_id_of(selection.department, rows, (OrganisationKind.DEPARTMENT,)),
        unit_id=_id_of(selection.unit, rows, BUDGET_UNITS),
        department_name=_name_of(selection.department, rows, _l("无主管部门的单位和个人消费者")),
        unit_name=_name_of(selection.unit, rows, _l("个人消费者")),
    )


def _name_of(public_id: str | None, rows: Mapping[str, Organisation], nobody: Any) -> str:
    row = rows.get(public_id or "")
    return row.name if row is not None else str(nobody) if public_id == "none" else ""


def select_organisations(scope: Scope, public_ids: set[str | None]) -> Select[tuple[Organisation]]:
    department = [Organisation.kind == OrganisationKind.DEPARTMENT]
    if scope.region_code != regions.COUNTRY_CODE:
        department.append(regions.within(Organisation.region_code, scope.region_code))
    if scope.department_id is not None:
        department.append(Organisation.id == scope.department_id)
    return select(Organisation).where(
        Organisation.public_id.in_(public_ids), or_(and_(*scope.units()), and_(*department))
    )


def _id_of(
    public_id: str | None, rows: Mapping[str, Organisation], kinds: tuple[OrganisationKind, ...]
) -> int | None:
    if public_id is None:
        return None
    if public_id == "none":
        return NOBODY
    row = rows.get(public_id)
    if row is None or row.kind not in kinds:
        raise NotFound
    return row.id
