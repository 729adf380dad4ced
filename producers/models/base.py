"""Bases (基地): where things are grown, down to the village."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from producers.models.producer import Producer
from shop.db import Base as TableBase
from shop.db import Count, Key, PublicId


class Base(TableBase):
    """A base and its operator. `area` is in hundredths of a mu (亩); `yearly_output` in grams."""

    __tablename__ = "bases"
    __table_args__ = (CheckConstraint("area > 0", name="area"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str]
    operator_id: Mapped[int] = mapped_column(ForeignKey("producers.id"), index=True)
    county_code: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    kind: Mapped[str]
    area: Mapped[Count]
    yearly_output: Mapped[Count]
    main_produce: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    operator: Mapped[Producer] = relationship()


class BaseLink(TableBase):
    """A dated link between a base and a producer that takes its harvest but does not run it."""

    __tablename__ = "base_links"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        CheckConstraint("kind IN ('supplies','leases','co_built')", name="kind"),
    )

    id: Mapped[Key]
    base_id: Mapped[int] = mapped_column(ForeignKey("bases.id"), index=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producers.id"), index=True)
    kind: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
