"""What the goods of orders look like."""

from collections.abc import Iterable

from sqlalchemy import select

from catalog.models import Offer, Product
from catalog.pictures import card_picture
from orders.models import OrderLine
from shop.db import db
from shop.files import StoredFile


def pictures_of(lines: Iterable[OrderLine]) -> dict[int, str]:
    """The small picture of each line's product, by line id: one query, however many."""
    offers = {line.id: line.offer_id for line in lines}
    rows = db.session.execute(
        select(Offer.id, Product.motif, Product.id, StoredFile.public_id)
        .join(Product, Product.id == Offer.product_id)
        .outerjoin(StoredFile, StoredFile.id == Product.picture_id)
        .where(Offer.id.in_(set(offers.values())))
    )
    found = {
        offer_id: card_picture(motif, product_id, picture).url
        for offer_id, motif, product_id, picture in rows
    }
    return {line_id: found[offer_id] for line_id, offer_id in offers.items()}
