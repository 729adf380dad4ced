"""Payments, the provider's messages about them, refunds, invoices and bank transfers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orders.models import Order, Purchase
from shop.db import Base, Key
from shop.money import Money


class Payment(Base):
    """The payment of one purchase through the provider. The key is stored before the first call."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "status IN ('created','open','paid','failed','expired','refunded')", name="status"
        ),
        CheckConstraint("status NOT IN ('paid','refunded') OR paid_at IS NOT NULL", name="paid_at"),
        UniqueConstraint("provider", "provider_session_id"),
        UniqueConstraint("provider", "provider_payment_id"),
    )

    id: Mapped[Key]
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchases.id"), unique=True)
    provider: Mapped[str]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[Money]
    currency: Mapped[str]
    status: Mapped[str] = mapped_column(default="created")
    provider_session_id: Mapped[str | None]
    provider_payment_id: Mapped[str | None]
    session_url: Mapped[str | None]
    session_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]

    purchase: Mapped[Purchase] = relationship()
    refunds: Mapped[list["Refund"]] = relationship()


class ProviderEvent(Base):
    """A verified message from the provider, kept once under its id, applied once."""

    __tablename__ = "provider_events"

    id: Mapped[Key]
    event_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str | None]


class PaymentAnomaly(Base):
    """Money that does not fit: shown to the operator until somebody settles it."""

    __tablename__ = "payment_anomalies"

    id: Mapped[Key]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    event_id: Mapped[str | None]
    reason: Mapped[str]
    detail: Mapped[dict[str, Any]]
    found_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_note: Mapped[str | None]


class Refund(Base):
    """Money given back. The sum of a payment's refunds never exceeds it (checked under its lock)."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("status IN ('asked','done','failed')", name="status"),
    )

    id: Mapped[Key]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    amount: Mapped[Money]
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(default="asked")
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    provider_refund_id: Mapped[str | None]
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Invoice(Base):
    """The invoice of an accepted delivery: 20-digit number of a fully digitised invoice."""

    __tablename__ = "invoices"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    issued_on: Mapped[date]
    amount: Mapped[Money]
    buyer_uscc: Mapped[str]
    seller_uscc: Mapped[str]
    recorded_at: Mapped[datetime]

    order: Mapped[Order] = relationship()


class BankTransfer(Base):
    """An institution's payment (对公转账) of an invoiced delivery, by its bank reference."""

    __tablename__ = "bank_transfers"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    paid_on: Mapped[date]
    amount: Mapped[Money]
    recorded_at: Mapped[datetime]

    order: Mapped[Order] = relationship()
