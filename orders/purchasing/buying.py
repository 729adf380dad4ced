"""A unit's orders as a list: by what they wait for, by month, by words; and what each asks for next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from orders.asking import AskedOrders
from orders.fulfilment.amounts import payment_rules, payment_term
from orders.fulfilment.models import Acceptance, PaymentTermRule
from orders.models import Channel, Order, OrderLine
from orders.purchasing.queries import WITH_PARTIES, is_buyers
from orders.purchasing.steps import ACTIONS, step_of
from orders.quota.labels import CHANNELS
from orders.quota.models import LedgerEntry
from orders.quota.stages import Stage
from orders.states import ENDED_WITHOUT_GOODS, OrderStatus
from producers.models import Producer
from shop import clock
from shop.actor import Actor
from shop.db import db
from shop.money import Money
from shop.web.asking import asked_month, asked_words
from shop.web.paging import Page, asked_page

S = OrderStatus
PAGE_SIZE = 20
VIEWS: dict[str, tuple[OrderStatus, ...]] = {
    "to-approve": (S.AWAITING_APPROVAL,),
    "under-way": (S.APPROVED, S.CONFIRMED),
    "to-receive": (S.DISPATCHED, S.WEIGHED),
    "to-invoice": (S.ACCEPTED,),
    "to-pay": (S.INVOICED,),
    "done": (S.COMPLETED,),
    "ended": tuple(sorted(ENDED_WITHOUT_GOODS)),
}
VIEW_LABELS = {
    "to-approve": _l("待审批"),
    "under-way": _l("备货中"),
    "to-receive": _l("待收货验收"),
    "to-invoice": _l("待开票"),
    "to-pay": _l("待付款"),
    "done": _l("已完成"),
    "ended": _l("已终止"),
}
SOONEST_FIRST = {"to-approve", "under-way", "to-receive"}
LONGEST_UNPAID_FIRST = {"to-invoice", "to-pay"}
TO_PAY = {S.ACCEPTED, S.INVOICED}


@dataclass(frozen=True, kw_only=True)
class Asked(AskedOrders):
    """The month is that of ordering; the words may be of a number, a seller or goods."""

    views = VIEWS
    endpoint = "canteen.orders"

    month: date | None = None

    @classmethod
    def read(cls) -> "Asked":
        """Raises NotFound for a status or a month that there is not."""
        return cls(status=cls.read_status(), words=asked_words(), month=asked_month("month"))

    def further(self) -> dict[str, Any]:
        return {"month": self.month and self.month.strftime("%Y-%m")}

    def matches(self) -> list[ColumnElement[bool]]:
        """The conditions beside the status."""
        found: list[ColumnElement[bool]] = []
        if self.month:
            after = (self.month + timedelta(days=31)).replace(day=1)
            found.append(Order.placed_at >= clock.start_of(self.month))
            found.append(Order.placed_at < clock.start_of(after))
        if self.words:
            sellers = select(Producer.id).where(
                Producer.name.icontains(self.words, autoescape=True)
            )
            goods = select(OrderLine.order_id).where(
                or_(
                    OrderLine.product_name.icontains(self.words, autoescape=True),
                    OrderLine.product_name_en.icontains(self.words, autoescape=True),
                )
            )
            found.append(
                or_(
                    Order.number.icontains(self.words, autoescape=True),
                    Order.seller_id.in_(sellers),
                    Order.id.in_(goods),
                )
            )
        return found


@dataclass(frozen=True)
class Bought:
    """An order of the list: this person's next act, what was accepted, the day that counts next."""

    order: Order
    act: str
    """Empty where it waits for somebody else."""
    accepted: Money | None
    due_on: date | None
    """By when it is to be paid, once it is accepted and as long as it is not."""

    @property
    def awaited_on(self) -> date | None:
        """The day of delivery, as long as the goods have not come."""
        is_awaited = self.order.accepted_at is None and self.order.ended_at is None
        return self.order.delivery_on if is_awaited else None


@dataclass(frozen=True)
class Sum:
    """What the orders of one channel come to; channels are never added up."""

    channel: Channel
    count: int
    ordered: Money
    accepted: Money


@dataclass(frozen=True)
class Buying:
    """Orders of the list under the counts by view and the sums of all that fits."""

    asked: Asked
    rows: list[Bought]
    page: Page
    counts: dict[str, int]
    sums: list[Sum]


def buying_of(actor: Actor, asked: Asked) -> Buying:
    """One page of the list."""
    counts, sums = _counted(actor, asked)
    wanted = sum(counts.get(status, 0) for status in asked.statuses)
    page = Page(asked_page(), PAGE_SIZE, wanted)
    rows = rows_of(actor, asked, offset=page.offset, limit=PAGE_SIZE)
    views = {view: sum(counts.get(each, 0) for each in each_of) for view, each_of in VIEWS.items()}
    return Buying(asked, rows, page, {"": sum(counts.values()), **views}, sums)


def rows_of(actor: Actor, asked: Asked, *, offset: int, limit: int) -> list[Bought]:
    """Orders with their lines, in the order in which they are to be done; else the newest first."""
    statement = (
        select(Order, Acceptance.weighed_by_id, accepted_amount())
        .outerjoin(Acceptance, Acceptance.order_id == Order.id)
        .where(is_buyers(actor), *asked.matches(), Order.status.in_(asked.statuses))
        .options(*WITH_PARTIES, selectinload(Order.lines))
        .order_by(*_sequence(asked))
        .offset(offset)
        .limit(limit)
    )
    rows = db.session.execute(statement).all()
    terms = payment_rules()
    return [
        Bought(
            order,
            step if (step := step_of(order, weighed_by_id, actor)) in ACTIONS else "",
            accepted,
            _due_on(order, terms),
        )
        for order, weighed_by_id, accepted in rows
    ]


def sums_of(actor: Actor, asked: Asked) -> list[Sum]:
    return _counted(actor, asked)[1]


def accepted_amount() -> Any:
    """What was accepted of an order: a subquery to select beside it."""
    return (
        select(func.sum(LedgerEntry.delta))
        .where(LedgerEntry.order_id == Order.id, LedgerEntry.stage == Stage.ACCEPTED)
        .correlate(Order)
        .scalar_subquery()
    )


def _sequence(asked: Asked) -> tuple[Any, ...]:
    if asked.status in SOONEST_FIRST:
        return (Order.delivery_on.is_(None), Order.delivery_on, Order.placed_at, Order.id)
    if asked.status in LONGEST_UNPAID_FIRST:
        return (Order.accepted_at, Order.id)
    return (Order.placed_at.desc(), Order.id.desc())


def _due_on(order: Order, terms: Sequence[PaymentTermRule]) -> date | None:
    if order.status not in TO_PAY or order.accepted_at is None:
        return None
    term = payment_term(clock.business_day(order.accepted_at), terms)
    return term.due_on if term else None


def _counted(actor: Actor, asked: Asked) -> tuple[dict[str, int], list[Sum]]:
    """How many orders stand where among what fits, and the sums of the wanted: one query."""
    whose = [is_buyers(actor), *asked.matches()]
    accepted = (
        select(LedgerEntry.order_id, func.sum(LedgerEntry.delta).label("amount"))
        .where(
            LedgerEntry.stage == Stage.ACCEPTED,
            LedgerEntry.order_id.in_(select(Order.id).where(is_buyers(actor))),
        )
        .group_by(LedgerEntry.order_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Order.status, Order.channel, func.count(), func.sum(Order.total),
            func.sum(accepted.c.amount),
        )
        .outerjoin(accepted, accepted.c.order_id == Order.id)
        .where(*whose)
        .group_by(Order.status, Order.channel)
    ).all()  # fmt: skip
    counts: dict[str, int] = {}
    found: dict[Channel, Sum] = {}
    for status, channel, count, ordered, got in rows:
        counts[status] = counts.get(status, 0) + count
        if status in asked.statuses and status not in asked.left_out:
            so_far = found.get(channel) or Sum(Channel(channel), 0, Money(0), Money(0))
            found[Channel(channel)] = Sum(
                so_far.channel, so_far.count + count,
                so_far.ordered + _money(ordered), so_far.accepted + _money(got),
            )  # fmt: skip
    return counts, [found[channel] for channel in CHANNELS if channel in found]


def _money(amount: Money | int | None) -> Money:
    return amount if isinstance(amount, Money) else Money(int(amount or 0))
