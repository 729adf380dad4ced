"""What households gave to a producer's batches: by batch, by household. Pseudonyms only."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select

from producers.models import Batch, BatchShare, Household, Producer
from shop.db import db


@dataclass(frozen=True)
class Shared:
    """So many households gave so much to a batch, in the batch's base units."""

    households: int = 0
    quantity: int = 0


@dataclass
class Given:
    """What a household gave to the producer's batches; quantities by base unit."""

    batches: int = 0
    quantities: dict[str, int] = field(default_factory=dict)


def shared_in(batches: Iterable[Batch]) -> dict[int, Shared]:
    """By batch id: one query."""
    ids = [batch.id for batch in batches]
    rows = db.session.execute(
        select(BatchShare.batch_id, func.count(), func.sum(BatchShare.quantity))
        .where(BatchShare.batch_id.in_(ids))
        .group_by(BatchShare.batch_id)
    )
    found = {batch_id: Shared(int(count), int(quantity)) for batch_id, count, quantity in rows}
    return {batch_id: found.get(batch_id, Shared()) for batch_id in ids}


def given_by(producer: Producer, households: Iterable[Household]) -> dict[int, Given]:
    """By household id, of this producer's batches alone: one query."""
    found = {household.id: Given() for household in households}
    rows = db.session.execute(
        select(
            BatchShare.household_id, Batch.unit_code, func.count(), func.sum(BatchShare.quantity)
        )
        .join(Batch, Batch.id == BatchShare.batch_id)
        .where(Batch.producer_id == producer.id, BatchShare.household_id.in_(list(found)))
        .group_by(BatchShare.household_id, Batch.unit_code)
        .order_by(Batch.unit_code)
    )
    for household_id, unit_code, count, quantity in rows:
        given = found[household_id]
        given.batches += int(count)
        given.quantities[unit_code] = int(quantity)
    return found
