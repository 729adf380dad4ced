"""Products: what a producer sells, in which pack, covered by which certificates."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.category import Category
from producers.models import Certificate, Producer
from shop.db import Base, Count, Key, PublicId
from shop.files import StoredFile


class Product(Base):
    """A product in its pack. `content` is in base units (g, ml, piece) of `content_unit`."""

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("content > 0", name="content"),
        CheckConstraint("content_unit IN ('g','ml','piece')", name="content_unit"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producers.id"), index=True)
    processor_id: Mapped[int | None] = mapped_column(ForeignKey("producers.id"))
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"), index=True)
    name: Mapped[str]
    name_en: Mapped[str]
    summary: Mapped[str]
    summary_en: Mapped[str]
    geographical_indication: Mapped[str | None]
    content: Mapped[Count]
    content_unit: Mapped[str]
    pack_name: Mapped[str]
    pack_name_en: Mapped[str]
    storage: Mapped[str]
    shelf_life_days: Mapped[int | None]
    motif: Mapped[str | None]
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    created_at: Mapped[datetime]

    producer: Mapped[Producer] = relationship(foreign_keys=[producer_id])
    processor: Mapped[Producer | None] = relationship(foreign_keys=[processor_id])
    category: Mapped[Category] = relationship()
    picture: Mapped[StoredFile | None] = relationship()


class CertificateCoverage(Base):
    """A certificate's scope: it covers this product as grown on this base."""

    __tablename__ = "certificate_coverages"
    __table_args__ = (UniqueConstraint("certificate_id", "product_id", "base_id"),)

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("bases.id"), index=True)

    certificate: Mapped[Certificate] = relationship()
