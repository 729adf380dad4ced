"""A few offers side by side, chosen in the address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.cards import Card, buyable_cards, cards
from catalog.categories import CategoryTree
from catalog.listing import MOST_PICKED, PUBLIC_ID
from catalog.models import Offer, Product
from catalog.product_page import SHOWN_STATUSES
from catalog.queries import buyable_ids, certificates_of, is_available
from catalog.rules import UnitPrice, cheapest, one_price, smallest_order
from producers.models import Base, Certificate
from shop.db import db
from shop.regions.english import place_name
from shop.regions.models import Region
from shop.units import PriceBasis
from shop.web.frame import pick

MOST, MORE = 4, 4


@dataclass(frozen=True)
class Compared:
    """One offer; `per_unit` is what one kilogram, litre or piece of it costs."""

    offer: Offer
    county_name: str
    can_be_bought: bool
    per_unit: UnitPrice
    smallest: int
    certificates: list[Certificate]

    @property
    def public_id(self) -> str:
        return self.offer.public_id


@dataclass(frozen=True)
class Comparison:
    """`unknown` of those asked for are no page of ours; `surplus` are more than fit side by side.

    `more` are goods of the same kind that could be added.
    """

    things: list[Compared]
    unknown: int
    surplus: int
    more: list[Card]

    @property
    def ids(self) -> list[str]:
        return [thing.public_id for thing in self.things]

    def without(self, public_id: str) -> list[str]:
        return [each for each in self.ids if each != public_id]

    @property
    def cheapest(self) -> int | None:
        return cheapest([thing.per_unit for thing in self.things])


def comparison(asked: Iterable[str], tree: CategoryTree, on: date) -> Comparison:
    """Those of these offers that have a page, in the order asked for; as many queries for one as
    for four.
    """
    wanted = list(dict.fromkeys(each for each in asked if each))
    known = [each for each in wanted if PUBLIC_ID.fullmatch(each)]
    found = _things(known[:MOST_PICKED], on)
    rest = max(len(known) - MOST_PICKED, 0)
    return Comparison(
        things=found[:MOST],
        unknown=len(wanted) - rest - len(found),
        surplus=len(found[MOST:]) + rest,
        more=_more(found, tree, on) if len(found) < MOST else [],
    )


def names_of(public_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Public id and name of those of these offers that have a page, in this order."""
    if not public_ids:
        return []
    rows = db.session.execute(
        select(Offer.public_id, Product.name, Product.name_en)
        .join(Offer.product)
        .where(Offer.public_id.in_(public_ids), Offer.status.in_(SHOWN_STATUSES))
    )
    names = {row.public_id: pick(row) for row in rows}
    return [(each, names[each]) for each in public_ids if each in names]


def _things(public_ids: Sequence[str], on: date) -> list[Compared]:
    rows = db.session.execute(
        select(Offer, Region.name, is_available())
        .join(Offer.base)
        .join(Region, Region.code == Base.county_code)
        .options(
            joinedload(Offer.product).options(
                joinedload(Product.producer), joinedload(Product.picture)
            ),
            joinedload(Offer.base),
            joinedload(Offer.tiers),
        )
        .where(Offer.public_id.in_(public_ids), Offer.status.in_(SHOWN_STATUSES))
    ).unique()
    found = {offer.public_id: (offer, county, available) for offer, county, available in rows}
    offers = [offer for offer, _county, _available in found.values()]
    buyable = buyable_ids((offer.id for offer in offers), on)
    certificates = certificates_of(((offer.product_id, offer.base_id) for offer in offers), on)

    def thing(offer: Offer, county_name: str, available: bool) -> Compared:
        product, basis = offer.product, PriceBasis(offer.price_basis)
        return Compared(
            offer=offer,
            county_name=place_name(offer.base.county_code, county_name),
            can_be_bought=bool(available) and offer.id in buyable,
            per_unit=one_price(offer.price, basis, product.content, product.content_unit),
            smallest=smallest_order(offer.minimum, offer.multiple),
            certificates=certificates[offer.product_id, offer.base_id],
        )

    return [thing(*found[each]) for each in public_ids if each in found]


def _more(things: Sequence[Compared], tree: CategoryTree, on: date) -> list[Card]:
    """Goods of the same category, then of the one above it."""
    if not things:
        return []
    own = {thing.offer.product.category_code for thing in things}
    above = {path[-2].code for code in own if len(path := tree.path(code)) > 1}
    wide = {code for each in own | above for code in tree.within(each)}
    return cards(
        buyable_cards(on)
        .where(
            Product.category_code.in_(wide),
            Offer.id.not_in([thing.offer.id for thing in things]),
            is_available(),
        )
        .order_by(Product.category_code.in_(own).desc(), Offer.listed_at.desc(), Offer.id.desc())
        .limit(MORE),
        on,
    )
