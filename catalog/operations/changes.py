"""Telling listings and the index of a change, in the transaction of the change."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from catalog import indexing, stock
from catalog.models import CertificateCoverage, Offer
from shop.db import db


def tell_offers_changed(offer_ids: Iterable[int], *, at: datetime) -> None:
    """What listings have cached is stale; these offers are to be indexed anew."""
    stock.note_change()
    indexing.note_offers(offer_ids, at=at)


def offers_covered_by(certificate_id: int) -> list[int]:
    """The offers in a certificate's scope."""
    ids = (
        select(Offer.id)
        .join(
            CertificateCoverage,
            (CertificateCoverage.product_id == Offer.product_id)
            & (CertificateCoverage.base_id == Offer.base_id),
        )
        .where(CertificateCoverage.certificate_id == certificate_id)
    )
    return list(db.session.scalars(ids))
