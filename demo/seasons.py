"""When people buy and when there is something to buy."""

from bisect import bisect_right
from datetime import date, timedelta

from demo.cast import OfferPlan
from demo.chance import Chance

DAYS = 548  # a year and a half
CANTEEN_MONTHS = (90, 50, 100, 105, 100, 95, 55, 60, 150, 110, 160, 210)
"""School holidays are quiet, September opens the year, December is the rush before the books close."""
CONSUMER_MONTHS = (170, 110, 80, 80, 85, 100, 80, 90, 140, 100, 140, 120)
"""The weeks before Spring Festival and Mid-Autumn."""
YEAR_ROUND = 12


def days_of(chance: Chance, until: date, count: int, *, canteen: bool) -> list[date]:
    """So many days of purchase in order, the last weeks a little fuller than the season asks."""
    days = [until - timedelta(days=back) for back in range(DAYS, 0, -1)]
    months = CANTEEN_MONTHS if canteen else CONSUMER_MONTHS
    weights = []
    for day in days:
        weekend = day.weekday() > 4
        weight = months[day.month - 1] * (
            (15 if weekend else 100) if canteen else 100 + 30 * weekend
        )
        age = (until - day).days
        weight = weight * (160 - age * 80 // DAYS) // 100
        weights.append(weight * 2 if age < 21 else weight)
    return sorted(chance.choices(days, weights=weights, k=count))


def plan_restocks(offer: OfferPlan, until: date) -> None:
    """The days on which a harvest of this offer came to the shelf, from before the first order."""
    pace = max(14, min(offer.shelf_days // 2, 120))
    day = until - timedelta(days=DAYS + 380 + offer.id % 13)
    while day < until - timedelta(days=2):
        if day.month in offer.template.months:
            offer.restocks.append(day)
            day += timedelta(days=pace)
        else:
            day += timedelta(days=3)


def lot_on(offer: OfferPlan, on: date) -> int | None:
    """Which harvest is sold on a day: the last one, unless it is past its best or gone off."""
    place = bisect_right(offer.restocks, on - timedelta(days=1)) - 1
    if place < 0 or on > best_before(offer, place) - timedelta(days=2):
        return None
    return place


def best_before(offer: OfferPlan, lot: int) -> date:
    return offer.restocks[lot] + timedelta(days=offer.shelf_days)


def is_sold(offer: OfferPlan, on: date) -> bool:
    """Whether somebody could have bought it on this day."""
    return offer.certified(on) and lot_on(offer, on) is not None
