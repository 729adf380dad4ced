"""Ordering the same again: an earlier order's lines at today's prices, with what is different."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from catalog.models import Offer, Product
from catalog.queries import buyable_ids
from orders.models import Order, OrderLine, Purchase
from orders.placing import unit_price
from orders.purchasing.bulk_forms import MOST_LINES, QUANTITY
from orders.purchasing.bulk_queries import units_for
from orders.purchasing.queries import is_buyers
from shop import clock
from shop.accounts.models import Organisation
from shop.actor import Actor
from shop.db import db
from shop.errors import NotFound
from shop.money import Money


@dataclass(frozen=True)
class Difference:
    """What is not as it was: the price, or (without `now`) it cannot be bought any more."""

    line: OrderLine
    now: Money | None = None


@dataclass(frozen=True)
class Repeat:
    """With what the form begins: fields, the offers among them, and what is different today."""

    numbers: list[str]
    placed_on: date
    start: dict[str, Any]
    offers: list[Offer]
    units: list[Organisation]
    differences: list[Difference] = field(default_factory=list)


def repeat_of(number: str, *, actor: Actor, on: date) -> Repeat:
    """The form's beginning from an order, or a whole purchase, of the unit. Raises NotFound."""
    lines = _lines(number, actor)
    if not lines:
        raise NotFound
    sellable = buyable_ids([line.offer_id for line in lines], on)
    kept = [line for line in lines if line.offer_id in sellable]
    orders = {line.order_id: order for line, order in lines.items()}
    first, units = next(iter(lines.values())), units_for(actor)
    return Repeat(
        numbers=[order.number for order in orders.values()],
        placed_on=clock.business_day(first.placed_at),
        start=_fields(first, kept, units, on),
        offers=[line.offer for line in kept],
        units=units,
        differences=[
            difference for line in lines if (difference := _difference(line, sellable)) is not None
        ],
    )


def _lines(number: str, actor: Actor) -> dict[OrderLine, Order]:
    offer = joinedload(OrderLine.offer)
    product = offer.joinedload(Offer.product).joinedload(Product.producer)
    rows = db.session.execute(
        select(OrderLine, Order)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .where(is_buyers(actor), or_(Order.number == number, Purchase.number == number))
        .options(offer.selectinload(Offer.tiers), offer.joinedload(Offer.base), product)
        .order_by(Order.id, OrderLine.position)
        .limit(MOST_LINES)
    )
    return {row[0]: row[1] for row in rows}


def _difference(line: OrderLine, sellable: set[int]) -> Difference | None:
    if line.offer_id not in sellable:
        return Difference(line)
    now = unit_price(line.offer, line.quantity)
    return Difference(line, now) if now != line.price else None


def _fields(
    order: Order, lines: Sequence[OrderLine], units: Sequence[Organisation], on: date
) -> dict[str, Any]:
    """Quantities, account and delivery as before; the day as many days off as it was then."""
    placed_on = clock.business_day(order.placed_at)
    ahead = (order.delivery_on - placed_on).days if order.delivery_on else 1
    fields: dict[str, Any] = {QUANTITY + line.offer.public_id: line.quantity for line in lines}
    unit = next((unit for unit in units if unit.id == order.budget_unit_id), None)
    if unit is not None:
        fields["budget_unit"] = unit.public_id
    return fields | {
        "fund_source": order.fund_source,
        "channel": order.channel,
        "address": order.address,
        "recipient": order.recipient,
        "phone": order.phone,
        "note": order.note or "",
        "delivery_on": on + timedelta(days=max(ahead, 1)),
    }
