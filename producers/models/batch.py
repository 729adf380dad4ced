"""Batches (批次): what one base harvested on one day, and which households brought it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from producers.models.base import Base
from producers.models.producer import Producer
from shop.db import Base as TableBase
from shop.db import Count, Key, PublicId


class Batch(TableBase):
    """A harvest. `quantity` is in base units (gram, millilitre, piece) of `unit_code`.

    `conformity_number` is the batch's 承诺达标合格证, where its produce needs one, and
    `conformity_issued_on` the day of the promise (开具日期).
    """

    __tablename__ = "batches"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "(conformity_number IS NULL) = (conformity_issued_on IS NULL)", name="conformity_day"
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    code: Mapped[str] = mapped_column(unique=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producers.id"), index=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("bases.id"), index=True)
    produce: Mapped[str]
    harvested_on: Mapped[date]
    best_before: Mapped[date | None]
    quantity: Mapped[Count]
    unit_code: Mapped[str]
    conformity_number: Mapped[str | None] = mapped_column(unique=True)
    conformity_issued_on: Mapped[date | None]
    recorded_at: Mapped[datetime]

    base: Mapped[Base] = relationship()
    producer: Mapped[Producer] = relationship()


class BatchShare(TableBase):
    """What one household brought to a batch, in the batch's base units."""

    __tablename__ = "batch_shares"
    __table_args__ = (
        UniqueConstraint("batch_id", "household_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    quantity: Mapped[Count]
