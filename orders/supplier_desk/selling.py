"""A seller's orders as a list: by what is to be done, by day of delivery, by words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, func, or_, select

from orders.asking import AskedOrders
from orders.goods import WITH_GOODS, pictures_of
from orders.models import Order
from orders.purchasing.queries import WITH_PARTIES, is_sellers
from orders.states import ENDED_WITHOUT_GOODS, STATUS_LABELS, OrderStatus
from shop.accounts.models import Organisation
from shop.actor import Actor
from shop.db import db
from shop.money import Money, total
from shop.web.asking import asked_day, asked_words
from shop.web.paging import Page, asked_page

S = OrderStatus
PAGE_SIZE = 20
TO_CONFIRM = (S.APPROVED,)
TO_DISPATCH = (S.CONFIRMED, S.PAID)
VIEWS: dict[str, tuple[OrderStatus, ...]] = {
    "to-confirm": TO_CONFIRM,
    "to-dispatch": TO_DISPATCH,
    "under-way": (S.DISPATCHED, S.WEIGHED),
    "to-invoice": (S.ACCEPTED,),
    "to-be-paid": (S.INVOICED,),
    "done": (S.COMPLETED,),
    "ended": tuple(sorted(ENDED_WITHOUT_GOODS)),
}
VIEW_LABELS = {
    "to-confirm": _l("待确认"),
    "to-dispatch": _l("待发货"),
    "under-way": _l("运输与验收中"),
    "to-invoice": _l("待开票"),
    "to-be-paid": _l("待收款"),
    "done": _l("已完成"),
    "ended": _l("已终止"),
}
SOONEST_FIRST = {"to-confirm", "to-dispatch", "under-way"}


@dataclass(frozen=True, kw_only=True)
class Asked(AskedOrders):
    """The day is that of delivery; the words may be of a number or a unit."""

    views = VIEWS
    endpoint = "supplier.orders"

    day: date | None = None

    @classmethod
    def read(cls) -> "Asked":
        """Raises NotFound for a status or a day that there is not."""
        return cls(status=cls.read_status(), words=asked_words(), day=asked_day("day"))

    def further(self) -> dict[str, Any]:
        return {"day": self.day}

    @property
    def label(self) -> str:
        """The view in words."""
        if not self.status:
            return _("全部")
        known = VIEW_LABELS.get(self.status) or STATUS_LABELS[OrderStatus(self.status)]
        return str(known)

    def matches(self) -> list[ColumnElement[bool]]:
        """The conditions beside the status."""
        found: list[ColumnElement[bool]] = []
        if self.day:
            found.append(Order.delivery_on == self.day)
        if self.words:
            units = select(Organisation.id).where(
                Organisation.name.icontains(self.words, autoescape=True)
            )
            found.append(
                or_(
                    Order.number.icontains(self.words, autoescape=True),
                    Order.budget_unit_id.in_(units),
                )
            )
        return found


@dataclass(frozen=True)
class Selling:
    """One page of the list; counts by view and the sum are of all that fits the words and day.

    Among all orders the sum leaves out those that ended without goods.
    """

    asked: Asked
    orders: list[Order]
    page: Page
    counts: dict[str, int]
    amount: Money
    pictures: dict[int, str]


def selling_of(actor: Actor, asked: Asked) -> Selling:
    """Three queries: what there is by status, the page's orders, their lines with pictures."""
    conditions = [is_sellers(actor), *asked.matches()]
    rows = db.session.execute(
        select(Order.status, func.count(), func.sum(Order.total))
        .where(*conditions)
        .group_by(Order.status)
    )
    found = {status: (int(count), _money(amount)) for status, count, amount in rows}
    chosen = {status: found[status] for status in asked.statuses if status in found}
    page = Page(asked_page(), PAGE_SIZE, sum(count for count, _amount in chosen.values()))
    orders = list(db.session.scalars(orders_of(actor, asked).limit(PAGE_SIZE).offset(page.offset)))
    return Selling(
        asked=asked,
        orders=orders,
        page=page,
        counts={
            "": sum(count for count, _amount in found.values()),
            **{
                view: sum(found[status][0] for status in statuses if status in found)
                for view, statuses in VIEWS.items()
            },
        },
        amount=total(each[1] for status, each in chosen.items() if status not in asked.left_out),
        pictures=pictures_of(orders),
    )


def orders_of(actor: Actor, asked: Asked) -> Select[tuple[Order]]:
    """Everything that is asked for, in the list's order: what has a day of delivery by that day."""
    soonest = (Order.delivery_on.is_(None), Order.delivery_on, Order.placed_at, Order.id)
    newest = (Order.placed_at.desc(), Order.id.desc())
    return (
        select(Order)
        .where(is_sellers(actor), *asked.matches(), Order.status.in_(asked.statuses))
        .options(*WITH_PARTIES, WITH_GOODS)
        .order_by(*(soonest if asked.status in SOONEST_FIRST else newest))
    )


def _money(amount: Money | int | None) -> Money:
    return amount if isinstance(amount, Money) else Money(int(amount or 0))
