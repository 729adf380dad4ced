"""The statement as a sheet to keep: the same entries and totals as the page."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from orders.supplier_desk.statement import BY_MONTH, LABELS, Asked, Entry, totals
from shop.sheets import Column, Group, Kind, Report, Row


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
