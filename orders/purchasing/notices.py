"""Notices about an order: each fact told to the side that did not bring it about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from orders.models import Order
from orders.states import OrderKind
from shop import outbox
from shop.accounts.notices import name_kind, notify
from shop.db import db


@dataclass(frozen=True)
class Words:
    """Who hears of it, and how it reads."""

    to: str
    words: LazyString


TOLD = {
    "placed": Words("unit", _l("订单 %(subject)s 等待审批")),
    "approved": Words("seller", _l("新订单 %(subject)s，请确认")),
    "rejected": Words("unit", _l("订单 %(subject)s 未通过审批")),
    "cancelled": Words("seller", _l("订单 %(subject)s 已被采购单位取消")),
    "confirmed": Words("unit", _l("订单 %(subject)s 已由供应商确认")),
    "declined": Words("unit", _l("供应商未接订单 %(subject)s")),
    "paid": Words("seller", _l("订单 %(subject)s 已付款，请发货")),
    "refunded": Words("seller", _l("订单 %(subject)s 已退款，请勿发货")),
    "dispatched": Words("buyer", _l("订单 %(subject)s 已发货")),
    "weighed": Words("unit", _l("订单 %(subject)s 已称重，等待复核")),
    "sent_back": Words("unit", _l("订单 %(subject)s 需要重新称重")),
    "accepted": Words("seller", _l("订单 %(subject)s 已验收，请开票")),
    "returned": Words("seller", _l("订单 %(subject)s 全部拒收")),
    "invoiced": Words("unit", _l("订单 %(subject)s 已登记发票，等待付款")),
    "settled": Words("seller", _l("订单 %(subject)s 已付款")),
    "received": Words("seller", _l("订单 %(subject)s 已确认收货")),
}


def teller(topic: str, told: Words) -> outbox.Handler:
    """The handler of one topic: leaves one notice, once."""

    def tell(payload: dict[str, Any], at: datetime) -> None:
        order = db.session.get(Order, payload["order_id"], options=[joinedload(Order.seller)])
        if order is None:
            return
        is_unit = order.kind == OrderKind.INSTITUTION
        if told.to == "unit" and not is_unit:
            return
        to_seller = told.to == "seller"
        notify(
            kind=f"order_{topic}",
            subject=order.number,
            dedupe_key=f"order:{order.id}:{topic}:{_occasion(order, topic)}",
            at=at,
            organisation_id=order.seller.organisation_id
            if to_seller
            else order.buyer_organisation_id,
            user_id=order.user_id if not to_seller and not is_unit else None,
            url=_address(order, to_seller, is_unit),
        )

    return tell


def _occasion(order: Order, topic: str) -> str:
    """A delivery may be weighed more than once; each time is told."""
    weighed = order.weighed_at if topic in {"weighed", "sent_back"} else None
    return weighed.isoformat() if weighed else "once"


def _address(order: Order, to_seller: bool, is_unit: bool) -> str:
    if to_seller:
        return f"/supplier/orders/{order.number}"
    return f"/canteen/orders/{order.number}" if is_unit else f"/orders/{order.number}"


def init_app(app: Flask) -> None:
    for topic, told in TOLD.items():
        name_kind(app, f"order_{topic}", told.words)
        outbox.register(app, f"orders:order:{topic}", teller(topic, told))
