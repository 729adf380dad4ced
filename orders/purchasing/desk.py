"""A unit's desk: what waits for this person, what is delivered when, what is owed, the quota."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from orders.fulfilment.amounts import PaymentTerm, payment_rules, payment_term
from orders.fulfilment.models import Acceptance, PaymentTermRule
from orders.models import Order, Purchase
from orders.purchasing.buying import accepted_amount
from orders.purchasing.queries import WITH_PARTIES, is_buyers
from orders.purchasing.steps import ACTIONS, step_of
from orders.quota import queries as quota
from orders.quota import rules
from orders.quota.models import QuotaPlan
from orders.states import ENDED_WITHOUT_GOODS, OrderStatus
from shop import clock
from shop.actor import Actor
from shop.db import db
from shop.money import Money, total

MOST_OPEN = 400
MOST_TASKS, MOST_DUES, MOST_SOON = 12, 8, 8
MOST_REPEATED = 3
DAYS_SHOWN = 14
ON_THE_WAY = {OrderStatus.APPROVED, OrderStatus.CONFIRMED, OrderStatus.DISPATCHED}
TO_PAY = {OrderStatus.ACCEPTED, OrderStatus.INVOICED}
CLOSED = [OrderStatus.COMPLETED, *sorted(ENDED_WITHOUT_GOODS)]


@dataclass(frozen=True)
class Due:
    """An accepted delivery that is not yet paid, and by when it is to be."""

    order: Order
    amount: Money
    term: PaymentTerm | None


@dataclass(frozen=True)
class Task:
    """An order whose next step is this person's; `on` is the day it is for."""

    order: Order
    step: str
    on: date | None
    amount: Money


@dataclass(frozen=True)
class DeliveryDay:
    """One day of the calendar strip with the orders that are to arrive."""

    day: date
    orders: list[Order] = field(default_factory=list)


@dataclass(frozen=True)
class QuotaState:
    """How far the unit's year is. Channels stand side by side and are never added up."""

    year: int
    plan: QuotaPlan | None
    progress: rules.Progress
    ends_on: date

    @property
    def counted(self) -> Money:
        return self.progress.counted(self.plan.rule if self.plan else None)

    @property
    def missing(self) -> Money:
        return rules.missing(self.plan.reserved, self.counted) if self.plan else Money(0)


@dataclass(frozen=True)
class Desk:
    tasks: list[Task]
    counts: dict[str, int]
    days: list[DeliveryDay]
    soon: list[Order]
    late: list[Order]
    dues: list[Due]
    quota: QuotaState
    purchases: list[list[Order]]

    @property
    def owed(self) -> Money:
        return total(due.amount for due in self.dues)

    @property
    def overdue(self) -> int:
        return sum(1 for due in self.dues if due.term and due.term.due_on < self.days[0].day)


def desk_of(actor: Actor, *, on: date) -> Desk:
    """What the desk shows, in a fixed number of queries."""
    rows = _open_orders(actor)
    dues = dues_of(((order, amount) for order, _w, amount in rows), payment_rules())
    by_id = {due.order.id: due for due in dues}
    tasks = [
        _task(order, step, by_id.get(order.id))
        for order, weighed_by_id, _amount in rows
        if (step := step_of(order, weighed_by_id, actor)) in ACTIONS
    ]
    tasks.sort(key=lambda task: (task.on or on, task.order.id))
    counts = {step: sum(1 for task in tasks if task.step == step) for step in ACTIONS}
    awaited = [order for order, _w, _a in rows if order.status in ON_THE_WAY and order.delivery_on]
    return Desk(
        tasks=tasks[:MOST_TASKS],
        counts={step: count for step, count in counts.items() if count},
        days=calendar(awaited, on),
        soon=[order for order in awaited if on <= (order.delivery_on or on)][:MOST_SOON],
        late=[order for order in awaited if (order.delivery_on or on) < on][:MOST_SOON],
        dues=dues,
        quota=_quota_state(actor, on),
        purchases=_latest_purchases(actor),
    )


def calendar(orders: Iterable[Order], first: date) -> list[DeliveryDay]:
    """Fourteen days from the first with what is to arrive on each."""
    days = {first + timedelta(n): DeliveryDay(first + timedelta(n)) for n in range(DAYS_SHOWN)}
    for order in orders:
        if order.delivery_on in days:
            days[order.delivery_on].orders.append(order)
    return list(days.values())


def dues_of(
    rows: Iterable[tuple[Order, Money | None]], terms: Sequence[PaymentTermRule]
) -> list[Due]:
    """Accepted and unpaid deliveries, the earliest term first."""
    found = [
        Due(order, amount, payment_term(clock.business_day(order.accepted_at), terms))
        for order, amount in rows
        if order.status in TO_PAY and order.accepted_at is not None and amount
    ]
    return sorted(found, key=lambda due: (due.term.due_on if due.term else date.max, due.order.id))


def _task(order: Order, step: str, due: Due | None) -> Task:
    is_payment = step in {"invoice", "transfer"}
    by = due.term.due_on if due and due.term and is_payment else order.delivery_on
    return Task(order, step, by, due.amount if due else order.total)


def _open_orders(actor: Actor) -> list[tuple[Order, int | None, Money | None]]:
    """Open orders with who weighed and what was accepted, the soonest delivery first: one query."""
    soonest: InstrumentedAttribute[date | None] = Order.delivery_on
    rows = db.session.execute(
        select(Order, Acceptance.weighed_by_id, accepted_amount())
        .outerjoin(Acceptance, Acceptance.order_id == Order.id)
        .where(is_buyers(actor), Order.status.not_in(CLOSED))
        .options(*WITH_PARTIES)
        .order_by(soonest, Order.id)
        .limit(MOST_OPEN)
    )
    return [(order, weighed_by_id, amount) for order, weighed_by_id, amount in rows]


def _quota_state(actor: Actor, on: date) -> QuotaState:
    year, unit_id = clock.procurement_year(on), actor.organisation_id or 0
    plan = quota.plan_of(unit_id, year)
    ends_on = plan.rule.completion_deadline if plan else None
    return QuotaState(year, plan, quota.progress_of(unit_id, year), ends_on or date(year, 12, 31))


def _latest_purchases(actor: Actor) -> list[list[Order]]:
    """The last purchases of the unit, each as its orders with their lines: two queries."""
    latest = (
        select(Purchase.id)
        .join(Order, Order.purchase_id == Purchase.id)
        .where(is_buyers(actor), Order.status.not_in(sorted(ENDED_WITHOUT_GOODS)))
        .group_by(Purchase.id)
        .order_by(Purchase.placed_at.desc(), Purchase.id.desc())
        .limit(MOST_REPEATED)
    )
    orders = db.session.scalars(
        select(Order)
        .where(is_buyers(actor), Order.purchase_id.in_(latest))
        .options(*WITH_PARTIES, joinedload(Order.purchase), selectinload(Order.lines))
        .order_by(Order.placed_at.desc(), Order.id)
    )
    found: dict[int, list[Order]] = {}
    for order in orders:
        found.setdefault(order.purchase_id, []).append(order)
    return list(found.values())
