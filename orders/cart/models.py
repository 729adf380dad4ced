"""The cart: whose it is, and which offers in which quantity."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Offer
from shop.db import Base, Count, Key
from shop.money import Money


class Cart(Base):
    """One cart of one person, or of one browser (by its token) until sign-in."""

    __tablename__ = "carts"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (token IS NULL)", name="one_owner"),
        UniqueConstraint("user_id"),
        UniqueConstraint("token"),
    )

    id: Mapped[Key]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    token: Mapped[str | None]
    updated_at: Mapped[datetime]

    lines: Mapped[list["CartLine"]] = relationship(
        order_by="CartLine.id", cascade="all, delete-orphan"
    )


class CartLine(Base):
    """An offer and a quantity in the offer's own measure (packs or grams).

    `seen_price` is what the unit cost when the line was last put or changed, so that the page can
    say what has changed since; it is never charged.
    """

    __tablename__ = "cart_lines"
    __table_args__ = (
        UniqueConstraint("cart_id", "offer_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[Key]
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), index=True)
    quantity: Mapped[Count]
    seen_price: Mapped[Money]

    offer: Mapped[Offer] = relationship()
