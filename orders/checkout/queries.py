"""A consumer's own purchases and orders; anybody else's are not found."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from orders.goods import WITH_GOODS
from orders.models import Order, Purchase
from orders.payments.models import Payment, Refund
from orders.states import OrderKind
from shop.actor import Actor
from shop.db import db
from shop.errors import NotFound


@dataclass(frozen=True)
class PurchaseStory:
    """A purchase with its payment, for its page."""

    purchase: Purchase
    payment: Payment


def own_purchase(number: str, actor: Actor) -> PurchaseStory:
    """Raises NotFound, also for another's."""
    statement = (
        select(Purchase, Payment)
        .join(Payment, Payment.purchase_id == Purchase.id)
        .where(
            Purchase.number == number,
            Purchase.user_id == actor.user_id,
            Purchase.kind == OrderKind.CONSUMER,
        )
        .options(
            selectinload(Purchase.orders).options(
                selectinload(Order.lines), joinedload(Order.seller)
            )
        )
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return PurchaseStory(*row)


def own_purchase_id(number: str, actor: Actor) -> int:
    """Raises NotFound, also for another's."""
    found = db.session.scalar(
        select(Purchase.id).where(
            Purchase.number == number,
            Purchase.user_id == actor.user_id,
            Purchase.kind == OrderKind.CONSUMER,
        )
    )
    if found is None:
        raise NotFound
    return found


def own_orders(actor: Actor) -> Select[tuple[Order]]:
    """A person's orders, newest first, with seller, purchase, lines and what their pictures need."""
    return (
        select(Order)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .where(Order.user_id == actor.user_id, Order.kind == OrderKind.CONSUMER)
        .options(contains_eager(Order.purchase), joinedload(Order.seller), WITH_GOODS)
        .order_by(Order.placed_at.desc(), Order.id.desc())
    )


def own_order(number: str, actor: Actor) -> Order:
    """Raises NotFound, also for another's."""
    statement = own_orders(actor).where(Order.number == number)
    order = db.session.scalar(statement.options(selectinload(Order.events)))
    if order is None:
        raise NotFound
    return order


def refund_of(order: Order) -> Refund | None:
    """The latest refund that belongs to an order."""
    statement = select(Refund).where(Refund.order_id == order.id).order_by(Refund.id.desc())
    return db.session.scalar(statement.limit(1))


def payment_of(order: Order) -> Payment | None:
    return db.session.scalar(select(Payment).where(Payment.purchase_id == order.purchase_id))


def last_delivery(actor: Actor) -> Order | None:
    """Where the person's goods went last time, to save typing."""
    statement = (
        select(Order)
        .where(Order.user_id == actor.user_id, Order.kind == OrderKind.CONSUMER)
        .order_by(Order.placed_at.desc())
        .limit(1)
    )
    return db.session.scalar(statement)
