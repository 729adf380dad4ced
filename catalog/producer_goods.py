"""The goods on a producer's page."""

from datetime import date

from sqlalchemy import func

from catalog.cards import buyable_cards, cards
from catalog.listing import Sort, order_of
from catalog.models import Offer
from catalog.queries import buyable
from producers.goods import Goods
from producers.models import Producer
from shop.db import db

SHOWN = 8


def goods_of(producer_id: int, on: date) -> Goods:
    """Its newest cards, and the number of all: three queries."""
    here = Producer.id == producer_id
    shown = buyable_cards(on).where(here).order_by(*order_of(Sort.NEWEST)).limit(SHOWN)
    counted = buyable(on).where(here).with_only_columns(func.count(Offer.id))
    return Goods(cards(shown, on), db.session.scalar(counted) or 0)
