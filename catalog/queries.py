"""The read side of the storefront. Whether an offer is buyable is derived here and nowhere else."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from catalog.models import CatalogueVersion, CertificateCoverage, Offer, Product, StockLot
from producers.models import Base, Certificate, CertificateType, Producer
from shop.db import db
from shop.regions.queries import counting

LISTING_LIST = "inner_mongolia_57"
"""The list of counties whose produce this shop sells: the 31 of the 832 and the confirmed regional."""


def certificate_valid(on: date) -> ColumnElement[bool]:
    """A certificate counts on a day: approved, begun, not over."""
    return and_(
        Certificate.status == "approved",
        Certificate.valid_from <= on,
        (Certificate.valid_to.is_(None)) | (Certificate.valid_to >= on),
    )


def is_certified(on: date) -> ColumnElement[bool]:
    """Some valid listing certificate covers the offer's product as grown on the offer's base."""
    return exists(
        select(1)
        .select_from(CertificateCoverage)
        .join(Certificate, Certificate.id == CertificateCoverage.certificate_id)
        .join(CertificateType, CertificateType.code == Certificate.type_code)
        .where(
            CertificateCoverage.product_id == Offer.product_id,
            CertificateCoverage.base_id == Offer.base_id,
            CertificateType.grants_listing,
            certificate_valid(on),
        )
    )


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


def certificates_of(
    pairs: Iterable[tuple[int, int]], on: date
) -> dict[tuple[int, int], list[Certificate]]:
    """The valid certificates of each (product, base): one query, types loaded."""
    wanted = set(pairs)
    rows = db.session.execute(
        select(
            CertificateCoverage.product_id,
            CertificateCoverage.base_id,
            Certificate,
            CertificateType,
        )
        .join(Certificate, Certificate.id == CertificateCoverage.certificate_id)
        .join(CertificateType, CertificateType.code == Certificate.type_code)
        .where(
            CertificateCoverage.product_id.in_({product for product, _ in wanted}),
            certificate_valid(on),
        )
        .order_by(CertificateType.grants_listing.desc(), Certificate.id)
    )
    found: dict[tuple[int, int], list[Certificate]] = {pair: [] for pair in wanted}
    for product_id, base_id, certificate, _ in rows:
        if (product_id, base_id) in found:
            found[product_id, base_id].append(certificate)
    return found


def catalogue_version() -> int:
    """The number that rises with every change a listing could show; part of every cache key."""
    return db.session.scalar(select(CatalogueVersion.number)) or 0
