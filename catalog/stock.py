"""Stock operations: hold, claim, release. Lots are locked by id, always in that order."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from sqlalchemy import CursorResult, bindparam, select, update
from sqlalchemy.orm import joinedload

from catalog.models import CatalogueVersion, Hold, Offer, StockLot
from catalog.queries import smallest_quantity
from producers.models import Batch
from shop.db import db, lock
from shop.errors import InvalidInput, OutOfStock

LARGEST_STEP = 1_000_000


def note_change() -> None:
    """Raise the catalogue's version in this transaction: what listings have cached is stale.

    By a random step, so that a database put back from a copy does not come to a number that a
    running process has already seen with other content.
    """
    raised = CatalogueVersion.number + 1 + secrets.randbelow(LARGEST_STEP)
    result = db.session.execute(update(CatalogueVersion).values(number=raised))
    if not cast(CursorResult[Any], result).rowcount:
        db.session.add(CatalogueVersion(id=1, number=1 + secrets.randbelow(LARGEST_STEP)))


@dataclass
class Lots:
    """The lots of one offer, locked, oldest harvest first; and the least that may be ordered."""

    smallest: int = 1
    found: list[StockLot] = field(default_factory=list)

    @property
    def is_available(self) -> bool:
        """Whether enough is free for the smallest order: what a listing shows."""
        return sum(lot.on_hand - lot.held for lot in self.found) >= self.smallest


LOTS = (
    select(StockLot, Batch.harvested_on, smallest_quantity())
    .join(Batch, Batch.id == StockLot.batch_id)
    .join(Offer, Offer.id == StockLot.offer_id)
    .where(StockLot.offer_id.in_(bindparam("offers", expanding=True)), StockLot.on_hand > 0)
    .order_by(StockLot.id)
    .with_for_update(of=StockLot)
    .execution_options(populate_existing=True)
)


def lock_lots(offer_ids: set[int]) -> dict[int, Lots]:
    """The lots of some offers, locked in ascending id."""
    rows = db.session.execute(LOTS, {"offers": sorted(offer_ids)}).all()
    by_offer = {offer_id: Lots() for offer_id in offer_ids}
    for lot, _, smallest in sorted(rows, key=lambda row: (row[1], row[0].id)):
        by_offer[lot.offer_id].smallest = smallest
        by_offer[lot.offer_id].found.append(lot)
    return by_offer


def hold_stock(
    wanted: Mapping[str, tuple[int, int]], *, at: datetime, expires_at: datetime | None
) -> list[Hold]:
    """Hold stock for lines: {holder key: (offer id, quantity)}, oldest harvest first.

    All or nothing. Raises OutOfStock.
    """
    lots = lock_lots({offer_id for offer_id, _ in wanted.values()})
    before = _available(lots)
    holds = []
    for key, (offer_id, quantity) in wanted.items():
        missing = quantity
        for lot in lots[offer_id].found:
            take = min(missing, lot.on_hand - lot.held)
            if take > 0:
                lot.held += take
                missing -= take
                holds.append(
                    Hold(lot=lot, stock_lot_id=lot.id, holder_key=key, quantity=take,
                         created_at=at, expires_at=expires_at)
                )  # fmt: skip
        if missing:
            raise OutOfStock
    db.session.add_all(holds)
    if _available(lots) != before:
        note_change()
    return holds


def _available(lots: Mapping[int, Lots]) -> set[int]:
    return {offer_id for offer_id, each in lots.items() if each.is_available}


def live_holds(keys: list[str]) -> list[Hold]:
    """The live holds of some holders, with every lot of their offers locked.

    All of an offer's lots at once: who locked some first and others later could deadlock.
    """
    holds = list(
        db.session.scalars(
            select(Hold)
            .options(joinedload(Hold.lot))
            .where(Hold.holder_key.in_(keys), Hold.status == "live")
            .order_by(Hold.id)
        )
    )
    if holds:
        lock_lots({hold.lot.offer_id for hold in holds})
        for hold in holds:
            db.session.refresh(hold)
    return [hold for hold in holds if hold.status == "live"]


def move_hold(key: str, offer_id: int, chosen: Mapping[int, int], *, at: datetime) -> None:
    """Hold a line's whole quantity on other lots of its offer: {lot id: quantity}.

    Raises InvalidInput if the lots are not the offer's or do not add up, OutOfStock if too small.
    """
    ids = list(db.session.scalars(select(StockLot.id).where(StockLot.offer_id == offer_id)))
    lots = {lot.id: lot for lot in lock(StockLot, ids)}
    before = live_holds([key])
    wanted = {lot_id: quantity for lot_id, quantity in chosen.items() if quantity > 0}
    adds_up = sum(wanted.values()) == sum(hold.quantity for hold in before)
    if not adds_up or not wanted or not wanted.keys() <= lots.keys():
        raise InvalidInput(_l("各批次数量之和必须等于订购数量。"))
    for hold in before:
        hold.lot.held -= hold.quantity
        hold.status, hold.finished_at = "released", at
    for lot_id, quantity in sorted(wanted.items()):
        lot = lots[lot_id]
        if lot.on_hand - lot.held < quantity:
            raise OutOfStock
        lot.held += quantity
        db.session.add(
            Hold(lot=lot, stock_lot_id=lot.id, holder_key=key, quantity=quantity,
                 created_at=at, expires_at=before[0].expires_at)
        )  # fmt: skip


def release_stock(keys: list[str], *, at: datetime) -> int:
    """Let the live holds of some holders go; safe to run twice. Returns how many went."""
    holds = live_holds(keys)
    if not holds:
        return 0
    lots = lock_lots({hold.lot.offer_id for hold in holds})
    before = _available(lots)
    for hold in holds:
        hold.lot.held -= hold.quantity
        hold.status, hold.finished_at = "released", at
    if _available(lots) != before:
        note_change()
    return len(holds)


def keep_stock(keys: list[str]) -> None:
    """Live holds of a paid or approved order no longer expire."""
    db.session.execute(
        update(Hold).where(Hold.holder_key.in_(keys), Hold.status == "live").values(expires_at=None)
    )


def claim_stock(keys: list[str], *, at: datetime) -> list[Hold]:
    """What was held leaves the shelf: on hand falls, sold rises. Safe to run twice."""
    holds = live_holds(keys)
    for hold in holds:
        hold.lot.held -= hold.quantity
        hold.lot.on_hand -= hold.quantity
        hold.lot.sold += hold.quantity
        hold.status, hold.finished_at = "claimed", at
    return holds
