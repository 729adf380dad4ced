"""Where goods can be sent: prefectures to begin with, then the counties of the chosen one."""

from dataclasses import dataclass, field

from sqlalchemy import select

from shop.db import db
from shop.errors import InvalidInput, NotFound
from shop.regions import queries
from shop.regions.english import place_name
from shop.regions.models import Level, Region

WIDE = (Level.PROVINCE, Level.PREFECTURE)


@dataclass
class Group:
    """A province with the prefectures to choose from; (code, name)."""

    label: str
    options: list[tuple[str, str]] = field(default_factory=list)


def prefecture_groups() -> list[Group]:
    """Every prefecture by province; a province stands for the counties it governs directly."""
    statement = (
        select(Region.code, Region.name, Region.level)
        .where(Region.level.in_(WIDE))
        .order_by(Region.code)
    )
    groups: list[Group] = []
    for code, name, level in db.session.execute(statement):
        if level == Level.PROVINCE:
            groups.append(Group(place_name(code, name)))
            province = (code, place_name(code, name))
        elif name not in queries.CONTAINERS:
            groups[-1].options.append((code, place_name(code, name)))
        elif province not in groups[-1].options:
            groups[-1].options.append(province)
    return [group for group in groups if group.options]


def is_prefecture(code: str) -> bool:
    """Whether counties can be listed under this choice."""
    found = db.session.get(Region, code) if len(code) == 6 and code.isascii() else None
    return found is not None and found.level in WIDE and bool(_below(found))


def counties(code: str) -> list[tuple[str, str]]:
    """The counties of a prefecture or directly governing province, or a prefecture without any.

    Raises NotFound for what is neither.
    """
    try:
        found = queries.region(code)
    except InvalidInput:
        raise NotFound from None
    if found.level not in WIDE:
        raise NotFound
    below = _below(found)
    if not below:
        raise NotFound
    return below


def _below(found: Region) -> list[tuple[str, str]]:
    below = [
        (r.code, place_name(r.code, r.name))
        for r in queries.children(found.code)
        if r.level == Level.COUNTY
    ]
    if not below and found.level == Level.PREFECTURE:
        return [(found.code, place_name(found.code, found.name))]
    return below


def is_deliverable(code: str) -> bool:
    """Whether goods can be sent to this very division: a county, or a prefecture without any."""
    found = db.session.get(Region, code) if len(code) == 6 and code.isascii() else None
    if found is None:
        return False
    if found.level == Level.PREFECTURE:
        return [below for below, _name in counties(code)] == [found.code]
    return found.level == Level.COUNTY


def around(code: str) -> str:
    """The choice under which a county is listed: its prefecture, else its province."""
    parents = [region.code for region in queries.path(code) if region.level in WIDE]
    return parents[-1] if parents else code
