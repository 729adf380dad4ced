"""Lots from which an order's lines can be filled."""

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from catalog.models import Hold, StockLot
from orders.models import Order
from producers.models import Batch
from shop.db import db


def held_quantities(order: Order) -> dict[tuple[int, int], int]:
    """{(line id, lot id): quantity} held for the order's lines now."""
    keys = {line.hold_key: line.id for line in order.lines}
    rows = db.session.execute(
        select(Hold.holder_key, Hold.stock_lot_id, Hold.quantity).where(
            Hold.holder_key.in_(keys), Hold.status == "live"
        )
    )
    held: dict[tuple[int, int], int] = {}
    for key, lot_id, quantity in rows:
        place = (keys[key], lot_id)
        held[place] = held.get(place, 0) + quantity
    return held


def usable_lots(order: Order, held: dict[tuple[int, int], int]) -> list[StockLot]:
    """Lots of the order's offers that have something free, or hold something for it already."""
    rows = db.session.scalars(
        select(StockLot)
        .join(Batch, Batch.id == StockLot.batch_id)
        .where(
            StockLot.offer_id.in_([line.offer_id for line in order.lines]),
            or_(
                StockLot.on_hand > StockLot.held,
                StockLot.id.in_([lot_id for _, lot_id in held]),
            ),
        )
        .options(contains_eager(StockLot.batch))
        .order_by(Batch.harvested_on, StockLot.id)
    )
    return list(rows)
