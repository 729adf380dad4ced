"""Questions about places: the tree, what lies within what, and which counties a list names.

Prefixes of codes are known here and in `rules`. "Does this county count on this day under this
list" is `counting`, once; `counts` and `tier_of` ask the same statement.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from shop.db import db
from shop.errors import NotFound
from shop.regions.english import full_place_name, place_name
from shop.regions.models import Designation, DesignationList, Level, Region, RegionChange
from shop.regions.rules import (
    COUNTRY_CODE,
    ancestor,
    contains,
    county_of,
    digits_of,
    level_of,
    lineage,
    prefecture_of,
    province_of,
    stem,
    successor_of_prefix,
)

CodeColumn = ColumnElement[str] | InstrumentedAttribute[str] | InstrumentedAttribute[str | None]

# Rows that the statistical codes put between a province and the counties it governs directly.
CONTAINERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


def _is_container() -> ColumnElement[bool]:
    return and_(Region.level == Level.PREFECTURE, Region.name.in_(CONTAINERS))


def region(code: str) -> Region:
    """The division under this code. Raises NotFound."""
    found = db.session.get(Region, code)
    if found is None:
        raise NotFound
    return found


def children(code: str) -> list[Region]:
    """The next divisions below, by code; containers give way to what they hold."""
    containers = select(Region.code).where(Region.parent_code == code, _is_container())
    statement = (
        select(Region)
        .where(or_(Region.parent_code == code, Region.parent_code.in_(containers)))
        .where(Region.code.not_in(containers))
        .order_by(Region.code)
    )
    return list(db.session.scalars(statement))


def path(code: str) -> list[Region]:
    """Country, province, …, the division itself, in one query; containers are left out.

    Empty for an unknown code. Raises InvalidInput for a malformed one.
    """
    statement = (
        select(Region)
        .where(Region.code.in_(lineage(code)))
        .where(or_(Region.code == code, ~_is_container()))
    )
    found = sorted(db.session.scalars(statement), key=lambda each: digits_of(Level(each.level)))
    return found if found and found[-1].code == code else []


def names(codes: Iterable[str], *, full: bool = False) -> dict[str, str]:
    """What each known code is called in the page's language; with `full`, with all around it.

    One query.
    """
    return {
        code: full_place_name(code, long) if full or name in CONTAINERS else place_name(code, name)
        for code, name, long in _recorded(codes)
    }


def recorded_names(codes: Iterable[str], *, full: bool = False) -> dict[str, str]:
    """Name of each known code as it is recorded, whatever the page's language. One query."""
    return {
        code: long if full or name in CONTAINERS else name for code, name, long in _recorded(codes)
    }


def _recorded(codes: Iterable[str]) -> list[tuple[str, str, str]]:
    wanted = set(codes)
    if not wanted:
        return []
    statement = select(Region.code, Region.name, Region.full_name).where(Region.code.in_(wanted))
    return list(db.session.execute(statement).tuples())


def names_inside(codes: Iterable[str], county: str) -> dict[str, str]:
    """Where a place is, for people of the county: inside it from the township down, else in full.

    One query.
    """
    rows = _recorded({*codes, county})
    around = next((long for code, _name, long in rows if code == county), "")
    return {
        code: long.removeprefix(around)
        if around and long.startswith(around) and code != county
        else full_place_name(code, long)
        for code, _name, long in rows
    }


def current_code(code: str) -> str:
    """The code in use today for a county that was renamed or merged; else the code itself."""
    statement = select(RegionChange.new_code).where(RegionChange.old_code == code)
    return db.session.scalar(statement.limit(1)) or code


def former_names(code: str) -> list[RegionChange]:
    """What this county was called before, or the counties that went into it."""
    statement = select(RegionChange).where(RegionChange.new_code == code)
    return list(db.session.scalars(statement.order_by(RegionChange.old_code)))


def within(column: CodeColumn, code: str) -> ColumnElement[bool]:
    """SQL: the region code in `column` is `code` or lies inside it; a range, so an index serves."""
    prefix = stem(code)
    if not prefix:
        return column.is_not(None)
    after = successor_of_prefix(prefix)
    low = column >= prefix
    return low if after is None else and_(low, column < after)


def group_code(column: CodeColumn, level: Level) -> ColumnElement[str]:
    """SQL: the code of the division of `level` around `column`, for grouping and joining.

    A code that stands above the level stays itself, so that no row is lost from a total.
    Literal numbers, not parameters: PostgreSQL must see the same text in SELECT and GROUP BY.
    """
    digits = digits_of(level)
    if digits == 0:
        return literal_column(f"'{COUNTRY_CODE}'")
    head: ColumnElement[str] = func.substr(column, literal_column("1"), literal_column(str(digits)))
    return head if digits >= 6 else head.op("||")(literal_column(f"'{'0' * (6 - digits)}'"))


def _version_in_force(list_key: str, on: date) -> Any:
    """The id of the version of a list that is in force on a day: the one that began last."""
    return (
        select(DesignationList.id)
        .where(DesignationList.key == list_key, DesignationList.valid_from <= on)
        .where(or_(DesignationList.valid_to.is_(None), DesignationList.valid_to >= on))
        .order_by(DesignationList.valid_from.desc(), DesignationList.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def counting(list_key: str, on: date) -> Select[tuple[str]]:
    """Codes of the counties that count on this day under this list: confirmed rows only."""
    return (
        select(Designation.region_code)
        .where(Designation.list_id == _version_in_force(list_key, on))
        .where(Designation.confirmed.is_(True))
        .distinct()
    )


def counts(county_code: str, list_key: str, on: date) -> bool:
    """Whether this county counts on this day under this list; a place inside counts with it."""
    return tier_of(county_code, list_key, on) is not None


def tier_of(county_code: str, list_key: str, on: date) -> str | None:
    """The tier under which the county counts ("national", "regional"), or None if it does not."""
    if digits_of(level_of(county_code)) < digits_of(Level.COUNTY):
        return None
    statement = counting(list_key, on).where(Designation.region_code == county_of(county_code))
    return db.session.scalar(statement.with_only_columns(Designation.tier).limit(1))


def lists_in_force(on: date) -> list[DesignationList]:
    """The versions of all lists that are in force on a day, by key."""
    keys = select(DesignationList.key).distinct().order_by(DesignationList.key)
    versions = [_version_in_force(key, on) for key in db.session.scalars(keys)]
    statement = select(DesignationList).where(DesignationList.id.in_(versions))
    return list(db.session.scalars(statement.order_by(DesignationList.key)))


__all__ = [
    "CONTAINERS", "COUNTRY_CODE", "CodeColumn",
    "ancestor", "contains", "county_of", "level_of", "lineage", "prefecture_of", "province_of",
    "children", "current_code", "former_names", "names", "path", "recorded_names", "region",
    "group_code", "within",
    "counting", "counts", "lists_in_force", "tier_of",
]  # fmt: skip
