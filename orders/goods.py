"""What the goods of orders look like."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from catalog.manage_pages import picture_of
from catalog.models import Offer, Product
from orders.models import Order, OrderLine
from shop.db import db

SEEN: Any = joinedload(OrderLine.offer).joinedload(Offer.product).joinedload(Product.picture)
WITH_GOODS: Any = selectinload(Order.lines).options(SEEN)
"""An order's lines with what their pictures need: one query, however many orders."""


def pictures_of(orders: Iterable[Order]) -> dict[int, str]:
    """The small picture of each line's product, by line id; the orders come `WITH_GOODS`."""
    return {line.id: picture_of(line.offer.product) for order in orders for line in order.lines}


def pictures_in(order: Order) -> dict[int, str]:
    """The same for one order that came without: one query."""
    db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).options(SEEN)).all()
    return pictures_of([order])
