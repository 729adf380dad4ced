"""Orders as a buying unit and a seller may see them. Another's order is not found."""

from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from orders.models import Allocation, Order, OrderLine
from orders.states import OrderKind
from producers.models import Producer
from shop.actor import Actor
from shop.db import db
from shop.errors import NotFound

WITH_PARTIES: tuple[Any, ...] = (
    joinedload(Order.seller),
    joinedload(Order.buyer_organisation),
    joinedload(Order.budget_unit),
)
WHOLE: tuple[Any, ...] = (
    *WITH_PARTIES,
    joinedload(Order.department),
    selectinload(Order.events),
    selectinload(Order.lines).selectinload(OrderLine.allocations).joinedload(Allocation.batch),
)


def is_buyers(actor: Actor) -> ColumnElement[bool]:
    """The order was placed by the actor's own organisation."""
    if actor.organisation_id is None:
        return false()
    return Order.buyer_organisation_id == actor.organisation_id


def is_sellers(actor: Actor) -> ColumnElement[bool]:
    """The order is the actor's producer's to fill: paid by a consumer, or approved by a unit."""
    if actor.organisation_id is None:
        return false()
    own = select(Producer.id).where(Producer.organisation_id == actor.organisation_id)
    ready = or_(
        (Order.kind == OrderKind.CONSUMER) & Order.paid_at.is_not(None),
        (Order.kind == OrderKind.INSTITUTION) & Order.approved_at.is_not(None),
    )
    return Order.seller_id.in_(own) & ready


def is_own(actor: Actor) -> ColumnElement[bool]:
    """A consumer's own order."""
    if actor.user_id is None:
        return false()
    return (Order.user_id == actor.user_id) & (Order.kind == OrderKind.CONSUMER)


def find_order(whose: ColumnElement[bool], number: str) -> Order:
    """The whole order for its page. Raises NotFound."""
    order = db.session.scalar(select(Order).where(Order.number == number, whose).options(*WHOLE))
    if order is None:
        raise NotFound
    return order


def lock_order(whose: ColumnElement[bool], number: str) -> Order:
    """The order with its row locked, read anew: what is decided rests on it. Raises NotFound."""
    order = db.session.scalar(
        select(Order)
        .where(Order.number == number, whose)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if order is None:
        raise NotFound
    return order
