"""What waits for a supplier today."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from catalog.listings_table import OfferRow, rows_of
from orders.goods import WITH_GOODS, pictures_of
from orders.models import Order
from orders.purchasing.queries import WITH_PARTIES, is_sellers
from orders.supplier_desk.selling import TO_CONFIRM, TO_DISPATCH
from orders.supplier_desk.statement import Entry, View, entries_of, totals
from producers.attention import reminder_days
from producers.models import Certificate, Producer
from producers.queries import certificate_valid
from producers.rules import reminder_due
from producers.states import CertificateStatus
from shop.actor import Actor
from shop.db import db
from shop.money import Money, total

SHOWN = 8


@dataclass(frozen=True)
class Expiring:
    """A certificate about to end; `reached` is the reminder, in days before the end."""

    certificate: Certificate
    days_left: int
    reached: int


@dataclass(frozen=True)
class DispatchDay:
    """The orders to send off for one day; None is no day agreed."""

    day: date | None
    count: int
    amount: Money


@dataclass(frozen=True)
class Desk:
    """Everything on the desk. Lists are whole; the page shows the first few of each."""

    to_confirm: int
    days: list[DispatchDay]
    waiting: list[Order]
    pictures: dict[int, str]
    expiring: list[Expiring]
    running_out: list[OfferRow]
    returned: list[OfferRow]
    refused: list[Certificate]
    owed: list[Entry]
    paid: list[Entry]

    @property
    def to_dispatch(self) -> int:
        return sum(day.count for day in self.days)

    @property
    def owed_amount(self) -> Money:
        return totals(self.owed).outstanding

    @property
    def paid_amount(self) -> Money:
        return totals(self.paid).paid

    def overdue(self, on: date) -> list[Entry]:
        return [entry for entry in self.owed if entry.days_over(on)]


def desk_of(actor: Actor, producer: Producer, on: date) -> Desk:
    """Everything on the desk, in eight queries however much there is."""
    first = on.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    counted = _counted(actor)
    rows = rows_of(producer, on)
    expiring, refused = _certificates(producer, on)
    waiting = _waiting(actor)
    owed = entries_of(actor, View.OWED, first, after, on)
    return Desk(
        to_confirm=sum(n for status, _day, n, _amount in counted if status in TO_CONFIRM),
        days=_days(counted),
        waiting=waiting,
        pictures=pictures_of(waiting),
        expiring=expiring,
        running_out=sorted((row for row in rows if row.is_low), key=lambda row: row.free),
        returned=[row for row in rows if row.is_returned],
        refused=refused,
        owed=owed,
        paid=entries_of(actor, View.PAID, first, after, on, rules=()),
    )


Counted = list[tuple[str, date | None, int, Money]]


def _counted(actor: Actor) -> Counted:
    """How many orders wait, by status and day of delivery, and what they are worth."""
    rows = db.session.execute(
        select(Order.status, Order.delivery_on, func.count(), func.sum(Order.total))
        .where(is_sellers(actor), Order.status.in_([*TO_CONFIRM, *TO_DISPATCH]))
        .group_by(Order.status, Order.delivery_on)
    )
    return [
        (status, day, int(count), amount if isinstance(amount, Money) else Money(int(amount)))
        for status, day, count, amount in rows
    ]


def _days(counted: Counted) -> list[DispatchDay]:
    """What is to be sent off by day, the soonest first, without a day last."""
    found: dict[date | None, list[tuple[int, Money]]] = {}
    for status, day, count, amount in counted:
        if status in TO_DISPATCH:
            found.setdefault(day, []).append((count, amount))
    days = [
        DispatchDay(day, sum(n for n, _ in each), total(amount for _, amount in each))
        for day, each in found.items()
    ]
    return sorted(days, key=lambda each: each.day or date.max)


def _waiting(actor: Actor) -> list[Order]:
    """Orders to confirm, the soonest delivery first."""
    return list(
        db.session.scalars(
            select(Order)
            .where(is_sellers(actor), Order.status.in_(TO_CONFIRM))
            .options(*WITH_PARTIES, WITH_GOODS)
            .order_by(Order.delivery_on.is_(None), Order.delivery_on, Order.placed_at, Order.id)
            .limit(SHOWN)
        )
    )


def _certificates(producer: Producer, on: date) -> tuple[list[Expiring], list[Certificate]]:
    """Those about to end, and those handed back: one query."""
    days = reminder_days(on)
    ending = certificate_valid(on) & (Certificate.valid_to <= on + timedelta(days=max(days)))
    certificates = db.session.scalars(
        select(Certificate)
        .options(joinedload(Certificate.type))
        .where(
            Certificate.holder_id == producer.id,
            or_(ending, Certificate.status == CertificateStatus.REFUSED),
        )
        .order_by(Certificate.valid_to, Certificate.id)
    )
    expiring, refused = [], []
    for each in certificates:
        if each.status == CertificateStatus.REFUSED:
            refused.append(each)
            continue
        reached = reminder_due(each.valid_to, on, days)
        if reached is not None and each.valid_to is not None:
            expiring.append(Expiring(each, (each.valid_to - on).days, reached))
    return expiring, refused
