"""Order lines: a copy of what the buyer saw, and what was taken from which batch."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Offer, StockLot
from producers.models import Batch
from shop.db import Base, Count, Key
from shop.money import Money


class OrderLine(Base):
    """One offer in one order. `quantity` is packs, or grams where sold by the kilogram;
    `amount` is price times quantity, rounded once.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        UniqueConstraint("order_id", "offer_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    position: Mapped[int]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), index=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("bases.id"), index=True)
    product_name: Mapped[str]
    product_name_en: Mapped[str]
    category_code: Mapped[str]
    content: Mapped[Count]
    content_unit: Mapped[str]
    pack_name: Mapped[str]
    pack_name_en: Mapped[str]
    producer_name: Mapped[str]
    base_name: Mapped[str]
    origin_code: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    certificates: Mapped[list[str]]
    price: Mapped[Money]
    price_basis: Mapped[str]
    quantity: Mapped[Count]
    amount: Mapped[Money]

    offer: Mapped[Offer] = relationship()
    allocations: Mapped[list["Allocation"]] = relationship(back_populates="line")

    @property
    def hold_key(self) -> str:
        """The name under which stock is held for this line."""
        return f"order-line:{self.id}"


class Allocation(Base):
    """So much of this line comes from this batch. Drill-down from money to base starts here."""

    __tablename__ = "allocations"
    __table_args__ = (
        UniqueConstraint("line_id", "stock_lot_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[Key]
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), index=True)
    stock_lot_id: Mapped[int] = mapped_column(ForeignKey("stock_lots.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    quantity: Mapped[Count]

    line: Mapped[OrderLine] = relationship(back_populates="allocations")
    lot: Mapped[StockLot] = relationship()
    batch: Mapped[Batch] = relationship()
