"""A unit's orders as a sheet to keep: the same rows and sums as the page."""

from collections.abc import Sequence

from flask_babel import gettext as _

from orders.models import Channel, FundSource, Order
from orders.purchasing.buying import VIEW_LABELS, Asked, Bought, Sum
from orders.quota import labels
from orders.states import STATUS_LABELS, OrderStatus
from shop import clock
from shop.sheets import Column, Group, Kind, Report, Row
from shop.web.filters import measure
from shop.web.frame import pick


def orders_report(asked: Asked, rows: Sequence[Bought], sums: Sequence[Sum], unit: str) -> Report:
    """One row an order, and one of totals for each channel."""
    totals = [_total(each, alone=len(sums) == 1) for each in sums]
    return Report(
        title=_("采购订单"),
        question=_("本单位下了哪些订单，到了哪一步？"),
        row_label=_("订单号"),
        groups=[
            Group(
                "",
                [
                    Column("placed_on", _("下单日期"), Kind.TEXT),
                    Column("seller", _("供应商"), Kind.TEXT),
                    Column("goods", _("商品"), Kind.TEXT),
                    Column("budget_unit", _("预算单位"), Kind.TEXT),
                    Column("fund", _("资金来源"), Kind.TEXT),
                    Column("channel", _("渠道"), Kind.TEXT),
                    Column("reference", _("832订单号"), Kind.TEXT),
                    Column("delivery_on", _("送货日期"), Kind.TEXT),
                    Column("status", _("状态"), Kind.TEXT),
                    Column("ordered", _("订购金额")),
                    Column("accepted", _("验收金额")),
                    Column("due_on", _("付款期限"), Kind.TEXT),
                ],
            )
        ],
        rows=[_row(each) for each in rows],
        totals=totals[0] if totals else None,
        more_totals=totals[1:],
        sentences=what_counts(asked),
        parameters=[
            (_("采购单位"), unit),
            (_("状态"), _status_words(asked)),
            (_("下单月份"), asked.month.strftime("%Y-%m") if asked.month else _("全部月份")),
            *([(_("查找"), asked.words)] if asked.words else []),
        ],
    )


def what_counts(asked: Asked) -> list[str]:
    counted = _("订购金额是下单时的金额，验收金额按验收数量计算；两个渠道分别合计，不相加。")
    return [counted, _("合计金额不含已终止的订单。")] if asked.left_out else [counted]


def _status_words(asked: Asked) -> str:
    if not asked.status:
        return _("全部")
    return str(VIEW_LABELS.get(asked.status) or STATUS_LABELS[OrderStatus(asked.status)])


def _row(bought: Bought) -> Row:
    order = bought.order
    return Row(
        order.number,
        {
            "placed_on": clock.business_day(order.placed_at).isoformat(),
            "seller": order.seller.name,
            "goods": _goods(order),
            "budget_unit": order.budget_unit.name if order.budget_unit else None,
            "fund": str(labels.FUNDS[FundSource(order.fund_source)]),
            "channel": str(labels.CHANNELS[Channel(order.channel)]),
            "reference": order.external_reference,
            "delivery_on": order.delivery_on.isoformat() if order.delivery_on else None,
            "status": str(STATUS_LABELS[OrderStatus(order.status)]),
            "ordered": order.total,
            "accepted": bought.accepted,
            "due_on": bought.due_on.isoformat() if bought.due_on else None,
        },
    )


def _goods(order: Order) -> str:
    return _("、").join(
        f"{pick(line, 'product_name')} "
        f"{measure(line.quantity, line.price_basis, pick(line, 'pack_name'))}"
        for line in order.lines
    )


def _total(total: Sum, *, alone: bool) -> Row:
    channel = str(labels.CHANNELS[total.channel])
    label = _("合计") if alone else _("合计：%(channel)s", channel=channel)
    return Row(label, {"ordered": total.ordered, "accepted": total.accepted, "channel": channel})
