"""Orders of the fixed people, one in every state, so that each page has something true to show."""

from datetime import date, datetime, timedelta

from demo.cast import Consumer, OfferPlan, Seller, Unit
from demo.chance import Chance
from demo.demand import line_for, sold_on
from demo.fates import FULL, REFUSED, add_step
from demo.story import OrderPlan, PurchasePlan, Step
from orders.models import Channel, FundSource
from orders.states import OrderEventKind as E
from orders.states import OrderKind
from shop.clock import business_day

CANTEEN_SCENES = (
    *(FULL[:length] for length in range(len(FULL) + 1)),
    (E.REJECT,),
    (E.CANCEL,),
    (E.APPROVE, E.DECLINE),
    REFUSED,
    FULL[:4],
    (),
    (),
    FULL[:1],
)
CONSUMER_SCENES = (
    (E.PAY,),
    (E.PAY, E.DISPATCH),
    (E.PAY, E.DISPATCH, E.RECEIVE),
    (E.PAY, E.REFUND),
    (E.EXPIRE,),
    (E.CANCEL,),
    (),
)


def make_scenes(
    unit: Unit, consumer: Consumer, sellers: list[Seller], *, cutoff: datetime
) -> list[PurchasePlan]:
    """The last days of the fixed people. Sellers are the fixed cooperative and enterprise."""
    chance = Chance("scenes")
    found = []
    for number, path in enumerate(CANTEEN_SCENES):
        seller = sellers[number == len(CANTEEN_SCENES) - 1]
        days = len(path) + number % 2 + (2 if path else 0)
        purchase = _canteen(
            unit, seller, number, cutoff - timedelta(days=days, minutes=25 + number)
        )
        found.append(_play(chance, purchase, path, cutoff))
    for number, path in enumerate(CONSUMER_SCENES):
        seller = sellers[number in (1, 4)]
        back = timedelta(days=len(path) * 2, minutes=9) if path else timedelta(minutes=6)
        purchase = _private(consumer, seller, number, cutoff - back)
        found.append(_play(chance, purchase, path, cutoff))
    found.append(_paid_late(chance, consumer, sellers[0], cutoff))
    return [purchase for purchase in found if purchase.orders[0].lines]


def _paid_late(
    chance: Chance, consumer: Consumer, seller: Seller, cutoff: datetime
) -> PurchasePlan:
    """The bank was slow: the money came when the purchase had ended and its goods were sold."""
    purchase = _private(consumer, seller, len(CONSUMER_SCENES), cutoff - timedelta(days=3))
    purchase.paid_late = purchase.at + timedelta(minutes=44)
    return _play(chance, purchase, (E.EXPIRE,), cutoff)


def _canteen(unit: Unit, seller: Seller, number: int, at: datetime) -> PurchasePlan:
    assert unit.buyer is not None
    purchase = PurchasePlan(at, unit.buyer, unit, None)
    day = business_day(at)
    purchase.delivery_on = day + timedelta(days=7)
    offers = _both_measures(seller, day)
    lines = [line_for(offer, worth=90_000 + 15_000 * number) for offer in offers[: 1 + number % 3]]
    channel = Channel.LOCAL if number % 3 == 0 else Channel.FUPIN832
    purchase.orders.append(
        OrderPlan(
            OrderKind.INSTITUTION,
            seller,
            lines,
            unit.region,
            FundSource.CANTEEN.value,
            channel.value,
            unit.id,
            unit.department_id,
        )
    )
    return purchase


def _both_measures(seller: Seller, day: date) -> list[OfferPlan]:
    """What is sold, with something by weight and something by the pack in front."""
    offers = sold_on(seller, day)
    by_weight = [offer for offer in offers if offer.template.basis == "kilogram"]
    by_pack = [offer for offer in offers if offer.template.basis == "pack"]
    return by_weight[:1] + by_pack + by_weight[1:]


def _private(consumer: Consumer, seller: Seller, number: int, at: datetime) -> PurchasePlan:
    purchase = PurchasePlan(at, consumer.person, None, consumer)
    offers = sorted(sold_on(seller, business_day(at)), key=lambda offer: line_for(offer).amount)
    lines = [line_for(offer) for offer in offers[: 1 + number % 2]]
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
    return purchase


def _play(
    chance: Chance, purchase: PurchasePlan, path: tuple[E, ...], cutoff: datetime
) -> PurchasePlan:
    """The steps of a path, evenly up to shortly before the cut-off."""
    order = purchase.orders[0]
    order.steps = [Step(E.PLACE, purchase.at, purchase.person)]
    last = cutoff - timedelta(minutes=7)
    for number, event in enumerate(path, 1):
        at = purchase.at + (last - purchase.at) * number / max(len(path), 1)
        if event in (E.PAY, E.EXPIRE, E.CANCEL) and purchase.unit is None:
            at = purchase.at + timedelta(minutes=4 if event is not E.EXPIRE else 31, seconds=20)
        add_step(chance, order, purchase, event, at)
    return purchase
