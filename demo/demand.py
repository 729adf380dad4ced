"""Who bought what from whom on which day."""

from dataclasses import dataclass
from datetime import date, timedelta

from catalog.rules import price_at
from demo.cast import Consumer, OfferPlan, Seller, Unit
from demo.chance import Chance, instant
from demo.seasons import days_of, is_sold
from demo.sizes import Size
from demo.story import LinePlan, OrderPlan, PurchasePlan
from orders.models import Channel, FundSource
from orders.states import OrderKind
from shop.money import Money
from shop.regions.rules import prefecture_of
from shop.units import PriceBasis

LEAST, MOST = 40_000, 3_000_000  # fen of one canteen order
CONSUMER_MOST = 60_000  # fen of one line
ATTEMPTS = 12


@dataclass
class Market:
    """Those who buy and those who sell. `national` holds the counties that count for 832."""

    units: list[Unit]
    consumers: list[Consumer]
    sellers: list[Seller]
    national: set[str]

    def __post_init__(self) -> None:
        self._near: dict[str, list[int]] = {}

    def seller(self, chance: Chance, region: str) -> Seller:
        """One seller, sooner from the same county, then from the same league or city."""
        weights = self._near.get(region)
        if weights is None:
            around = prefecture_of(region) if not region.endswith("0000") else ""
            weights = []
            for seller in self.sellers:
                near = 6 if seller.county == region else 1
                near += 2 * (prefecture_of(seller.county) == around)
                weights.append((weights[-1] if weights else 0) + near)
            self._near[region] = weights
        return chance.choices(self.sellers, cum_weights=weights)[0]


def buying_units(units: list[Unit]) -> list[Unit]:
    """Units with somebody to buy; every fourteenth of them never does (零采购单位)."""
    able = [unit for unit in units if unit.buyer]
    return [
        unit for place, unit in enumerate(able) if place % 14 != 9 or unit.key == "150430-school-1"
    ]


def make_purchases(market: Market, size: Size, *, until: date) -> list[PurchasePlan]:
    """Everything that was placed before the last day, in order, without what became of it."""
    chance = Chance(f"demand {until} {size.orders}")
    canteen = size.orders * 54 // 100
    private = size.orders * 32 // 100
    weights = [_weight(unit) for unit in market.units]
    found = []
    for day in days_of(chance, until, canteen, canteen=True):
        unit = chance.choices(market.units, weights=weights)[0]
        found.append(_canteen_purchase(chance, market, unit, day))
    for day in days_of(chance, until, private, canteen=False):
        consumer = market.consumers[
            0 if chance.happens(2) else chance.randrange(len(market.consumers))
        ]
        found.append(_consumer_purchase(chance, market, consumer, day))
    return [purchase for purchase in found if purchase.orders]


def _weight(unit: Unit) -> int:
    """Larger canteens order more often, but not in proportion: their orders are larger too."""
    return 40 + min(unit.yearly // 2_000_000, 120)


def _canteen_purchase(chance: Chance, market: Market, unit: Unit, day: date) -> PurchasePlan:
    assert unit.buyer is not None
    at = instant(day, 8, 30) + chance.minutes(0, 540)
    fund = (
        FundSource.UNION
        if unit.canteen_mode == "none"
        else chance.weighted({FundSource.CANTEEN: 82, FundSource.UNION: 13, FundSource.OTHER: 5})
    )
    purchase = PurchasePlan(at, unit.buyer, unit, None)
    purchase.delivery_on = day + timedelta(days=chance.randint(4, 10))
    wish = max(LEAST, min(unit.yearly // 10 * chance.randint(15, 80) // 1000, MOST))
    channel = Channel.FUPIN832 if chance.happens(60) else Channel.LOCAL
    for _ in range(1 + chance.happens(12)):
        seller = _open_seller(chance, market, unit.region, day, channel, purchase)
        if seller is None:
            continue
        lines = _bulk_lines(chance, seller, day, wish)
        purchase.orders.append(
            OrderPlan(
                OrderKind.INSTITUTION,
                seller,
                lines,
                unit.region,
                fund.value,
                channel.value,
                unit.id,
                unit.department_id,
            )
        )
    purchase.orders.sort(key=lambda order: order.seller.id)
    return purchase


def _consumer_purchase(
    chance: Chance, market: Market, consumer: Consumer, day: date
) -> PurchasePlan:
    at = instant(day, 7) + chance.minutes(0, 950)
    purchase = PurchasePlan(at, consumer.person, None, consumer)
    for _ in range(chance.weighted({1: 70, 2: 22, 3: 8})):
        seller = _open_seller(chance, market, consumer.region, day, Channel.LOCAL, purchase)
        if seller is None:
            continue
        lines = _small_lines(chance, seller, day)
        if lines:
            purchase.orders.append(
                OrderPlan(
                    OrderKind.CONSUMER,
                    seller,
                    lines,
                    consumer.region,
                    FundSource.PERSONAL.value,
                    Channel.LOCAL.value,
                )
            )
    purchase.orders.sort(key=lambda order: order.seller.id)
    return purchase


def _open_seller(
    chance: Chance, market: Market, region: str, day: date, channel: Channel, so_far: PurchasePlan
) -> Seller | None:
    """Somebody who has something to sell on this day and is not in the purchase yet."""
    taken = {order.seller.id for order in so_far.orders}
    for _ in range(ATTEMPTS):
        seller = market.seller(chance, region)
        counted = channel is Channel.LOCAL or seller.county in market.national
        if seller.id not in taken and counted and sold_on(seller, day):
            return seller
    return None


def sold_on(seller: Seller, day: date) -> list[OfferPlan]:
    return [offer for offer in seller.offers if not offer.is_new and is_sold(offer, day)]


def _bulk_lines(chance: Chance, seller: Seller, day: date, wish: int) -> list[LinePlan]:
    offers = sold_on(seller, day)
    chosen = chance.sample(offers, min(len(offers), chance.weighted({2: 20, 3: 30, 4: 30, 5: 20})))
    return [line_for(offer, worth=wish // len(chosen)) for offer in chosen]


def _small_lines(chance: Chance, seller: Seller, day: date) -> list[LinePlan]:
    cheap = [o for o in sold_on(seller, day) if line_for(o).amount.fen <= CONSUMER_MOST]
    chosen = chance.sample(cheap, min(len(cheap), chance.weighted({1: 25, 2: 40, 3: 35})))
    return [line_for(offer, times=chance.weighted({1: 70, 2: 22, 3: 8})) for offer in chosen]


def line_for(offer: OfferPlan, *, worth: int = 0, times: int = 1) -> LinePlan:
    """As much of an offer as is worth so many fen, in its multiples, at least its minimum."""
    template = offer.template
    bought = worth // offer.price
    if template.basis == PriceBasis.KILOGRAM:
        bought = worth * 1000 // offer.price
    quantity = max(template.minimum * times, bought - bought % template.multiple)
    tiers = [(least, Money(price)) for least, price in offer.tiers]
    return LinePlan(offer, quantity, price_at(Money(offer.price), tiers, quantity))
