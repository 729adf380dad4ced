"""The order's one transition table, for both ways of buying. Drawn in docs/orders.md."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from shop.states import Machine


class OrderStatus(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    CONFIRMED = "confirmed"
    PAID = "paid"
    DISPATCHED = "dispatched"
    WEIGHED = "weighed"
    ACCEPTED = "accepted"
    INVOICED = "invoiced"
    COMPLETED = "completed"
    EXPIRED = "expired"
    REJECTED = "rejected"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    RETURNED = "returned"


class OrderEventKind(StrEnum):
    PLACE = "place"
    PAY = "pay"
    EXPIRE = "expire"
    APPROVE = "approve"
    REJECT = "reject"
    CONFIRM = "confirm"
    DECLINE = "decline"
    CANCEL = "cancel"
    DISPATCH = "dispatch"
    WEIGH = "weigh"
    SEND_BACK = "send_back"
    ACCEPT = "accept"
    RETURN = "return"
    INVOICE = "invoice"
    SETTLE = "settle"
    RECEIVE = "receive"
    REFUND = "refund"


S, E = OrderStatus, OrderEventKind

CONSUMER = {
    (S.AWAITING_PAYMENT, E.PAY): S.PAID,
    (S.AWAITING_PAYMENT, E.EXPIRE): S.EXPIRED,
    (S.AWAITING_PAYMENT, E.CANCEL): S.CANCELLED,
    (S.EXPIRED, E.PAY): S.PAID,
    (S.PAID, E.DISPATCH): S.DISPATCHED,
    (S.PAID, E.REFUND): S.REFUNDED,
    (S.DISPATCHED, E.RECEIVE): S.COMPLETED,
}
INSTITUTION = {
    (S.AWAITING_APPROVAL, E.APPROVE): S.APPROVED,
    (S.AWAITING_APPROVAL, E.REJECT): S.REJECTED,
    (S.AWAITING_APPROVAL, E.CANCEL): S.CANCELLED,
    (S.APPROVED, E.CONFIRM): S.CONFIRMED,
    (S.APPROVED, E.DECLINE): S.DECLINED,
    (S.APPROVED, E.CANCEL): S.CANCELLED,
    (S.CONFIRMED, E.DISPATCH): S.DISPATCHED,
    (S.DISPATCHED, E.WEIGH): S.WEIGHED,
    (S.WEIGHED, E.SEND_BACK): S.DISPATCHED,
    (S.WEIGHED, E.ACCEPT): S.ACCEPTED,
    (S.WEIGHED, E.RETURN): S.RETURNED,
    (S.ACCEPTED, E.INVOICE): S.INVOICED,
    (S.INVOICED, E.SETTLE): S.COMPLETED,
}


class OrderKind(StrEnum):
    CONSUMER = "consumer"
    INSTITUTION = "institution"


MACHINES: dict[OrderKind, Machine[OrderStatus, OrderEventKind]] = {
    OrderKind.CONSUMER: Machine(CONSUMER),
    OrderKind.INSTITUTION: Machine(INSTITUTION),
}
ENDED_WITHOUT_GOODS = frozenset(
    {S.EXPIRED, S.REJECTED, S.DECLINED, S.CANCELLED, S.REFUNDED, S.RETURNED}
)

STATUS_LABELS = {
    S.AWAITING_PAYMENT: _l("待付款"),
    S.AWAITING_APPROVAL: _l("待审批"),
    S.APPROVED: _l("待供应商确认"),
    S.CONFIRMED: _l("待发货"),
    S.PAID: _l("已付款，待发货"),
    S.DISPATCHED: _l("运输中"),
    S.WEIGHED: _l("已称重，待复核"),
    S.ACCEPTED: _l("已验收，待开票"),
    S.INVOICED: _l("已开票，待付款"),
    S.COMPLETED: _l("已完成"),
    S.EXPIRED: _l("超时未付"),
    S.REJECTED: _l("审批未通过"),
    S.DECLINED: _l("供应商未接单"),
    S.CANCELLED: _l("已取消"),
    S.REFUNDED: _l("已退款"),
    S.RETURNED: _l("全部拒收"),
}
EVENT_LABELS = {
    E.PLACE: _p("event", "下单"),
    E.PAY: _p("event", "付款"),
    E.EXPIRE: _p("event", "超时关闭"),
    E.APPROVE: _p("event", "审批通过"),
    E.REJECT: _p("event", "审批退回"),
    E.CONFIRM: _p("event", "供应商确认"),
    E.DECLINE: _p("event", "供应商不接单"),
    E.CANCEL: _p("event", "取消"),
    E.DISPATCH: _p("event", "发货"),
    E.WEIGH: _p("event", "到货称重"),
    E.SEND_BACK: _p("event", "退回重称"),
    E.ACCEPT: _p("event", "复核验收"),
    E.RETURN: _p("event", "复核：全部拒收"),
    E.INVOICE: _p("event", "登记发票"),
    E.SETTLE: _p("event", "付款登记"),
    E.RECEIVE: _p("event", "确认收货"),
    E.REFUND: _p("event", "退款"),
}
TONES = {
    S.AWAITING_PAYMENT: "warn",
    S.AWAITING_APPROVAL: "warn",
    S.COMPLETED: "good",
    S.EXPIRED: "neutral",
    S.REJECTED: "bad",
    S.DECLINED: "bad",
    S.CANCELLED: "neutral",
    S.REFUNDED: "neutral",
    S.RETURNED: "bad",
}
