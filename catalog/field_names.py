"""The words of form fields that carry an offer: quantity-<offer> reads as its product."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.models import Offer
from shop.db import db
from shop.web.frame import pick

PREFIX = "quantity-"


def field_names(names: list[str]) -> dict[str, str]:
    """Field → product name, for the fields of offers that there are; at most one query."""
    wanted = [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
    if not wanted:
        return {}
    found = db.session.scalars(
        select(Offer).options(joinedload(Offer.product)).where(Offer.public_id.in_(wanted))
    )
    return {PREFIX + offer.public_id: pick(offer.product) for offer in found}
