"""Everything the page of one offer shows, read in a handful of queries."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from catalog.cards import Card, buyable_cards, cards
from catalog.models import CertificateCoverage, Offer, Product, StockLot
from catalog.queries import LISTING_LIST, free_quantity, is_available, is_eligible
from catalog.receipts import Receipts, receipts_of
from catalog.rules import UnitPrice, price_at, smallest_order, unit_prices
from producers.models import Base, Batch, Certificate, CertificateType, Producer
from producers.queries import certificate_valid
from producers.trace import PublicChain, chain_of_base
from shop.db import db
from shop.errors import NotFound
from shop.money import Money
from shop.regions.english import place_name
from shop.regions.models import Region
from shop.regions.queries import tier_of
from shop.units import UNITS, PriceBasis, plain_decimal

SHOWN_STATUSES = ("listed", "suspended", "retired")
LATEST_BATCHES = 5
RELATED = 4


class Obstacle(StrEnum):
    """Why an offer cannot be bought today, the weightiest first."""

    SUSPENDED = "suspended"
    RETIRED = "retired"
    PRODUCER = "producer"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_BEGUN = "not_begun"
    UNCERTIFIED = "uncertified"
    NOT_ELIGIBLE = "not_eligible"
    SOLD_OUT = "sold_out"


@dataclass(frozen=True)
class Tier:
    """From this quantity on (packs, or grams) this price, and what one kilogram then costs."""

    from_quantity: int
    price: Money
    unit_prices: list[UnitPrice]


@dataclass(frozen=True)
class OrderTerms:
    """What the add-to-cart form needs; quantities in packs, or grams; tiers (from, price)."""

    public_id: str
    basis: str
    smallest: int
    multiple: int
    price: Money
    tiers: tuple[tuple[int, Money], ...] = ()

    @property
    def smallest_amount(self) -> Money:
        """What the smallest order costs."""
        return PriceBasis(self.basis).amount(
            price_at(self.price, self.tiers, self.smallest), self.smallest
        )

    @property
    def tiers_typed(self) -> str:
        """As the script of the quantity field reads them: from:fen, …"""
        return ",".join(f"{self._typed(least)}:{price.fen}" for least, price in self.tiers)

    @property
    def is_by_weight(self) -> bool:
        return self.basis == PriceBasis.KILOGRAM

    @property
    def smallest_typed(self) -> str:
        return self._typed(self.smallest)

    @property
    def multiple_typed(self) -> str:
        return self._typed(self.multiple)

    def _typed(self, quantity: int) -> str:
        """As people type it: kilograms, or packs."""
        return plain_decimal(quantity, UNITS["kg"]) if self.is_by_weight else str(quantity)


@dataclass(frozen=True)
class ProductPage:
    offer: Offer
    obstacle: Obstacle | None
    unit_prices: list[UnitPrice]
    tiers: list[Tier]
    terms: OrderTerms
    tier: str | None
    county_name: str
    certificates: list[Certificate]
    others: list[Certificate]
    chain: PublicChain
    batches: list[Batch]
    receipts: Receipts
    related: list[Card]


def product_page(public_id: str, on: date) -> ProductPage:
    """The page of an offer that was ever listed. Raises NotFound."""
    found = db.session.execute(
        select(
            Offer,
            is_eligible(on).label("eligible"),
            free_quantity().label("free"),
            Region.name.label("county_name"),
        )
        .join(Offer.product)
        .join(Offer.base)
        .join(Region, Region.code == Base.county_code)
        .join(Producer, Producer.id == Product.producer_id)
        .options(
            joinedload(Offer.product).options(
                joinedload(Product.producer),
                joinedload(Product.processor),
                joinedload(Product.category),
                joinedload(Product.picture),
            ),
            joinedload(Offer.base).joinedload(Base.operator),
            joinedload(Offer.tiers),
        )
        .where(Offer.public_id == public_id, Offer.status.in_(SHOWN_STATUSES))
    )
    row = found.unique().one_or_none()
    if row is None:
        raise NotFound
    offer: Offer = row[0]
    valid, others = _certificates(offer, on)
    smallest = smallest_order(offer.minimum, offer.multiple)
    is_certified = any(certificate.type.grants_listing for certificate in valid)
    return ProductPage(
        offer=offer,
        obstacle=_obstacle(offer, is_certified, bool(row[1]), row[2] >= smallest, others, on),
        unit_prices=_unit_prices(offer, offer.price),
        tiers=[
            Tier(tier.from_quantity, tier.price, _unit_prices(offer, tier.price))
            for tier in offer.tiers
        ],
        terms=OrderTerms(
            offer.public_id, offer.price_basis, smallest, offer.multiple, offer.price,
            tuple((tier.from_quantity, tier.price) for tier in offer.tiers),
        ),
        tier=tier_of(offer.base.county_code, LISTING_LIST, on),
        county_name=place_name(offer.base.county_code, row.county_name),
        certificates=valid,
        others=others,
        chain=chain_of_base(
            offer.base,
            seller=offer.product.producer,
            processor=offer.product.processor,
            certificates=valid,
            on=on,
        ).public(),
        batches=_latest_batches(offer.id),
        receipts=receipts_of(offer.product_id, on),
        related=_related(offer, on),
    )  # fmt: skip


def _unit_prices(offer: Offer, price: Money) -> list[UnitPrice]:
    product = offer.product
    return unit_prices(price, PriceBasis(offer.price_basis), product.content, product.content_unit)


def _certificates(offer: Offer, on: date) -> tuple[list[Certificate], list[Certificate]]:
    """The certificates that cover this product and base: valid today, and the others."""
    rows = db.session.execute(
        select(Certificate, certificate_valid(on))
        .join(CertificateCoverage, CertificateCoverage.certificate_id == Certificate.id)
        .join(Certificate.type)
        .options(contains_eager(Certificate.type))
        .where(
            CertificateCoverage.product_id == offer.product_id,
            CertificateCoverage.base_id == offer.base_id,
            Certificate.status.in_(("approved", "revoked")),
        )
        .order_by(CertificateType.grants_listing.desc(), Certificate.id)
    ).all()
    return [c for c, is_valid in rows if is_valid], [c for c, is_valid in rows if not is_valid]


def _obstacle(
    offer: Offer,
    is_certified_today: bool,
    is_eligible_today: bool,
    is_in_stock: bool,
    others: list[Certificate],
    on: date,
) -> Obstacle | None:
    if offer.status != "listed":
        return Obstacle(offer.status)
    if offer.product.producer.status != "approved":
        return Obstacle.PRODUCER
    if not is_certified_today:
        return _certificate_obstacle([c for c in others if c.type.grants_listing], on)
    if not is_eligible_today:
        return Obstacle.NOT_ELIGIBLE
    return None if is_in_stock else Obstacle.SOLD_OUT


def _certificate_obstacle(others: list[Certificate], on: date) -> Obstacle:
    """Why no listing certificate counts, from the one that ends last."""
    if not others:
        return Obstacle.UNCERTIFIED
    last = max(others, key=lambda c: (c.valid_to or date.max, c.id))
    if last.status == "revoked":
        return Obstacle.REVOKED
    return Obstacle.NOT_BEGUN if last.valid_from > on else Obstacle.EXPIRED


def _latest_batches(offer_id: int) -> list[Batch]:
    """The newest harvests that this offer is sold from."""
    return list(
        db.session.scalars(
            select(Batch)
            .join(StockLot, StockLot.batch_id == Batch.id)
            .where(StockLot.offer_id == offer_id)
            .order_by(Batch.harvested_on.desc(), Batch.id.desc())
            .limit(LATEST_BATCHES)
        )
    )


def _related(offer: Offer, on: date) -> list[Card]:
    """What else can be bought from the same base, then from the same county."""
    return cards(
        buyable_cards(on)
        .where(Base.county_code == offer.base.county_code, Offer.id != offer.id, is_available())
        .order_by((Offer.base_id == offer.base_id).desc(), Offer.listed_at.desc(), Offer.id.desc())
        .limit(RELATED),
        on,
    )
