"""Purchases and the orders in them: one purchase, one child order per selling producer."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models.line import OrderLine
from orders.states import MACHINES, OrderEventKind, OrderKind, OrderStatus
from producers.models import Producer
from shop.accounts.models import Organisation
from shop.actor import Actor
from shop.audit import append_only
from shop.db import Base, Key, PublicId
from shop.money import Money


class FundSource(StrEnum):
    """资金来源; `personal` is a consumer's own money."""

    CANTEEN = "canteen"
    UNION = "union"
    OTHER = "other"
    PERSONAL = "personal"


class Channel(StrEnum):
    """Only what goes through the 832 platform counts towards the statutory share (brief, fact 1)."""

    LOCAL = "local"
    FUPIN832 = "fupin832"


class Purchase(Base):
    """One act of placing: the sum of its orders, to the fen. A consumer pays it at once."""

    __tablename__ = "purchases"
    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key"),
        CheckConstraint("total > 0", name="total"),
        CheckConstraint("status <> 'paid' OR paid_at IS NOT NULL", name="paid_at"),
        CheckConstraint(
            "status IN ('open','paid','expired','cancelled','refunded','on_account')", name="status"
        ),
        Index("ix_purchases_due", "status", "expires_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    idempotency_key: Mapped[str]
    request_fingerprint: Mapped[str]
    total: Mapped[Money]
    status: Mapped[str]
    placed_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]

    orders: Mapped[list["Order"]] = relationship(back_populates="purchase", order_by="Order.id")


class Order(Base):
    """One seller's part of a purchase, with what the buyer saw and where it stands."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("total > 0", name="total"),
        CheckConstraint("kind IN ('consumer','institution')", name="kind"),
        CheckConstraint(
            "kind <> 'institution' OR (buyer_organisation_id IS NOT NULL AND budget_unit_id IS NOT NULL"
            " AND fund_source <> 'personal')",
            name="institution_has_unit",
        ),
        CheckConstraint(
            "channel <> 'fupin832' OR external_reference IS NOT NULL", name="channel_reference"
        ),
        CheckConstraint(
            f"status IN ({', '.join(repr(s.value) for s in OrderStatus)})", name="status"
        ),
        CheckConstraint("status <> 'paid' OR paid_at IS NOT NULL", name="paid_at"),
        CheckConstraint(
            "status <> 'dispatched' OR dispatched_at IS NOT NULL", name="dispatched_at"
        ),
        CheckConstraint(
            "status NOT IN ('accepted','invoiced') OR accepted_at IS NOT NULL", name="accepted_at"
        ),
        CheckConstraint(
            "status <> 'completed' OR (completed_at IS NOT NULL AND accepted_at IS NOT NULL"
            " AND paid_at IS NOT NULL)",
            name="completed_at",
        ),
        Index("ix_orders_seller", "seller_id", "status", "placed_at"),
        Index("ix_orders_buyer", "buyer_organisation_id", "status", "placed_at"),
        Index("ix_orders_user", "user_id", "placed_at"),
        Index("ix_orders_unit", "budget_unit_id", "placed_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(unique=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchases.id"), index=True)
    kind: Mapped[str]
    status: Mapped[str]
    seller_id: Mapped[int] = mapped_column(ForeignKey("producers.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    buyer_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    budget_unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    buyer_region_code: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    fund_source: Mapped[str]
    channel: Mapped[str] = mapped_column(default="local")
    external_reference: Mapped[str | None]
    total: Mapped[Money]
    recipient: Mapped[str]
    phone: Mapped[str]
    address: Mapped[str]
    delivery_on: Mapped[date | None]
    note: Mapped[str | None]
    placed_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]
    weighed_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    invoiced_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    purchase: Mapped[Purchase] = relationship(back_populates="orders")
    seller: Mapped[Producer] = relationship()
    buyer_organisation: Mapped[Organisation | None] = relationship(
        foreign_keys=[buyer_organisation_id]
    )
    budget_unit: Mapped[Organisation | None] = relationship(foreign_keys=[budget_unit_id])
    department: Mapped[Organisation | None] = relationship(foreign_keys=[department_id])
    lines: Mapped[list[OrderLine]] = relationship(order_by=OrderLine.position)
    events: Mapped[list["OrderEvent"]] = relationship(
        back_populates="order", order_by="OrderEvent.id"
    )

    def apply(
        self, event: OrderEventKind, *, actor: Actor, at: datetime, note: str | None = None
    ) -> None:
        """The only writer of `status`: move on and leave the dated fact. Raises InvalidTransition."""
        before = OrderStatus(self.status)
        self.status = MACHINES[OrderKind(self.kind)].next(before, event)
        stamp = STAMPS.get(event)
        if stamp:
            setattr(self, stamp, at)
        if event is OrderEventKind.RECEIVE:
            self.accepted_at = self.completed_at = at
        if event is OrderEventKind.SETTLE:
            self.paid_at = self.completed_at = at
        self.tell(event, actor=actor, at=at, note=note)

    def tell(
        self, event: OrderEventKind, *, actor: Actor, at: datetime, note: str | None = None
    ) -> None:
        """Add one dated fact with its actor to the order's story."""
        self.events.append(
            OrderEvent(
                event=event,
                status=self.status,
                at=at,
                actor_user_id=actor.user_id,
                actor_name=actor.name,
                organisation_name=actor.organisation_name,
                note=note,
            )
        )


STAMPS = {
    OrderEventKind.PAY: "paid_at",
    OrderEventKind.APPROVE: "approved_at",
    OrderEventKind.CONFIRM: "confirmed_at",
    OrderEventKind.DISPATCH: "dispatched_at",
    OrderEventKind.WEIGH: "weighed_at",
    OrderEventKind.ACCEPT: "accepted_at",
    OrderEventKind.INVOICE: "invoiced_at",
    OrderEventKind.EXPIRE: "ended_at",
    OrderEventKind.REJECT: "ended_at",
    OrderEventKind.DECLINE: "ended_at",
    OrderEventKind.CANCEL: "ended_at",
    OrderEventKind.REFUND: "ended_at",
    OrderEventKind.RETURN: "ended_at",
}


class OrderEvent(Base):
    """One dated fact of an order's story: append-only."""

    __tablename__ = "order_events"

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    event: Mapped[str]
    status: Mapped[str]
    at: Mapped[datetime]
    actor_user_id: Mapped[int | None]
    actor_name: Mapped[str]
    organisation_name: Mapped[str | None]
    note: Mapped[str | None]

    order: Mapped[Order] = relationship(back_populates="events")


append_only(OrderEvent.__table__)
