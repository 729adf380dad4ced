"""The read side of the storefront. Whether an offer is buyable is derived here and nowhere else."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from catalog.models import CatalogueVersion, CertificateCoverage, Offer, Product, StockLot
from producers.models import Base, Certificate, CertificateType, Producer
from producers.queries import certificate_valid as certificate_valid
from shop.db import db
from shop.regions.queries import counting

LISTING_LIST = "inner_mongolia_57"
"""The list of counties whose produce this shop sells: the 31 of the 832 and the confirmed regional."""


def is_covered(on: date, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """A valid certificate for which the conditions hold covers the offer's product and base.

    An EXISTS within an EXISTS, so that SQLite, which keeps no statistics, looks from the offer to
    its few coverages and not through all certificates.
    """
    certificate = (
        exists(1)
        .where(
            Certificate.id == CertificateCoverage.certificate_id,
            CertificateType.code == Certificate.type_code,
            certificate_valid(on),
            *conditions,
        )
        .correlate(CertificateCoverage)
    )
    return (
        exists(1)
        .where(
            CertificateCoverage.product_id == Offer.product_id,
            CertificateCoverage.base_id == Offer.base_id,
            certificate,
        )
        .correlate(Offer)
    )


def is_certified(on: date) -> ColumnElement[bool]:
    """Some valid listing certificate covers the offer's product as grown on the offer's base."""
    return is_covered(on, CertificateType.grants_listing.is_(True))


def is_eligible(on: date) -> ColumnElement[bool]:
    """The base lies in a county that counts on this day, and so does the seller's registration."""
    counties = counting(LISTING_LIST, on)
    return and_(Base.county_code.in_(counties), Producer.county_code.in_(counties))


def buyable(on: date) -> Select[tuple[Offer]]:
    """Offers that can be bought on a day, joined with Product, Base and Producer (the seller)."""
    return (
        select(Offer)
        .join(Product, Product.id == Offer.product_id)
        .join(Base, Base.id == Offer.base_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(
            Offer.status == "listed",
            Producer.status == "approved",
            is_certified(on),
            is_eligible(on),
        )
    )


def free_quantity() -> ScalarSelect[int]:
    """What the offer of the row has free (on hand less held), in its own measure."""
    return (
        select(func.coalesce(func.sum(StockLot.on_hand - StockLot.held), 0))
        .where(StockLot.offer_id == Offer.id)
        .correlate(Offer)
        .scalar_subquery()
    )


def smallest_quantity() -> ColumnElement[int]:
    """The least that may be ordered: the first multiple that reaches the minimum order."""
    return ((Offer.minimum + Offer.multiple - 1) // Offer.multiple) * Offer.multiple


def is_available() -> ColumnElement[bool]:
    """Enough is free for the smallest order; otherwise the offer is sold out."""
    return free_quantity() >= smallest_quantity()


def smallest_quantities(ids: Iterable[int]) -> dict[int, int]:
    """The least that may be ordered of each offer: one query."""
    rows = db.session.execute(select(Offer.id, smallest_quantity()).where(Offer.id.in_(list(ids))))
    return {offer_id: int(smallest) for offer_id, smallest in rows}


@lru_cache(maxsize=8)
def _buyable_offers(on: date) -> Select[tuple[Offer]]:
    """Made once a day: what is made anew for every basket costs more than asking."""
    return (
        buyable(on)
        .where(Offer.id.in_(bindparam("offers", expanding=True)))
        .options(
            contains_eager(Offer.base),
            contains_eager(Offer.product).contains_eager(Product.producer),
            joinedload(Offer.tiers),
        )
        .execution_options(populate_existing=True)
    )


def buyable_offers(ids: Iterable[int], on: date) -> list[Offer]:
    """Those of these offers that can be bought on a day, read anew, with tiers, base, product and
    producer: one query.
    """
    found = db.session.scalars(_buyable_offers(on), {"offers": list(ids)})
    return list(found.unique())


def buyable_ids(ids: Iterable[int], on: date) -> set[int]:
    """Those of these offers that can be bought on a day: one query."""
    wanted = buyable(on).with_only_columns(Offer.id).where(Offer.id.in_(list(ids)))
    return set(db.session.scalars(wanted))


def free_stock(ids: Iterable[int]) -> dict[int, int]:
    """What each offer has free (on hand less held), in its own measure: one query."""
    rows = db.session.execute(
        select(StockLot.offer_id, func.sum(StockLot.on_hand - StockLot.held))
        .where(StockLot.offer_id.in_(list(ids)))
        .group_by(StockLot.offer_id)
    )
    return {offer_id: int(free) for offer_id, free in rows}


@lru_cache(maxsize=8)
def _valid_certificates(on: date) -> Select[tuple[int, int, Certificate]]:
    return (
        select(
            CertificateCoverage.product_id,
            CertificateCoverage.base_id,
            Certificate,
        )
        .join(Certificate, Certificate.id == CertificateCoverage.certificate_id)
        .join(CertificateType, CertificateType.code == Certificate.type_code)
        .where(
            CertificateCoverage.product_id.in_(bindparam("products", expanding=True)),
            certificate_valid(on),
        )
        .options(contains_eager(Certificate.type))
        .order_by(CertificateType.grants_listing.desc(), Certificate.id)
    )


def certificates_of(
    pairs: Iterable[tuple[int, int]], on: date
) -> dict[tuple[int, int], list[Certificate]]:
    """The valid certificates of each (product, base): one query, types loaded."""
    wanted = set(pairs)
    products = sorted({product for product, _ in wanted})
    rows = db.session.execute(_valid_certificates(on), {"products": products})
    found: dict[tuple[int, int], list[Certificate]] = {pair: [] for pair in wanted}
    for product_id, base_id, certificate in rows:
        if (product_id, base_id) in found:
            found[product_id, base_id].append(certificate)
    return found


def catalogue_version() -> int:
    """The number that rises with every change a listing could show; part of every cache key."""
    return db.session.scalar(select(CatalogueVersion.number)) or 0
