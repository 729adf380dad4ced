"""Whose turn an order is: the one next action of a member of the buying unit."""

from collections.abc import Callable

from flask_babel import lazy_gettext as _l

from orders.models import Order
from orders.states import OrderStatus
from shop.actor import Actor, Role

ACTIONS = {
    "approve": _l("审批"),
    "weigh": _l("收货称重"),
    "accept": _l("复核验收"),
    "invoice": _l("登记发票"),
    "transfer": _l("登记付款"),
}
"""What a person does, in the order of the trade; every other step is somebody else's."""

ENDPOINTS = {
    "approve": "canteen.order",
    "weigh": "receiving.show_weighing",
    "accept": "receiving.show_acceptance",
    "invoice": "canteen.invoice",
    "transfer": "canteen.transfer",
}


def step_of(order: Order, weighed_by_id: int | None, actor: Actor) -> str:
    """The next step of an order as this person sees it: an action, or for whom it waits."""
    status, is_buyer = OrderStatus(order.status), actor.is_any(Role.INSTITUTION_BUYER)
    if status is OrderStatus.AWAITING_APPROVAL:
        may = actor.is_any(Role.INSTITUTION_APPROVER) and order.user_id != actor.user_id
        return "approve" if may else "await_approval"
    if status is OrderStatus.WEIGHED:
        is_first = weighed_by_id is None or weighed_by_id == actor.user_id
        return "await_second" if is_first else "accept"
    return {
        OrderStatus.APPROVED: "await_confirmation",
        OrderStatus.CONFIRMED: "await_dispatch",
        OrderStatus.DISPATCHED: "weigh",
        OrderStatus.ACCEPTED: "invoice" if is_buyer else "await_invoice",
        OrderStatus.INVOICED: "transfer" if is_buyer else "await_transfer",
    }.get(status, "none")


WAY: tuple[tuple[object, Callable[[Order], object]], ...] = (
    (_l("下单"), lambda order: order.placed_at),
    (_l("审批"), lambda order: order.approved_at),
    (_l("供应商确认"), lambda order: order.confirmed_at),
    (_l("发货"), lambda order: order.dispatched_at),
    (_l("称重"), lambda order: order.weighed_at),
    (_l("验收"), lambda order: order.accepted_at),
    (_l("开票"), lambda order: order.invoiced_at),
    (_l("付款"), lambda order: order.paid_at),
)


def way_of(order: Order) -> list[tuple[object, str]]:
    """The order's way as (label, done | current | todo); where it ended, the rest is left out."""
    done: list[tuple[object, str]] = [(label, "done") for label, reached in WAY if reached(order)]
    if order.ended_at is not None:
        return done
    # A weighing that was sent back is to be done again, though it has its day.
    if order.status == OrderStatus.DISPATCHED:
        done = done[:4]
    rest = [label for label, _reached in WAY][len(done) :]
    return [*done, *((label, "todo" if n else "current") for n, label in enumerate(rest))]
