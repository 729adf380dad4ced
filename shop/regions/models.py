"""Administrative areas (GB/T 2260 and the village codes) and the dated lists naming some."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Key


class Level(StrEnum):
    COUNTRY = "country"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Region(Base):
    """One division under one code; `000000` is the country, the root of the tree.

    `name_mn` is the name in traditional Mongolian script where the record has it.
    """

    __tablename__ = "regions"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        Index("ix_regions_parent", "parent_code", "code"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    level: Mapped[str]
    name: Mapped[str]
    full_name: Mapped[str]
    pinyin: Mapped[str]
    name_mn: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class RegionChange(Base):
    """A county renamed, upgraded or merged: what it was called and where it went.

    Where only the year of the change is known, `effective_on` stays empty.
    """

    __tablename__ = "region_changes"
    __table_args__ = (UniqueConstraint("old_code", "new_code"),)

    id: Mapped[Key]
    old_code: Mapped[str] = mapped_column(index=True)
    old_name: Mapped[str]
    new_code: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    kind: Mapped[str]
    effective_on: Mapped[date | None]
    effective_year: Mapped[int | None]
    source: Mapped[str]


class DesignationList(Base):
    """One version of a list of designated counties, with its days and its source."""

    __tablename__ = "designation_lists"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[Key]
    key: Mapped[str]
    version: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str]


class Designation(Base):
    """One county on one list. An unconfirmed row never counts and is shown to nobody as a rule.

    Two counties of a list may have become one since: two listed names under one code.
    """

    __tablename__ = "designations"
    __table_args__ = (UniqueConstraint("list_id", "region_code", "listed_name"),)

    id: Mapped[Key]
    list_id: Mapped[int] = mapped_column(ForeignKey("designation_lists.id"))
    region_code: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    tier: Mapped[str]
    listed_name: Mapped[str]
    exit_year: Mapped[int | None]
    confirmed: Mapped[bool]
