"""Offers: a product from one base at a price, with its minimum order, multiples and tiers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.product import Product
from producers.models import Base as GrowingBase
from shop.db import Base, Count, Key, PublicId
from shop.money import Money


class Offer(Base):
    """What can be bought. Quantities (minimum, multiple, tiers, stock) are packs, or grams
    where `price_basis` is 'kilogram'; `price` is for one pack, or one kilogram.

    Whether it can be bought today is derived (catalog.queries.buyable), never stored.
    """

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("product_id", "base_id"),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("minimum > 0 AND multiple > 0", name="minimum_multiple"),
        CheckConstraint("price_basis IN ('pack','kilogram')", name="price_basis"),
        CheckConstraint(
            "status IN ('draft','submitted','listed','suspended','retired')", name="status"
        ),
        CheckConstraint("status <> 'listed' OR listed_at IS NOT NULL", name="listed_at"),
        Index("ix_offers_listed", "status", "product_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    base_id: Mapped[int] = mapped_column(ForeignKey("bases.id"), index=True)
    price: Mapped[Money]
    price_basis: Mapped[str]
    minimum: Mapped[Count]
    multiple: Mapped[Count]
    status: Mapped[str] = mapped_column(default="draft")
    status_reason: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    listed_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]

    product: Mapped[Product] = relationship()
    base: Mapped[GrowingBase] = relationship()
    tiers: Mapped[list["PriceTier"]] = relationship(order_by="PriceTier.from_quantity")


class PriceTier(Base):
    """From this quantity on, this price."""

    __tablename__ = "price_tiers"
    __table_args__ = (
        UniqueConstraint("offer_id", "from_quantity"),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("from_quantity > 0", name="from_quantity"),
    )

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    from_quantity: Mapped[Count]
    price: Mapped[Money]


class CatalogueVersion(Base):
    """One row, raised in the transaction of every change that a listing could show."""

    __tablename__ = "catalogue_version"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[Count]
