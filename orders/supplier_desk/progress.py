"""How far one order is for its seller, and what acceptance changed."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import pgettext

from orders.models import Order
from orders.purchasing.story import LineStory, OrderFile
from orders.states import ENDED_WITHOUT_GOODS, OrderKind, OrderStatus
from shop.money import Money

S = OrderStatus
UNIT_STEPS: tuple[set[OrderStatus], ...] = (
    {S.APPROVED}, {S.CONFIRMED}, {S.DISPATCHED, S.WEIGHED}, {S.ACCEPTED}, {S.INVOICED},
)  # fmt: skip
PERSON_STEPS: tuple[set[OrderStatus], ...] = ({S.PAID}, {S.DISPATCHED})


def steps_of(order: Order) -> list[tuple[str, str]]:
    """(label, done | current | todo) of what lies before the seller; empty where it has ended."""
    status = OrderStatus(order.status)
    if status in ENDED_WITHOUT_GOODS:
        return []
    if order.kind == OrderKind.CONSUMER:
        labels, steps = [_("发货"), _("买家收货")], PERSON_STEPS
    else:
        labels = [
            pgettext("supplier", "确认订单"),
            _("发货"),
            _("采购方验收"),
            _("开票"),
            _("收款"),
        ]
        steps = UNIT_STEPS
    now = next((n for n, statuses in enumerate(steps) if status in statuses), len(steps))
    return [
        (label, "done" if n < now else "current" if n == now else "todo")
        for n, label in enumerate(labels)
    ]


@dataclass(frozen=True)
class Difference:
    """A line of which another quantity was accepted than ordered, in the line's own measure."""

    story: LineStory
    quantity: int
    amount: Money
    reason: str | None


def differences(file: OrderFile) -> list[Difference]:
    """What the buyer accepted more or less of; empty until acceptance, and where all was as ordered."""
    found = []
    for story in file.lines:
        if story.weighed is None or story.accepted_amount is None:
            continue
        quantity = story.weighed.accepted - story.line.quantity
        if quantity:
            amount = story.accepted_amount - story.line.amount
            reason = story.weighed.reason or story.weighed.remark
            found.append(Difference(story, quantity, amount, reason))
    return found
