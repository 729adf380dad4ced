"""Stock by batch, and the holds on it. The database refuses to sell what is not there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.offer import Offer
from producers.models import Batch
from shop.db import Base, Count, Key


class StockLot(Base):
    """What one offer has of one batch, in the offer's quantity (packs or grams).

    on_hand = received - sold - written_off (invariant I1); what is free is on_hand - held.
    """

    __tablename__ = "stock_lots"
    __table_args__ = (
        UniqueConstraint("offer_id", "batch_id"),
        CheckConstraint("held >= 0 AND held <= on_hand", name="held_within_on_hand"),
        CheckConstraint("on_hand = received - sold - written_off", name="on_hand_balances"),
        CheckConstraint("received > 0 AND sold >= 0 AND written_off >= 0", name="not_negative"),
    )

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    received: Mapped[Count]
    sold: Mapped[Count] = mapped_column(default=0)
    written_off: Mapped[Count] = mapped_column(default=0)
    on_hand: Mapped[Count]
    held: Mapped[Count] = mapped_column(default=0)

    offer: Mapped[Offer] = relationship()
    batch: Mapped[Batch] = relationship()


class Hold(Base):
    """A quantity of a lot kept for one order line (named by its key), until claimed or let go."""

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("status IN ('live','claimed','released')", name="status"),
        Index("ix_holds_due", "status", "expires_at"),
        Index("ix_holds_holder", "holder_key"),
    )

    id: Mapped[Key]
    stock_lot_id: Mapped[int] = mapped_column(ForeignKey("stock_lots.id"), index=True)
    holder_key: Mapped[str]
    quantity: Mapped[Count]
    status: Mapped[str] = mapped_column(default="live")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    lot: Mapped[StockLot] = relationship()
