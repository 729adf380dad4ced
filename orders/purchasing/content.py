"""What an approval and an acceptance bind to: the very content that the person saw."""

import hashlib
import json
from typing import Any

from flask_babel import lazy_gettext as _l

from orders.fulfilment.models import Acceptance
from orders.models import Order
from shop.errors import DomainError


class ContentChanged(DomainError):
    """What the person saw is not what stands there now."""

    default_message = _l("您看到的内容已经变化，请刷新页面核对后再提交。")


def order_mark(order: Order) -> str:
    """The mark of an order's lines, prices, unit, funds and delivery."""
    lines = [[line.offer_id, line.quantity, line.price.fen, line.amount.fen, line.price_basis]
             for line in order.lines]  # fmt: skip
    return _mark(
        order.number, order.budget_unit_id, order.fund_source, order.channel,
        order.external_reference, order.recipient, order.phone, order.address,
        str(order.delivery_on), order.note, order.total.fen, lines,
    )  # fmt: skip


def weighing_mark(order: Order, acceptance: Acceptance) -> str:
    """The mark of who weighed what, and when."""
    lines = [[line.line_id, line.delivered, line.rejected, line.reason, line.remark]
             for line in sorted(acceptance.lines, key=lambda line: line.line_id)]  # fmt: skip
    return _mark(order.number, acceptance.weighed_by_id, str(acceptance.weighed_at), lines)


def refuse_other(seen: str, mark: str) -> None:
    """Raises ContentChanged unless the mark in the form is that of the record."""
    if seen != mark:
        raise ContentChanged


def _mark(*facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()
