"""What suppliers and reviewers see of offers and certificates, always found through the actor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from catalog.models import CertificateCoverage, Offer, Product, StockLot
from catalog.queries import free_stock, is_certified, is_eligible
from catalog.states import OfferStatus
from catalog.terms import in_base_units
from producers.models import Base, Batch, Certificate, Partnership, Producer
from producers.reach import in_force, reviewable
from producers.states import CertificateStatus
from shop.actor import Actor
from shop.db import db
from shop.errors import NotFound


@dataclass(frozen=True)
class Conditions:
    """Why an offer can be bought or not: the predicates of `catalog.queries.buyable`, one by one."""

    is_listed: bool
    is_seller_approved: bool
    is_certified: bool
    is_eligible: bool
    free: int

    @property
    def is_buyable(self) -> bool:
        return self.is_listed and self.is_seller_approved and self.is_certified and self.is_eligible


def conditions_of(offer_ids: Iterable[int], on: date) -> dict[int, Conditions]:
    """Two queries for any number of offers."""
    ids = list(offer_ids)
    free = free_stock(ids)
    rows = db.session.execute(
        select(
            Offer.id,
            Offer.status == OfferStatus.LISTED,
            Producer.status == "approved",
            is_certified(on),
            is_eligible(on),
        )
        .join(Product, Product.id == Offer.product_id)
        .join(Base, Base.id == Offer.base_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(Offer.id.in_(ids))
    )
    return {
        key: Conditions(
            bool(listed), bool(approved), bool(certified), bool(eligible), free.get(key, 0)
        )
        for key, listed, approved, certified, eligible in rows
    }


def own_offers(producer: Producer) -> Select[tuple[Offer]]:
    """The producer's offers of every status, latest change first."""
    return (
        select(Offer)
        .join(Offer.product)
        .options(contains_eager(Offer.product).joinedload(Product.picture), joinedload(Offer.base))
        .where(Product.producer_id == producer.id)
        .order_by(Offer.updated_at.desc(), Offer.id.desc())
    )


def own_offer(producer: Producer, public_id: str) -> Offer:
    """One of them with its tiers. Raises NotFound."""
    wanted = own_offers(producer).where(Offer.public_id == public_id)
    found = db.session.scalar(wanted.options(selectinload(Offer.tiers)))
    if found is None:
        raise NotFound
    return found


def siblings_of(offer: Offer) -> list[Offer]:
    """The other offers of the same product, with their bases: one query."""
    return list(
        db.session.scalars(
            select(Offer)
            .options(joinedload(Offer.base))
            .where(Offer.product_id == offer.product_id, Offer.id != offer.id)
            .order_by(Offer.id)
        )
    )


def further_bases(offer: Offer, bases: Iterable[Base]) -> list[Base]:
    """Those of these bases from which the product is not offered yet: one query."""
    taken = set(
        db.session.scalars(select(Offer.base_id).where(Offer.product_id == offer.product_id))
    )
    return [base for base in bases if base.id not in taken]


def lots_of(offer: Offer) -> list[StockLot]:
    """The offer's stock, newest harvest first, batches loaded."""
    return list(
        db.session.scalars(
            select(StockLot)
            .join(StockLot.batch)
            .options(contains_eager(StockLot.batch))
            .where(StockLot.offer_id == offer.id)
            .order_by(Batch.harvested_on.desc(), StockLot.id.desc())
        )
    )


@dataclass(frozen=True)
class Available:
    """A batch of the offer's base and what nobody has taken in yet, in its base units."""

    batch: Batch
    room: int


def batches_for(offer: Offer) -> list[Available]:
    """Batches of the offer's base that still have something left: two queries."""
    batches = db.session.scalars(
        select(Batch)
        .where(Batch.base_id == offer.base_id)
        .order_by(Batch.harvested_on.desc(), Batch.id.desc())
        .limit(100)
    ).all()
    taken: dict[int, int] = {}
    rows = db.session.execute(
        select(StockLot.batch_id, StockLot.received, Offer.price_basis, Product.content)
        .join(Offer, Offer.id == StockLot.offer_id)
        .join(Product, Product.id == Offer.product_id)
        .where(StockLot.batch_id.in_([batch.id for batch in batches]))
    )
    for batch_id, received, basis, content in rows:
        used = in_base_units(received, content=content, basis=basis)
        taken[batch_id] = taken.get(batch_id, 0) + used
    found = [Available(batch, batch.quantity - taken.get(batch.id, 0)) for batch in batches]
    return [each for each in found if each.room > 0]


def processors_for(producer: Producer, on: date) -> list[Producer]:
    """Who may process for a producer: itself if an enterprise, else its partners on a day."""
    if producer.kind == "enterprise":
        return [producer]
    partners = select(Partnership.enterprise_id).where(
        Partnership.cooperative_id == producer.id, in_force(Partnership, on)
    )
    statement = select(Producer).where(Producer.id.in_(partners), Producer.status == "approved")
    return list(db.session.scalars(statement.order_by(Producer.name)))


def own_products(producer: Producer) -> list[Product]:
    return list(
        db.session.scalars(
            select(Product).where(Product.producer_id == producer.id).order_by(Product.name)
        )
    )


def own_certificates(producer: Producer) -> Select[tuple[Certificate]]:
    """The certificates that a producer holds, the next to end first."""
    return (
        select(Certificate)
        .options(joinedload(Certificate.type), joinedload(Certificate.evidence))
        .where(Certificate.holder_id == producer.id)
        .order_by(Certificate.valid_to.is_(None), Certificate.valid_to.desc(), Certificate.id)
    )


def own_certificate(producer: Producer, public_id: str) -> Certificate:
    """Raises NotFound."""
    found = db.session.scalar(own_certificates(producer).where(Certificate.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def products_covered(certificates: Iterable[Certificate]) -> dict[int, int]:
    """How many products each certificate covers, by its id: one query."""
    ids = [certificate.id for certificate in certificates]
    rows = db.session.execute(
        select(
            CertificateCoverage.certificate_id,
            func.count(CertificateCoverage.product_id.distinct()),
        )
        .where(CertificateCoverage.certificate_id.in_(ids))
        .group_by(CertificateCoverage.certificate_id)
    )
    found = {certificate_id: int(count) for certificate_id, count in rows}
    return {each: found.get(each, 0) for each in ids}


def scope_of(certificate: Certificate) -> list[tuple[Product, Base]]:
    """What a certificate covers: one query."""
    rows = db.session.execute(
        select(Product, Base)
        .join(CertificateCoverage, CertificateCoverage.product_id == Product.id)
        .join(Base, Base.id == CertificateCoverage.base_id)
        .where(CertificateCoverage.certificate_id == certificate.id)
        .order_by(Product.name, Base.name)
    )
    return [(product, base) for product, base in rows]


def offers_to_review(
    actor: Actor, statuses: Iterable[OfferStatus] = (OfferStatus.SUBMITTED,)
) -> Select[tuple[Offer]]:
    """Offers of the producers that the actor reviews, the longest waiting first."""
    return (
        select(Offer)
        .join(Offer.product)
        .join(Product.producer)
        .options(
            contains_eager(Offer.product).contains_eager(Product.producer), joinedload(Offer.base)
        )
        .where(reviewable(actor), Offer.status.in_(list(statuses)))
        .order_by(Offer.submitted_at, Offer.id)
    )


def reviewed_offer(actor: Actor, public_id: str) -> Offer:
    """Any offer that was handed in by a producer that the actor reviews. Raises NotFound."""
    wanted = offers_to_review(actor, OfferStatus).where(
        Offer.public_id == public_id, Offer.submitted_at.is_not(None)
    )
    found = db.session.scalar(wanted.options(selectinload(Offer.tiers)))
    if found is None:
        raise NotFound
    return found


def certificates_to_review(
    actor: Actor, statuses: Iterable[CertificateStatus] = (CertificateStatus.SUBMITTED,)
) -> Select[tuple[Certificate]]:
    """Certificates of the producers that the actor reviews, the longest waiting first."""
    return (
        select(Certificate)
        .join(Certificate.holder)
        .options(
            contains_eager(Certificate.holder),
            joinedload(Certificate.type),
            joinedload(Certificate.evidence),
        )
        .where(reviewable(actor), Certificate.status.in_(list(statuses)))
        .order_by(Certificate.submitted_at, Certificate.id)
    )


def reviewed_certificate(actor: Actor, public_id: str) -> Certificate:
    """Raises NotFound."""
    found = db.session.scalar(
        certificates_to_review(actor, CertificateStatus).where(Certificate.public_id == public_id)
    )
    if found is None:
        raise NotFound
    return found
