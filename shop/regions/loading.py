"""Loads the shipped reference data: divisions, renamed counties, dated lists of counties.

Safe to run again: what is there stays, what differs in the files is corrected, nothing is
removed. Where the files come from and what is confirmed: `data/SOURCES.md`.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session, scoped_session

from shop.regions.models import Designation, DesignationList, Level, Region, RegionChange
from shop.regions.pinyin import pinyin
from shop.regions.queries import CONTAINERS, COUNTRY_CODE

DATA = Path(__file__).parent / "data"
SOURCES = "shop/regions/data/SOURCES.md"

_MERGED = re.compile(r"merged with \S+ into")
_RENAMED = re.compile(r"renamed/upgraded since the list|\S+ became ")

AnySession = Session | scoped_session[Any]


@dataclass(frozen=True)
class Loaded:
    """How many rows a run added, and how many divisions it corrected."""

    regions: int
    corrected: int
    changes: int
    lists: int
    designations: int


class Listed(NamedTuple):
    code: str
    name: str
    tier: str
    exit_year: int | None
    confirmed: bool


class ListFile(NamedTuple):
    key: str
    version: str
    name: str
    name_en: str
    valid_from: date
    source: str


NATIONAL = ListFile(
    "national_832",
    "2021",
    "脱贫县（832个）",
    "The 832 counties lifted out of poverty",
    date(2021, 1, 1),
    "财库〔2021〕19号；counties_832.csv",
)
INNER_MONGOLIA = ListFile(
    "inner_mongolia_57",
    "2021",
    "内蒙古脱贫旗县（57个）",
    "The 57 lifted banners and counties of Inner Mongolia",
    date(2021, 1, 1),
    "nm_banners.csv",
)
KEY = ListFile(
    "national_key_160",
    "2021",
    "国家乡村振兴重点帮扶县（160个）",
    "The 160 national key counties for rural revitalisation",
    date(2021, 8, 24),
    "key_counties.csv",
)


def load_reference(session: AnySession) -> Loaded:
    """Bring the reference tables up to the shipped files. The caller commits."""
    regions, corrected = _load_regions(session)
    changes = _load_changes(session)
    lists = designations = 0
    for file, listed in (
        (NATIONAL, _national()),
        (INNER_MONGOLIA, _inner_mongolia()),
        (KEY, _key_counties()),
    ):
        list_id, is_new = _list_id(session, file)
        lists += is_new
        designations += _load_designations(session, list_id, listed)
    return Loaded(regions, corrected, changes, lists, designations)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _regions() -> list[dict[str, Any]]:
    """All divisions, parents before children. Rows that repeat their parent's code are left out."""
    root = {"code": COUNTRY_CODE, "parent_code": None, "level": Level.COUNTRY.value, "name": "中国"}
    regions: dict[str, dict[str, Any]] = {COUNTRY_CODE: {**root, "full_name": "中国"}}
    prefixes = {COUNTRY_CODE: ""}  # what the names below begin with; containers add nothing
    for file in ("divisions_counties.csv", "divisions_inner_mongolia_villages.csv"):
        for row in _rows(file):
            code, name, parent = row["code"], row["name"], row["parent_code"] or COUNTRY_CODE
            if code == parent:
                continue
            contained = row["level"] == Level.PREFECTURE and name in CONTAINERS
            full_name = prefixes[parent] + name
            prefixes[code] = prefixes[parent] if contained else full_name
            regions[code] = {
                "code": code,
                "parent_code": parent,
                "level": row["level"],
                "name": name,
                "full_name": full_name,
            }
    mongolian = {row["code"]: row["name_mn"] for row in _rows("mongolian_names.csv")}
    for code, region in regions.items():
        region["pinyin"] = pinyin(region["name"])
        region["name_mn"] = mongolian.get(code)
    return list(regions.values())


def _load_regions(session: AnySession) -> tuple[int, int]:
    fields = ("parent_code", "level", "name", "full_name", "pinyin", "name_mn")
    columns = [getattr(Region, field) for field in fields]
    known = {row[0]: tuple(row[1:]) for row in session.execute(select(Region.code, *columns))}
    regions = _regions()
    new = [region for region in regions if region["code"] not in known]
    differing = [
        {f"new_{field}": value for field, value in region.items()}
        for region in regions
        if known.get(region["code"], shown := tuple(region[field] for field in fields)) != shown
    ]
    if new:
        session.execute(insert(Region), new)
    if differing:
        table = Region.__table__
        values: dict[str, Any] = {field: bindparam(f"new_{field}") for field in fields}
        statement = update(Region).where(table.c.code == bindparam("new_code")).values(values)
        session.connection().execute(statement, differing)
        session.expire_all()
    return len(new), len(differing)


def _kind_of_change(note: str, old_name: str, new_name: str) -> str | None:
    """What a note of the list tells: merged, upgraded (to a city or district), renamed, or None."""
    if _MERGED.search(note):
        return "merged"
    if not _RENAMED.search(note):
        return None
    return "upgraded" if new_name[-1] != old_name[-1] and new_name[-1] in "市区" else "renamed"


def _load_changes(session: AnySession) -> int:
    former = {(row["old_name"], row["new_code"]): row for row in _rows("former_codes.csv")}
    known = set(session.execute(select(RegionChange.old_code, RegionChange.new_code)).tuples())
    new = []
    for row in _rows("counties_832.csv"):
        kind = _kind_of_change(row["note"], row["county"], row["county_current"])
        if kind is None:
            continue
        old = former[row["county"], row["code"]]
        if (old["old_code"], row["code"]) not in known:
            new.append(
                {
                    "old_code": old["old_code"],
                    "old_name": row["county"],
                    "new_code": row["code"],
                    "kind": kind,
                    "effective_on": None,
                    "effective_year": int(old["changed_year"]),
                    "source": f"counties_832.csv, former_codes.csv ({SOURCES})",
                }
            )
    if new:
        session.execute(insert(RegionChange), new)
    return len(new)


def _year(text: str) -> int | None:
    return int(text) if text else None


def _national() -> Iterator[Listed]:
    for row in _rows("counties_832.csv"):
        yield Listed(row["code"], row["county"], "national", _year(row["exit_year"]), True)


def _inner_mongolia() -> Iterator[Listed]:
    for row in _rows("nm_banners.csv"):
        tier = "national" if row["tier"].startswith("national") else "regional"
        exit_year, confirmed = _year(row["exit_year"]), row["confirmed"] == "yes"
        yield Listed(row["code"], row["banner_county"], tier, exit_year, confirmed)


def _key_counties() -> Iterator[Listed]:
    for row in _rows("key_counties.csv"):
        yield Listed(row["code"], row["county"], "national", None, row["confirmed"] == "yes")


def _list_id(session: AnySession, file: ListFile) -> tuple[int, bool]:
    """The id of this version of the list, and whether it had to be made."""
    statement = select(DesignationList).filter_by(key=file.key, version=file.version)
    found = session.scalar(statement)
    if found is not None:
        return found.id, False
    made = DesignationList(**{**file._asdict(), "source": f"{file.source} ({SOURCES})"})
    session.add(made)
    session.flush()
    return made.id, True


def _load_designations(session: AnySession, list_id: int, listed: Iterator[Listed]) -> int:
    statement = select(Designation.region_code, Designation.listed_name)
    known = set(session.execute(statement.where(Designation.list_id == list_id)).tuples())
    new = [
        {
            "list_id": list_id,
            "region_code": each.code,
            "tier": each.tier,
            "listed_name": each.name,
            "exit_year": each.exit_year,
            "confirmed": each.confirmed,
        }
        for each in listed
        if (each.code, each.name) not in known
    ]
    if new:
        session.execute(insert(Designation), new)
    return len(new)
