"""Stock by batch: taken in from a batch, written off with a reason."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from catalog.models import Offer, Product, StockLot
from catalog.operations.changes import tell_offers_changed
from catalog.terms import in_base_units, packed
from producers.models import Batch
from shop import audit
from shop.actor import Actor
from shop.db import db, lock
from shop.errors import InvalidInput
from shop.units import UNITS, PriceBasis, plain_decimal

COUNTED = "盘点"
"""The reason of what a count of the shelf found missing."""


def receive(
    offer: Offer, batch: Batch, base_units: int, unit_code: str, *, actor: Actor, at: datetime
) -> StockLot:
    """Take part of a batch into an offer's stock, as whole packs (or grams where sold by weight).

    `unit_code` says what kind of base units they are. Raises UnevenPacks, and InvalidInput for a
    batch of another base or when all offers together would take more than the batch.
    """
    (locked_batch,) = lock(Batch, [batch.id])
    if locked_batch.base_id != offer.base_id:
        raise InvalidInput(_l("这个批次不是本商品基地所产。"), field="batch")
    product = offer.product
    if UNITS[locked_batch.unit_code].dimension is not UNITS[unit_code].dimension:
        raise InvalidInput(_l("单位与批次的计量方式不同。"), field="unit")
    quantity = packed(
        base_units, unit_code, content=product.content, content_unit=product.content_unit,
        basis=offer.price_basis,
    )  # fmt: skip
    room = locked_batch.quantity - taken_from(locked_batch)
    if base_units > room:
        raise InvalidInput(
            _l(
                "批次余量不足，还可入库 %(left)s %(unit)s。",
                left=f"{room:,}",
                unit=_l(UNITS[locked_batch.unit_code].name),
            ),
            field="amount",
        )
    lot = _lot(offer, locked_batch, quantity)
    after = {"batch": locked_batch.code, "quantity": quantity, "on_hand": lot.on_hand}
    audit.record(actor, "catalog:stock:receive", lot, after=after, at=at)
    tell_offers_changed([offer.id], at=at)
    return lot


def taken_from(batch: Batch) -> int:
    """How much of a batch all offers have taken in, in its base units. One query."""
    rows = db.session.execute(
        select(StockLot.received, Offer.price_basis, Product.content)
        .join(Offer, Offer.id == StockLot.offer_id)
        .join(Product, Product.id == Offer.product_id)
        .where(StockLot.batch_id == batch.id)
    )
    return sum(in_base_units(got, content=content, basis=basis) for got, basis, content in rows)


def _lot(offer: Offer, batch: Batch, quantity: int) -> StockLot:
    known = db.session.scalar(
        select(StockLot.id).where(StockLot.offer_id == offer.id, StockLot.batch_id == batch.id)
    )
    if known is None:
        lot = StockLot(
            offer_id=offer.id, batch_id=batch.id, received=quantity, on_hand=quantity,
            sold=0, written_off=0, held=0,
        )  # fmt: skip
        db.session.add(lot)
        return lot
    (lot,) = lock(StockLot, [known])
    lot.received += quantity
    lot.on_hand += quantity
    return lot


def write_off(lot: StockLot, quantity: int, reason: str, *, actor: Actor, at: datetime) -> None:
    """Take spoilt or lost goods off the shelf; what is held for orders stays.

    `quantity` in the offer's measure. Raises InvalidInput.
    """
    (locked,) = lock(StockLot, [lot.id])
    free = locked.on_hand - locked.held
    if not 0 < quantity <= free:
        raise InvalidInput(_l("报损数量不能超过可用库存，已被订单占用的不能报损。"), field="amount")
    before = {"on_hand": locked.on_hand, "written_off": locked.written_off}
    locked.on_hand -= quantity
    locked.written_off += quantity
    after = {
        "on_hand": locked.on_hand,
        "written_off": locked.written_off,
        "reason": reason,
    }
    audit.record(actor, "catalog:stock:write_off", locked, before=before, after=after, at=at)
    tell_offers_changed([locked.offer_id], at=at)


def count_stock(offer: Offer, counted: int, *, seen: int, actor: Actor, at: datetime) -> None:
    """What was counted is what is free now, in the offer's measure; `seen` is what stood before.

    More comes from batches that the offer has stock of already, oldest harvest first; less is
    written off, oldest first. Nothing happens where the figure stands already. Raises InvalidInput
    at `stock` when something was sold meanwhile or the batches hold no more.
    """
    lots = _locked_lots(offer)
    free = sum(lot.on_hand - lot.held for lot in lots)
    if counted == free:
        return
    if free != seen:
        raise InvalidInput(
            _l("库存刚刚变为 %(now)s，请核对后再改。", now=_figure(offer, free)), field="stock"
        )
    if counted < free:
        for lot, quantity in _shared_out(free - counted, [(x, x.on_hand - x.held) for x in lots]):
            write_off(lot, quantity, COUNTED, actor=actor, at=at)
        return
    room = [(lot, _room(offer, lot.batch)) for lot in lots]
    most = free + sum(left for _lot, left in room)
    if counted > most:
        raise InvalidInput(
            _l(
                "已入库的批次最多只够 %(most)s，更多请先登记批次再入库。", most=_figure(offer, most)
            ),
            field="stock",
        )
    unit = offer.product.content_unit
    for lot, quantity in _shared_out(counted - free, room):
        whole = in_base_units(quantity, content=offer.product.content, basis=offer.price_basis)
        receive(offer, lot.batch, whole, unit, actor=actor, at=at)


def _figure(offer: Offer, quantity: int) -> str:
    """Packs, or kilograms, as the row beside it has them."""
    by_weight = offer.price_basis == PriceBasis.KILOGRAM
    return plain_decimal(quantity, UNITS["kg"]) if by_weight else str(quantity)


def _locked_lots(offer: Offer) -> list[StockLot]:
    """The offer's lots, oldest harvest first; their batches locked before them."""
    keys = db.session.execute(
        select(StockLot.id, StockLot.batch_id).where(StockLot.offer_id == offer.id)
    ).all()
    lock(Batch, [batch_id for _lot_id, batch_id in keys])
    lots: list[StockLot] = lock(StockLot, [lot_id for lot_id, _batch_id in keys])
    return sorted(lots, key=lambda lot: (lot.batch.harvested_on, lot.id))


def _room(offer: Offer, batch: Batch) -> int:
    """What is left of a batch, in the offer's measure."""
    left = batch.quantity - taken_from(batch)
    return left if offer.price_basis == PriceBasis.KILOGRAM else left // offer.product.content


def _shared_out(quantity: int, places: list[tuple[StockLot, int]]) -> list[tuple[StockLot, int]]:
    """So much of each as it takes, the first first."""
    found = []
    for lot, most in places:
        take = min(quantity, max(0, most))
        if take:
            found.append((lot, take))
            quantity -= take
    return found
