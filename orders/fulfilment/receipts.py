"""The record of a product's deliveries: what units weighed and accepted, what consumers received."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, and_, case, distinct, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from catalog.models import Offer
from catalog.receipts import Receipts
from orders.fulfilment.models import Acceptance, AcceptanceLine
from orders.models import Order, OrderLine
from orders.states import OrderKind, OrderStatus
from shop.clock import business_day, start_of
from shop.db import db
from shop.units import PriceBasis


def receipts_of(product_id: int, first: date, last: date) -> Receipts:
    """Deliveries decided on the days from `first` to `last`, in one query.

    A consumer receives what was ordered; a unit's second person accepts what the first weighed.
    A delivery counts as accepted where something of this product was kept.
    """
    one = _deliveries(product_id, start_of(first), start_of(last + timedelta(days=1)))
    is_units = one.c.kind == OrderKind.INSTITUTION
    kept = one.c.delivered > one.c.rejected
    row = db.session.execute(
        select(
            func.count(case((and_(is_units, kept), 1))).label("by_units"),
            func.count(case((and_(~is_units, kept), 1))).label("by_consumers"),
            func.count(distinct(case((and_(is_units, kept), one.c.budget_unit_id)))).label("units"),
            func.count(distinct(case((and_(~is_units, kept), one.c.user_id)))).label("consumers"),
            func.count(case((and_(kept, one.c.rejected == 0), 1))).label("whole"),
            func.count(case((and_(~kept, one.c.delivered > 0), 1))).label("refused"),
            func.coalesce(func.sum(case((is_units, one.c.delivered))), 0).label("delivered"),
            func.coalesce(func.sum(case((is_units, one.c.rejected))), 0).label("rejected"),
            func.max(case((kept, one.c.at))).label("latest"),
        )
    ).one()
    return Receipts(
        first, last,
        by_units=row.by_units, by_consumers=row.by_consumers,
        units=row.units, consumers=row.consumers,
        whole=row.whole, refused=row.refused,
        delivered=int(row.delivered), rejected=int(row.rejected),
        latest=business_day(row.latest) if row.latest else None,
    )  # fmt: skip


def _deliveries(product_id: int, since: datetime, until: datetime) -> Subquery:
    """One row a decided delivery: by whom, when, how much came and how much was sent back."""
    received = and_(
        Order.kind == OrderKind.CONSUMER,
        Order.status == OrderStatus.COMPLETED,
        _within(Order.accepted_at, since, until),
    )
    return (
        select(
            Order.kind,
            Order.budget_unit_id,
            Order.user_id,
            func.max(func.coalesce(Acceptance.accepted_at, Order.accepted_at)).label("at"),
            func.sum(_content(func.coalesce(AcceptanceLine.delivered, OrderLine.quantity))).label(
                "delivered"
            ),
            func.sum(_content(func.coalesce(AcceptanceLine.rejected, 0))).label("rejected"),
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Offer, Offer.id == OrderLine.offer_id)
        .outerjoin(AcceptanceLine, AcceptanceLine.line_id == OrderLine.id)
        .outerjoin(Acceptance, Acceptance.id == AcceptanceLine.acceptance_id)
        .where(
            Offer.product_id == product_id,
            or_(received, _within(Acceptance.accepted_at, since, until)),
        )
        .group_by(Order.id, Order.kind, Order.budget_unit_id, Order.user_id)
        .subquery()
    )


def _content(quantity: ColumnElement[int]) -> ColumnElement[int]:
    """Packs and kilograms of one product in one measure, so that they can be added."""
    by_weight = OrderLine.price_basis == PriceBasis.KILOGRAM
    return case((by_weight, quantity), else_=quantity * OrderLine.content)


def _within(
    at: InstrumentedAttribute[datetime | None], since: datetime, until: datetime
) -> ColumnElement[bool]:
    return and_(at >= since, at < until)
