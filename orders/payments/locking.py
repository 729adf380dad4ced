"""A purchase with its payment and orders, locked: purchase first, then orders by id, always."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from orders.models import Order, OrderLine, Purchase
from orders.payments.models import Payment
from shop.db import db, lock


@dataclass(frozen=True)
class Locked:
    """What belongs together while money decides about it."""

    purchase: Purchase
    payment: Payment
    orders: list[Order]

    @property
    def lines(self) -> list[OrderLine]:
        return [line for order in self.orders for line in order.lines]

    @property
    def hold_keys(self) -> list[str]:
        return hold_keys(self.orders)


def hold_keys(orders: Iterable[Order]) -> list[str]:
    return [line.hold_key for order in orders for line in order.lines]


def lock_purchase(purchase_id: int) -> Locked:
    """Lock a consumer's purchase with all that hangs on it, and read it as it is now."""
    purchase: Purchase = lock(Purchase, [purchase_id])[0]
    fresh = {"populate_existing": True}
    payment = db.session.scalars(
        select(Payment)
        .where(Payment.purchase_id == purchase_id)
        .with_for_update()
        .execution_options(**fresh)
    ).one()
    orders = db.session.scalars(
        select(Order)
        .where(Order.purchase_id == purchase_id)
        .order_by(Order.id)
        .options(selectinload(Order.lines))
        .with_for_update()
        .execution_options(**fresh)
    ).all()
    return Locked(purchase, payment, list(orders))
