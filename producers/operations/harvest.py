"""Batches: recording a harvest, its conformity certificate and what households brought to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from producers.models import Base, Batch, BatchShare, Household, Producer
from producers.reach import linked_households
from producers.rules import batch_code, conformity_number
from shop import audit
from shop.actor import Actor
from shop.clock import business_day
from shop.db import db, lock
from shop.errors import InvalidInput
from shop.units import UNITS

PROMISED = "producers:batch:promise"


@dataclass(frozen=True)
class Harvest:
    """What was harvested. `quantity` in base units; `unit_code` one of g, ml, piece."""

    base: Base
    produce: str
    harvested_on: date
    best_before: date | None
    quantity: int
    unit_code: str
    promises_conformity: bool


def record_batch(producer: Producer, harvest: Harvest, *, actor: Actor, at: datetime) -> Batch:
    """Record a harvest under the next number of its day.

    Where the producer makes the promise (未使用禁用药物，常规药物残留不超标), the batch gets its
    承诺达标合格证. Raises InvalidInput for a day to come or a shelf life before the harvest.
    """
    lock(Producer, [producer.id])  # two batches of one day must not take the same number
    for fault in faults_of_days(harvest.harvested_on, harvest.best_before, business_day(at)):
        raise fault
    code = _next_code(producer, harvest.harvested_on)
    batch = Batch(
        code=code,
        producer=producer,
        base=harvest.base,
        produce=harvest.produce,
        harvested_on=harvest.harvested_on,
        best_before=harvest.best_before,
        quantity=harvest.quantity,
        unit_code=harvest.unit_code,
        conformity_number=conformity_number(code) if harvest.promises_conformity else None,
        conformity_issued_on=business_day(at) if harvest.promises_conformity else None,
        recorded_at=at,
    )
    db.session.add(batch)
    after = {
        "code": code,
        "quantity": batch.quantity,
        "unit": batch.unit_code,
        "conformity_number": batch.conformity_number,
    }
    audit.record(actor, "producers:batch:record", batch, after=after, at=at)
    return batch


def faults_of_days(
    harvested_on: date, best_before: date | None, today: date
) -> Iterator[InvalidInput]:
    """All that is wrong with a batch's days, each at its field."""
    if harvested_on > today:
        yield InvalidInput(_l("采收日期不能晚于今天。"), field="harvested_on")
    if best_before is not None and best_before <= harvested_on:
        yield InvalidInput(_l("保质期至应晚于采收日期。"), field="best_before")


def _next_code(producer: Producer, harvested_on: date) -> str:
    """The first number of the day that is free; the end of a credit code may be another's too."""
    day = batch_code(producer.uscc, harvested_on, 0)[:-2]
    taken = set(db.session.scalars(select(Batch.code).where(Batch.code.startswith(day))))
    serial = 1
    while batch_code(producer.uscc, harvested_on, serial) in taken:
        serial += 1
    return batch_code(producer.uscc, harvested_on, serial)


def issue_conformity(batch: Batch, *, actor: Actor, at: datetime) -> None:
    """Make the promise for a batch that has none yet; a second time changes nothing."""
    (locked,) = lock(Batch, [batch.id])
    if locked.conformity_number is not None:
        return
    locked.conformity_number = conformity_number(locked.code)
    locked.conformity_issued_on = business_day(at)
    after = {"conformity_number": locked.conformity_number}
    audit.record(actor, PROMISED, locked, after=after, at=at)


def add_share(
    batch: Batch, household: Household, quantity: int, *, actor: Actor, at: datetime
) -> None:
    """Note what one household brought, in the batch's base units.

    Raises InvalidInput for a household that was not linked on the harvest day or is noted
    already, and when the shares would be more than the batch.
    """
    (locked,) = lock(Batch, [batch.id])
    linked = linked_households(locked.producer, locked.harvested_on)
    if db.session.scalar(linked.where(Household.id == household.id)) is None:
        raise InvalidInput(_l("采收当天这户与本单位没有联结关系。"), field="household")
    shares = dict(
        db.session.execute(
            select(BatchShare.household_id, BatchShare.quantity).where(
                BatchShare.batch_id == locked.id
            )
        )
        .tuples()
        .all()
    )
    if household.id in shares:
        raise InvalidInput(_l("这户在本批次已经登记过。"), field="household")
    room = locked.quantity - sum(shares.values())
    if quantity > room:
        raise InvalidInput(
            _l(
                "各户数量之和不能超过批次数量，还可登记 %(left)s %(unit)s。",
                left=f"{room:,}",
                unit=_l(UNITS[locked.unit_code].name),
            ),
            field="amount",
        )
    db.session.add(BatchShare(batch_id=locked.id, household_id=household.id, quantity=quantity))
    after = {"household": household.pseudonym, "quantity": quantity}
    audit.record(actor, "producers:batch:share", locked, after=after, at=at)


def shared_quantity(batch: Batch) -> int:
    """What households brought to a batch so far, in its base units."""
    statement = select(func.sum(BatchShare.quantity)).where(BatchShare.batch_id == batch.id)
    return int(db.session.scalar(statement) or 0)
