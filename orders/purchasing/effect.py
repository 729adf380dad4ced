"""What an order does to its unit's year: what was placed before and what is placed with it."""

from dataclasses import dataclass
from datetime import date

from orders.models import Order
from orders.purchasing.documents import who_did
from orders.quota import queries, rules
from orders.quota.models import QuotaPlan, Stage
from orders.states import OrderEventKind
from shop import clock
from shop.money import Money


@dataclass(frozen=True)
class Effect:
    """One channel's figures only: channels are never added up."""

    year: int
    placed_by: str | None
    plan: QuotaPlan | None
    before: Money
    after: Money
    counts: bool
    missing: Money
    ends_on: date


def effect_of(order: Order) -> Effect:
    """The unit's placed amounts of the order's channel without and with it: two queries."""
    year = clock.procurement_year(clock.business_day(order.placed_at))
    unit_id = order.budget_unit_id or 0
    plan, progress = queries.plan_of(unit_id, year), queries.progress_of(unit_id, year)
    rule = plan.rule if plan else None
    after = progress.of(order.channel, Stage.PLACED)
    ends_on = rule.completion_deadline if rule else None
    return Effect(
        year=year,
        placed_by=who_did(order, OrderEventKind.PLACE),
        plan=plan,
        before=after - order.total,
        after=after,
        counts=rules.counts(order.channel, Stage.PAID, rule),
        missing=rules.missing(plan.reserved, progress.counted(rule)) if plan else Money(0),
        ends_on=ends_on or date(year, 12, 31),
    )
