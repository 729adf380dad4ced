"""A step that somebody else took first: nothing is done, and the page says how the order stands."""

from flask_babel import gettext as _

from orders.models import Order
from orders.states import STATUS_LABELS, OrderStatus


def how_it_stands(order: Order) -> str:
    return _(
        "这张订单现在是“%(status)s”，刚才的操作没有执行。",
        status=STATUS_LABELS[OrderStatus(order.status)],
    )
