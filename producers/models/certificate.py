"""Certificates: an open list of types, and what a producer holds of them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from producers.models.producer import Producer
from shop.db import Base, Key, PublicId
from shop.files import StoredFile


class CertificateType(Base):
    """One kind of certificate; the list is data (`bin/flask reference load`)."""

    __tablename__ = "certificate_types"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    issuer: Mapped[str]
    number_pattern: Mapped[str | None]
    number_check: Mapped[str]
    validity_months: Mapped[int | None]
    scope_rule: Mapped[str]
    grants_listing: Mapped[bool]
    source: Mapped[str]


class Certificate(Base):
    """One certificate of one producer. It counts only while approved and within its days."""

    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        CheckConstraint("status IN ('submitted','approved','refused','revoked')", name="status"),
        CheckConstraint("status <> 'approved' OR approved_at IS NOT NULL", name="approved_at"),
        CheckConstraint("status <> 'revoked' OR revoked_at IS NOT NULL", name="revoked_at"),
        Index("uq_certificates_type_code", "type_code", "number", unique=True),
        Index("ix_certificates_valid", "status", "valid_from", "valid_to"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    type_code: Mapped[str] = mapped_column(ForeignKey("certificate_types.code"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("producers.id"), index=True)
    number: Mapped[str]
    issuer: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    status: Mapped[str] = mapped_column(default="submitted")
    status_reason: Mapped[str | None]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    submitted_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    type: Mapped[CertificateType] = relationship()
    holder: Mapped[Producer] = relationship()
    evidence: Mapped[StoredFile | None] = relationship()
