"""Reserved shares: dated rules, one plan per unit and year, and the append-only ledger."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.quota.stages import Stage
from shop.accounts.models import Organisation
from shop.audit import append_only
from shop.db import Base, Key
from shop.money import Money


class QuotaRule(Base):
    """What a notice asks of a kind of unit in a region and year. Superseded, never edited.

    Ratios are in basis points (10 % = 1000). An unconfirmed row applies to nobody.
    """

    __tablename__ = "quota_rules"
    __table_args__ = (
        CheckConstraint("ratio > 0 AND ratio <= 10000", name="ratio"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        Index("ix_quota_rules_region", "region_code", "year_from"),
    )

    id: Mapped[Key]
    rule_key: Mapped[str] = mapped_column(unique=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    year_from: Mapped[int]
    year_to: Mapped[int | None]
    unit_kind: Mapped[str]
    base_kind: Mapped[str]
    ratio: Mapped[int]
    encouraged_ratio: Mapped[int | None]
    not_below_last_year: Mapped[bool]
    filing_opens_on: Mapped[date | None]
    filing_deadline: Mapped[date | None]
    completion_deadline: Mapped[date | None]
    counting_channels: Mapped[list[str]]
    must_be_paid: Mapped[bool]
    county_list: Mapped[str]
    document_number: Mapped[str]
    document_title: Mapped[str]
    source_ref: Mapped[str]
    confirmed: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class QuotaPlan(Base):
    """A unit's filing for one year (预留份额填报): declared base, ratio, resulting amount."""

    __tablename__ = "quota_plans"
    __table_args__ = (
        UniqueConstraint("unit_id", "year"),
        CheckConstraint("base_amount >= 0 AND reserved >= 0", name="amounts"),
        CheckConstraint("status IN ('filed','checked','confirmed','returned')", name="status"),
        CheckConstraint("status <> 'returned' OR reason IS NOT NULL", name="returned_reason"),
        CheckConstraint(
            "special_case <> 'exemption' OR exemption_number IS NOT NULL", name="exemption_number"
        ),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    year: Mapped[int]
    rule_id: Mapped[int] = mapped_column(ForeignKey("quota_rules.id"))
    base_amount: Mapped[Money]
    ratio: Mapped[int]
    reserved: Mapped[Money]
    special_case: Mapped[str | None]
    exemption_number: Mapped[str | None]
    exemption_authority: Mapped[str | None]
    remark: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="filed")
    reason: Mapped[str | None]
    filed_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]

    unit: Mapped[Organisation] = relationship()
    rule: Mapped[QuotaRule] = relationship()


class LedgerEntry(Base):
    """So many fen of one order line reached a stage on a day. A correction is a new entry.

    Region, unit and department are copied in as they were: moving a unit moves no past figure.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("event_key", "line_id", "stage"),
        CheckConstraint("stage IN ('placed','accepted','paid','completed')", name="stage"),
        Index("ix_ledger_entries_unit", "budget_unit_id", "year", "stage"),
        Index("ix_ledger_entries_day", "day", "stage"),
        Index("ix_ledger_entries_region", "buyer_region_code", "day"),
        Index("ix_ledger_entries_department", "department_id", "day"),
    )

    id: Mapped[Key]
    event_key: Mapped[str]
    stage: Mapped[str]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), index=True)
    budget_unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    buyer_region_code: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    origin_code: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("producers.id"))
    category_code: Mapped[str]
    channel: Mapped[str]
    fund_source: Mapped[str]
    year: Mapped[int]
    day: Mapped[date]
    delta: Mapped[Money]
    recorded_at: Mapped[datetime]
    actor_name: Mapped[str]
    reason: Mapped[str | None]


append_only(LedgerEntry.__table__)

__all__ = ["LedgerEntry", "QuotaPlan", "QuotaRule", "Stage"]
