"""How a purchase and an order read to the buyer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from orders.models import Order, Purchase
from orders.payments.models import Payment
from orders.states import EVENT_LABELS, OrderEventKind, OrderStatus
from shop.actor import name_shown


@dataclass(frozen=True)
class Outcome:
    """One state of a purchase in words, what comes next, and what the buyer can do about it."""

    tone: str
    title: object
    text: object
    next: object | None = None
    icon: str = "info"
    can_pay: bool = False
    can_check: bool = False
    can_cancel: bool = False
    can_buy_again: bool = False
    checks_first: bool = False
    """To look again is the main thing to do: who pays again might pay twice."""


PAID = Outcome(
    "good", _l("付款成功"), _l("供应商将尽快发货。"),
    _l("发货和到货都会写在订单里；发货前可以申请退款。"), "check",
)  # fmt: skip
EXPIRED = Outcome(
    "warn", _l("超时未付，已关闭"), _l("没有扣款，商品已放回。需要的话请重新下单。"), icon="clock",
    can_buy_again=True,
)  # fmt: skip
CANCELLED = Outcome(
    "info", _l("已取消"), _l("没有扣款，商品已放回。"), icon="undo", can_buy_again=True
)
REFUNDED = Outcome(
    "info", _l("已退款"), _l("款项已原路退回。"),
    _l("到账时间由付款的银行或钱包决定，通常几个工作日。"), "undo",
)  # fmt: skip
RETURNING = Outcome(
    "warn", _l("款项正在退回"), _l("付款到账时这笔采购已经关闭且无货可发，款项将原路退回。"),
    _l("您不用做什么；退回后这里会写明。"), "undo",
)  # fmt: skip
RETURNED = Outcome(
    "info", _l("款项已退回"), _l("付款到账时这笔采购已经关闭且无货可发，款项已原路退回。"),
    icon="undo", can_buy_again=True,
)  # fmt: skip
WAITING = Outcome(
    "info", _l("正在等待付款确认"),
    _l("支付渠道还没有告诉我们结果，通常几秒钟内就会到。请稍后刷新，不要重复付款。"),
    _l("确认后本页改为“付款成功”，也会给您发消息。"), "clock",
    can_pay=True, can_check=True, can_cancel=True, checks_first=True,
)  # fmt: skip
FAILED = Outcome(
    "bad", _l("付款没有成功"), _l("没有扣款。商品仍为您保留，可以再付一次。"),
    _l("换一种付款方式再试，或者取消，不付就在截止时间自动关闭。"), "warn",
    can_pay=True, can_check=True, can_cancel=True,
)  # fmt: skip
OPEN = Outcome(
    "warn", _l("等待付款"), _l("商品已为您保留，请在截止时间前付款。"),
    _l("到截止时间没有付款，这笔采购自动关闭，不扣款。"), "wallet",
    can_pay=True, can_check=True, can_cancel=True,
)  # fmt: skip
UNOPENED = Outcome(
    "warn", _l("等待付款"), _l("商品已为您保留，但付款页面还没有打开。请点“去付款”。"),
    icon="wallet", can_pay=True, can_cancel=True,
)  # fmt: skip
CLOSED = {"paid": PAID, "expired": EXPIRED, "cancelled": CANCELLED, "refunded": REFUNDED}
LATE = {"paid": RETURNING, "refunded": RETURNED}


def outcome_of(purchase: Purchase, payment: Payment, *, came_back: bool) -> Outcome:
    """`came_back`: the buyer has just returned from the page to pay on."""
    if purchase.status in ("expired", "cancelled") and payment.status in LATE:
        return LATE[payment.status]
    if purchase.status != "open":
        return CLOSED[purchase.status]
    if payment.status == "failed":
        return FAILED
    if payment.status == "created":
        return UNOPENED
    return WAITING if came_back else OPEN


def late_payment(order: Order, payment: Payment | None) -> Outcome | None:
    """What became of money that came after this order had ended; None where none came."""
    if payment is None or order.status not in (OrderStatus.EXPIRED, OrderStatus.CANCELLED):
        return None
    return LATE.get(payment.status)


STEPS = (_l("提交订单"), _l("付款"), _l("供应商发货"), _l("确认收货"))
REACHED = {
    OrderStatus.AWAITING_PAYMENT: 1,
    OrderStatus.PAID: 2,
    OrderStatus.DISPATCHED: 3,
    OrderStatus.COMPLETED: 4,
}
"""How many of the steps are done; an order that ended otherwise goes no way that steps could show."""


def steps_of(orders: Iterable[Order]) -> list[tuple[object, str]]:
    """The way of the goods with the step that is now, as far as the slowest of these orders is."""
    reached = [REACHED.get(OrderStatus(order.status)) for order in orders]
    known = [number for number in reached if number is not None]
    if not known or len(known) < len(reached):
        return []
    done = min(known)
    states = ["done"] * done + ["current"] + ["todo"] * len(STEPS)
    return list(zip(STEPS, states, strict=False))


@dataclass(frozen=True)
class Told:
    """One entry of an order's timeline."""

    label: object
    at: datetime
    actor: str
    note: str | None


def timeline_of(order: Order) -> list[Told]:
    return [
        Told(
            EVENT_LABELS[OrderEventKind(event.event)],
            event.at,
            event.organisation_name or name_shown(event.actor_name),
            event.note,
        )
        for event in order.events
    ]
