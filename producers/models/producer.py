"""Cooperatives and enterprises: the organisations that grow, process and sell."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.accounts.models import Organisation
from shop.db import Base, Count, Key, PublicId


class ProducerKind(StrEnum):
    COOPERATIVE = "cooperative"
    ENTERPRISE = "enterprise"


class Producer(Base):
    """What a cooperative and an enterprise share: registration, place and review status."""

    __tablename__ = "producers"
    __table_args__ = (
        CheckConstraint("kind IN ('cooperative','enterprise')", name="kind"),
        CheckConstraint(
            "status IN ('applied','recommended','approved','suspended','refused')", name="status"
        ),
        CheckConstraint("status <> 'approved' OR approved_at IS NOT NULL", name="approved_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), unique=True)
    name: Mapped[str]
    uscc: Mapped[str] = mapped_column(unique=True)
    county_code: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    address: Mapped[str]
    founded_on: Mapped[date]
    legal_representative: Mapped[str]
    story: Mapped[str]
    status: Mapped[str] = mapped_column(default="applied")
    applied_at: Mapped[datetime]
    recommended_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    status_reason: Mapped[str | None]
    bank_name: Mapped[str | None]
    bank_account_cipher: Mapped[str | None]

    organisation: Mapped[Organisation] = relationship()
    __mapper_args__ = {"polymorphic_on": "kind", "with_polymorphic": "*"}


class Cooperative(Producer):
    """农民专业合作社."""

    members_count: Mapped[Count | None]
    demonstration_level: Mapped[str | None]
    __mapper_args__ = {"polymorphic_identity": "cooperative"}


class Enterprise(Producer):
    """A processing or marketing enterprise (企业), with its food production licence."""

    sc_licence: Mapped[str | None]
    leading_level: Mapped[str | None]
    __mapper_args__ = {"polymorphic_identity": "enterprise"}


class Partnership(Base):
    """A dated link between a cooperative and the enterprise that buys, processes or sells for it."""

    __tablename__ = "partnerships"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        CheckConstraint(
            "kind IN ('order_purchase','processing','brand_licence','agency')", name="kind"
        ),
    )

    id: Mapped[Key]
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("producers.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("producers.id"), index=True)
    kind: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
