"""Dispatch, and acceptance by two different people. What is accepted alone drives the money."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order, OrderLine
from shop.accounts.models import User
from shop.db import Base, Count, Key


class PaymentTermRule(Base):
    """From a day on, so many days from acceptance to pay a supplier. Superseded, never edited."""

    __tablename__ = "payment_term_rules"
    __table_args__ = (CheckConstraint("days > 0", name="days"),)

    id: Mapped[Key]
    valid_from: Mapped[date] = mapped_column(unique=True)
    days: Mapped[int]
    source: Mapped[str]


class Dispatch(Base):
    """A delivery on its way, with its delivery note (送货单)."""

    __tablename__ = "dispatches"

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    note_number: Mapped[str] = mapped_column(unique=True)
    dispatched_on: Mapped[date]
    carrier: Mapped[str]
    vehicle: Mapped[str | None]
    driver_phone: Mapped[str | None]
    recorded_at: Mapped[datetime]

    order: Mapped[Order] = relationship()


class Acceptance(Base):
    """The incoming-goods record (验收单): one person weighs, another checks and accepts."""

    __tablename__ = "acceptances"
    __table_args__ = (
        CheckConstraint(
            "accepted_by_id IS NULL OR accepted_by_id <> weighed_by_id", name="two_people"
        ),
        CheckConstraint("(accepted_by_id IS NULL) = (accepted_at IS NULL)", name="accepted_at"),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    weighed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    weighed_at: Mapped[datetime]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    accepted_at: Mapped[datetime | None]
    papers_checked: Mapped[bool] = mapped_column(default=False)
    temperature_note: Mapped[str | None]
    remark: Mapped[str | None]

    order: Mapped[Order] = relationship()
    weighed_by: Mapped[User] = relationship(foreign_keys=[weighed_by_id])
    accepted_by: Mapped[User | None] = relationship(foreign_keys=[accepted_by_id])
    lines: Mapped[list["AcceptanceLine"]] = relationship(cascade="all, delete-orphan")


class AcceptanceLine(Base):
    """Delivered and rejected of one line, in its own measure; accepted is the difference."""

    __tablename__ = "acceptance_lines"
    __table_args__ = (
        UniqueConstraint("acceptance_id", "line_id"),
        CheckConstraint("delivered >= 0", name="delivered"),
        CheckConstraint("rejected >= 0 AND rejected <= delivered", name="rejected"),
        CheckConstraint("rejected = 0 OR reason IS NOT NULL", name="reason"),
    )

    id: Mapped[Key]
    acceptance_id: Mapped[int] = mapped_column(ForeignKey("acceptances.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), index=True)
    delivered: Mapped[Count]
    rejected: Mapped[Count] = mapped_column(default=0)
    reason: Mapped[str | None]
    remark: Mapped[str | None]

    line: Mapped[OrderLine] = relationship()

    @property
    def accepted(self) -> int:
        return self.delivered - self.rejected
