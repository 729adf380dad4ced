"""What a reviewer sees of producers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from producers.models import Base, HouseholdLink, Producer
from producers.reach import in_force, reviewable
from producers.states import ProducerStatus
from shop.actor import Actor, Role
from shop.db import db


def producers_to_review(
    actor: Actor, statuses: Iterable[ProducerStatus]
) -> Select[tuple[Producer]]:
    """Producers in some statuses that the actor reviews, the longest waiting first."""
    return (
        select(Producer)
        .where(reviewable(actor), Producer.status.in_(list(statuses)))
        .order_by(Producer.applied_at, Producer.id)
    )


def waiting_statuses(actor: Actor) -> list[ProducerStatus]:
    """What waits for this reviewer: applicants for the county, recommended ones for the platform."""
    if Role.OPERATOR in actor.roles:
        return [ProducerStatus.RECOMMENDED]
    return [ProducerStatus.APPLIED]


@dataclass(frozen=True)
class Strength:
    """How many bases a producer runs, and households it is linked with, on a day."""

    bases: int
    households: int


def strength_of(producer: Producer, on: date) -> Strength:
    """Two queries; a household with several links counts once."""
    bases = select(func.count()).where(Base.operator_id == producer.id, in_force(Base, on))
    linked = select(func.count(HouseholdLink.household_id.distinct())).where(
        HouseholdLink.producer_id == producer.id, in_force(HouseholdLink, on)
    )
    return Strength(db.session.scalar(bases) or 0, db.session.scalar(linked) or 0)
