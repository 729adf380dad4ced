"""A unit's desk: what waits for this person, what comes next, what was ordered last."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from orders.fulfilment.models import Acceptance
from orders.models import Order
from orders.purchasing.queries import WITH_PARTIES, is_buyers, listed
from orders.states import OrderStatus
from shop.actor import Actor, Role
from shop.db import db

SHOWN = 5


@dataclass(frozen=True)
class Desk:
    waiting: list[Order]
    deliveries: list[Order]
    latest: list[Order]


def desk_of(actor: Actor, *, on: date) -> Desk:
    """What the desk shows, in three queries."""
    whose = is_buyers(actor)
    soonest: InstrumentedAttribute[date | None] = Order.delivery_on
    on_the_way = (OrderStatus.APPROVED, OrderStatus.CONFIRMED, OrderStatus.DISPATCHED)
    return Desk(
        waiting=list(
            db.session.scalars(
                select(Order)
                .where(whose, waits_for(actor))
                .options(*WITH_PARTIES)
                .order_by(soonest, Order.id)
                .limit(4 * SHOWN)
            )
        ),
        deliveries=list(
            db.session.scalars(
                select(Order)
                .where(whose, Order.status.in_(on_the_way), soonest >= on)
                .options(*WITH_PARTIES)
                .order_by(soonest, Order.id)
                .limit(SHOWN)
            )
        ),
        latest=list(db.session.scalars(listed(whose).limit(SHOWN))),
    )


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """The order's next step is this person's."""
    others_weighing = select(Acceptance.order_id).where(
        Acceptance.accepted_at.is_(None), Acceptance.weighed_by_id != actor.user_id
    )
    steps: list[ColumnElement[bool]] = [
        Order.status == OrderStatus.DISPATCHED,
        (Order.status == OrderStatus.WEIGHED) & Order.id.in_(others_weighing),
    ]
    if actor.is_any(Role.INSTITUTION_APPROVER):
        steps.append(
            (Order.status == OrderStatus.AWAITING_APPROVAL) & (Order.user_id != actor.user_id)
        )
    if actor.is_any(Role.INSTITUTION_BUYER):
        steps.append(Order.status.in_([OrderStatus.ACCEPTED, OrderStatus.INVOICED]))
    return or_(*steps)
