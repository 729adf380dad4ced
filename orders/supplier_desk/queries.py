"""What waits for a supplier today."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from catalog.models import Offer, Product
from catalog.queries import free_quantity
from catalog.states import OfferStatus
from orders.models import Order
from orders.purchasing.queries import WITH_PARTIES, is_sellers
from orders.states import OrderStatus
from producers.attention import low_stock_orders, reminder_days
from producers.models import Certificate, Producer
from producers.queries import certificate_valid
from producers.rules import reminder_due
from shop.actor import Actor
from shop.db import db

SHOWN = 8
TO_CONFIRM = (OrderStatus.APPROVED,)
TO_DISPATCH = (OrderStatus.CONFIRMED, OrderStatus.PAID)


@dataclass(frozen=True)
class Expiring:
    """A certificate about to end; `reached` is the reminder, in days before the end."""

    certificate: Certificate
    days_left: int
    reached: int


@dataclass(frozen=True)
class Low:
    """An offer on sale with little left, in its own measure."""

    offer: Offer
    free: int


@dataclass(frozen=True)
class Desk:
    to_confirm: int
    to_dispatch: int
    waiting: list[Order]
    expiring: list[Expiring]
    running_out: list[Low]
    refused: list[Offer]


def desk_of(actor: Actor, producer: Producer, on: date) -> Desk:
    """Everything on the desk, in five queries however much there is."""
    counts = _order_counts(actor)
    return Desk(
        to_confirm=sum(counts.get(status, 0) for status in TO_CONFIRM),
        to_dispatch=sum(counts.get(status, 0) for status in TO_DISPATCH),
        waiting=_waiting(actor),
        expiring=_expiring(producer, on),
        running_out=_running_out(producer, on),
        refused=_refused(producer),
    )


def _order_counts(actor: Actor) -> dict[str, int]:
    rows = db.session.execute(
        select(Order.status, func.count())
        .where(is_sellers(actor), Order.status.in_([*TO_CONFIRM, *TO_DISPATCH]))
        .group_by(Order.status)
    )
    return dict(rows.tuples().all())


def _waiting(actor: Actor) -> list[Order]:
    return list(
        db.session.scalars(
            select(Order)
            .where(is_sellers(actor), Order.status.in_([*TO_CONFIRM, *TO_DISPATCH]))
            .options(*WITH_PARTIES)
            .order_by(Order.placed_at, Order.id)
            .limit(SHOWN)
        )
    )


def _expiring(producer: Producer, on: date) -> list[Expiring]:
    days = reminder_days(on)
    certificates = db.session.scalars(
        select(Certificate)
        .options(joinedload(Certificate.type))
        .where(
            Certificate.holder_id == producer.id,
            certificate_valid(on),
            Certificate.valid_to <= on + timedelta(days=max(days)),
        )
        .order_by(Certificate.valid_to, Certificate.id)
        .limit(SHOWN)
    )
    found = []
    for each in certificates:
        reached = reminder_due(each.valid_to, on, days)
        if reached is not None and each.valid_to is not None:
            found.append(Expiring(each, (each.valid_to - on).days, reached))
    return found


def _running_out(producer: Producer, on: date) -> list[Low]:
    free = free_quantity()
    rows = db.session.execute(
        select(Offer, free)
        .join(Offer.product)
        .options(contains_eager(Offer.product))
        .where(
            Product.producer_id == producer.id,
            Offer.status == OfferStatus.LISTED,
            free < Offer.minimum * low_stock_orders(on),
        )
        .order_by(free, Offer.id)
        .limit(SHOWN)
    )
    return [Low(offer, int(left)) for offer, left in rows]


def _refused(producer: Producer) -> list[Offer]:
    """Handed back by a reviewer and not handed in again yet."""
    return list(
        db.session.scalars(
            select(Offer)
            .join(Offer.product)
            .options(contains_eager(Offer.product))
            .where(
                Product.producer_id == producer.id,
                Offer.status == OfferStatus.DRAFT,
                Offer.status_reason.is_not(None),
            )
            .order_by(Offer.updated_at.desc(), Offer.id)
            .limit(SHOWN)
        )
    )
