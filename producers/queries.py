"""The read side of the supply side: public pages of producers and batches."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from producers.models import Base, Batch, Certificate, CertificateType, Partnership, Producer
from shop.db import db
from shop.errors import NotFound

PUBLIC_STATUSES = ("approved", "suspended")
"""An applicant's page does not exist yet; a suspended producer's says so."""


def certificate_valid(on: date) -> ColumnElement[bool]:
    """A certificate counts on a day: approved, begun, not over."""
    return and_(
        Certificate.status == "approved",
        Certificate.valid_from <= on,
        or_(Certificate.valid_to.is_(None), Certificate.valid_to >= on),
    )


def certificates_held(producer_id: int, on: date) -> list[Certificate]:
    """The certificates that a producer holds on a day, those for listing first: one query."""
    return list(
        db.session.scalars(
            select(Certificate)
            .join(Certificate.type)
            .options(contains_eager(Certificate.type))
            .where(Certificate.holder_id == producer_id, certificate_valid(on))
            .order_by(CertificateType.grants_listing.desc(), Certificate.id)
        )
    )


def public_producer(public_id: str) -> Producer:
    """A producer with a public page. Raises NotFound."""
    found = db.session.scalar(
        select(Producer).where(
            Producer.public_id == public_id, Producer.status.in_(PUBLIC_STATUSES)
        )
    )
    if found is None:
        raise NotFound
    return found


def public_batch(public_id: str) -> Batch:
    """A batch with its base and producers loaded. Raises NotFound."""
    found = db.session.scalar(
        select(Batch)
        .options(
            joinedload(Batch.producer),
            joinedload(Batch.base).joinedload(Base.operator),
        )
        .where(Batch.public_id == public_id)
    )
    if found is None or found.producer.status not in PUBLIC_STATUSES:
        raise NotFound
    return found


def bases_of(producer: Producer, on: date) -> list[Base]:
    """The bases that a producer runs on a day."""
    return list(
        db.session.scalars(
            select(Base)
            .where(Base.operator_id == producer.id, Base.valid_from <= on)
            .where(or_(Base.valid_to.is_(None), Base.valid_to >= on))
            .order_by(Base.id)
        )
    )


def partners_of(producer: Producer, on: date) -> list[Producer]:
    """The enterprises of a cooperative, or the cooperatives of an enterprise, on a day."""
    ours, theirs = Partnership.cooperative_id, Partnership.enterprise_id
    if producer.kind == "enterprise":
        ours, theirs = theirs, ours
    wanted = select(theirs).where(
        ours == producer.id,
        Partnership.valid_from <= on,
        or_(Partnership.valid_to.is_(None), Partnership.valid_to >= on),
    )
    return list(
        db.session.scalars(
            select(Producer)
            .where(Producer.id.in_(wanted), Producer.status.in_(PUBLIC_STATUSES))
            .order_by(Producer.name)
        )
    )


def latest_batches(producer: Producer, limit: int = 10) -> list[Batch]:
    """The last harvests of a producer, newest first."""
    return list(
        db.session.scalars(
            select(Batch)
            .where(Batch.producer_id == producer.id)
            .order_by(Batch.harvested_on.desc(), Batch.id.desc())
            .limit(limit)
        )
    )
