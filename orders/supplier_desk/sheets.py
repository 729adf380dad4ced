"""The orders and the statement as sheets to keep: the same entries and totals as the pages."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from orders.models import Order
from orders.states import STATUS_LABELS, OrderStatus
from orders.supplier_desk import selling
from orders.supplier_desk.statement import BY_MONTH, LABELS, Asked, Entry, totals
from shop import clock
from shop.money import total
from shop.sheets import Column, Group, Kind, Report, Row
from shop.web.filters import measure
from shop.web.frame import pick


def statement_report(
    asked: Asked, entries: Sequence[Entry], *, seller: str, unit: str | None, on: date
) -> Report:
    """One row an order; days as text, amounts exact."""
    sums = totals(entries)
    period = asked.month if asked.view in BY_MONTH else _("截至 %(day)s", day=on)
    return Report(
        title=_("对账单"),
        question=str(LABELS[asked.view]),
        row_label=_("订单号"),
        groups=[
            Group(
                "",
                [
                    Column("buyer", _("采购方"), Kind.TEXT),
                    Column("accepted_on", _("验收日期"), Kind.TEXT),
                    Column("ordered", _("订购金额")),
                    Column("difference", _("验收差额")),
                    Column("accepted", _("验收金额")),
                    Column("invoice", _("发票号码"), Kind.TEXT),
                    Column("due_on", _("付款期限"), Kind.TEXT),
                    Column("paid_on", _("收款日期"), Kind.TEXT),
                    Column("paid", _("已收")),
                    Column("outstanding", _("未收")),
                    Column("days_over", _("逾期天数"), Kind.COUNT),
                ],
            )
        ],
        rows=[_row(entry, on) for entry in entries],
        totals=Row(
            _("合计"),
            {
                "ordered": sums.ordered, "difference": sums.difference, "accepted": sums.accepted,
                "paid": sums.paid, "outstanding": sums.outstanding,
            },
        ),
        sentences=[what_counts()],
        parameters=[
            (_("供应商"), seller),
            (_("期间"), period),
            (_("采购方"), unit or _("全部采购方")),
        ],
    )  # fmt: skip


def what_counts() -> str:
    return _(
        "只列已验收的订单，金额按验收数量计算；单位订单以登记的对公转账为已收，"
        "个人订单在发货前已付清。付款期限从验收日起按规定天数计算。"
    )


def _row(entry: Entry, on: date) -> Row:
    return Row(
        entry.order.number,
        {
            "buyer": entry.buyer,
            "accepted_on": entry.accepted_on.isoformat(),
            "ordered": entry.order.total,
            "difference": entry.difference,
            "accepted": entry.accepted,
            "invoice": entry.invoice,
            "due_on": entry.term.due_on.isoformat() if entry.term else None,
            "paid_on": entry.paid_on.isoformat() if entry.paid_on else None,
            "paid": entry.paid,
            "outstanding": entry.outstanding,
            "days_over": entry.days_over(on),
        },
    )


def orders_report(asked: selling.Asked, orders: Sequence[Order], *, seller: str) -> Report:
    """One row an order, as the list is filtered; the sum is that of the page."""
    added = [order.total for order in orders if order.status not in asked.left_out]
    return Report(
        title=_("销售订单"),
        question=asked.label,
        row_label=_("订单号"),
        groups=[
            Group(
                "",
                [
                    Column("buyer", _("采购方"), Kind.TEXT),
                    Column("goods", _("商品"), Kind.TEXT),
                    Column("placed_on", _("下单日期"), Kind.TEXT),
                    Column("delivery_on", _("送达日期"), Kind.TEXT),
                    Column("status", _("状态"), Kind.TEXT),
                    Column("total", _("订购金额")),
                ],
            )
        ],
        rows=[_order_row(order) for order in orders],
        totals=Row(_("合计"), {"total": total(added)}),
        sentences=[_("已付款的个人订单和已审批的单位订单。"), *_left_out(asked)],
        parameters=[
            (_("供应商"), seller),
            (_("送达日期"), asked.day.isoformat() if asked.day else _("全部")),
            (_("订单号或采购单位"), asked.words or _("全部")),
        ],
    )


def _left_out(asked: selling.Asked) -> list[str]:
    return [_("合计金额不含已终止的订单。")] if asked.left_out else []


def _order_row(order: Order) -> Row:
    return Row(
        order.number,
        {
            "buyer": order.budget_unit.name if order.budget_unit else _("个人消费者"),
            "goods": _("、").join(
                f"{pick(line, 'product_name')} "
                f"{measure(line.quantity, line.price_basis, pick(line, 'pack_name'))}"
                for line in order.lines
            ),
            "placed_on": clock.business_day(order.placed_at).isoformat(),
            "delivery_on": order.delivery_on.isoformat() if order.delivery_on else None,
            "status": str(STATUS_LABELS[OrderStatus(order.status)]),
            "total": order.total,
        },
    )
