"""What an actor may reach on the supply side: everything is found through here."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import joinedload

from producers.models import Base, BaseLink, Batch, Household, HouseholdLink, Producer
from shop.accounts.models import Membership
from shop.actor import Actor, Role
from shop.db import db
from shop.errors import NotFound, SamePerson
from shop.regions.queries import within


def in_force(link: type[Any], on: date) -> ColumnElement[bool]:
    """A dated row counts on a day."""
    return and_(link.valid_from <= on, or_(link.valid_to.is_(None), link.valid_to >= on))


def own_producer(actor: Actor) -> Producer:
    """The producer that the actor works for. Raises NotFound."""
    found = None
    if actor.is_any(Role.COOPERATIVE_STAFF, Role.ENTERPRISE_STAFF):
        found = db.session.scalar(
            select(Producer).where(Producer.organisation_id == actor.organisation_id)
        )
    if found is None:
        raise NotFound
    return found


def is_usable_base(producer_id: int, on: date) -> ColumnElement[bool]:
    """A base that the producer runs, or is linked to, on a day."""
    linked = select(BaseLink.base_id).where(
        BaseLink.producer_id == producer_id, in_force(BaseLink, on)
    )
    return and_(in_force(Base, on), or_(Base.operator_id == producer_id, Base.id.in_(linked)))


def usable_bases(producer: Producer, on: date) -> list[Base]:
    """The bases whose harvest the producer may record and sell on a day: one query."""
    statement = select(Base).where(is_usable_base(producer.id, on)).order_by(Base.name, Base.id)
    return list(db.session.scalars(statement))


def usable_base(producer: Producer, public_id: str, on: date) -> Base:
    """One of them by its address. Raises NotFound."""
    found = db.session.scalar(
        select(Base).where(Base.public_id == public_id, is_usable_base(producer.id, on))
    )
    if found is None:
        raise NotFound
    return found


def own_batches(producer: Producer) -> Select[tuple[Batch]]:
    """The producer's batches, newest harvest first, with their bases."""
    return (
        select(Batch)
        .options(joinedload(Batch.base))
        .where(Batch.producer_id == producer.id)
        .order_by(Batch.harvested_on.desc(), Batch.id.desc())
    )


def own_batch(producer: Producer, public_id: str) -> Batch:
    """One of the producer's batches. Raises NotFound."""
    found = db.session.scalar(own_batches(producer).where(Batch.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def linked_households(producer: Producer, on: date) -> Select[tuple[Household]]:
    """The households with a link to the producer in force on a day."""
    links = select(HouseholdLink.household_id).where(
        HouseholdLink.producer_id == producer.id, in_force(HouseholdLink, on)
    )
    return select(Household).where(Household.id.in_(links)).order_by(Household.pseudonym)


def linked_household(producer: Producer, pseudonym: str, on: date) -> Household:
    """One of them by its pseudonym. Raises NotFound."""
    found = db.session.scalar(
        linked_households(producer, on).where(Household.pseudonym == pseudonym)
    )
    if found is None:
        raise NotFound
    return found


def reviewable(actor: Actor) -> ColumnElement[bool]:
    """Producers whose affairs the actor reviews: of the own county, never of an own organisation."""
    if Role.OPERATOR in actor.roles:
        inside: ColumnElement[bool] = true()
    elif Role.COUNTY_REVIEWER in actor.roles and actor.region_code:
        inside = within(Producer.county_code, actor.region_code)
    else:
        return false()
    return and_(inside, ~_works_for_it(actor))


def _works_for_it(actor: Actor) -> ColumnElement[bool]:
    """The person holds, or has asked for, a role in the producer's organisation."""
    return exists(
        select(1).where(
            Membership.organisation_id == Producer.organisation_id,
            Membership.user_id == actor.user_id,
        )
    )


def reviewed_producer(actor: Actor, public_id: str) -> Producer:
    """A producer that the actor reviews. Raises NotFound."""
    found = db.session.scalar(
        select(Producer).where(Producer.public_id == public_id, reviewable(actor))
    )
    if found is None:
        raise NotFound
    return found


def refuse_own(actor: Actor, producer: Producer) -> None:
    """Nobody reviews the affairs of an own organisation. Raises SamePerson."""
    own = select(Membership.id).where(
        Membership.organisation_id == producer.organisation_id,
        Membership.user_id == actor.user_id,
    )
    if producer.organisation_id == actor.organisation_id or db.session.scalar(own.limit(1)):
        raise SamePerson
