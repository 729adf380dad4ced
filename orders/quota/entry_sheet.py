"""The entries behind a unit's figures as a sheet to keep: the same rows and sums as the page."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from orders.models import Channel, FundSource
from orders.quota import labels
from orders.quota.queries import EntryRow, EntrySum
from orders.quota.stages import Stage
from shop.sheets import Column, Group, Kind, Report, Row
from shop.web.frame import pick


def entries_report(
    year: int, choice: Mapping[str, str | None], rows: Sequence[EntryRow],
    sums: Sequence[EntrySum], *, unit: str,
) -> Report:  # fmt: skip
    """One row an entry, and one of totals for each channel and stage."""
    totals = [_total(each, alone=len(sums) == 1) for each in sums]
    return Report(
        title=_("%(year)d年度明细", year=year),
        question=_("这个数字由哪些订单组成？"),
        row_label=_("订单号"),
        groups=[
            Group(
                "",
                [
                    Column("day", _("日期"), Kind.TEXT),
                    Column("product", _("商品"), Kind.TEXT),
                    Column("channel", _("渠道"), Kind.TEXT),
                    Column("fund", _("资金来源"), Kind.TEXT),
                    Column("stage", _("阶段"), Kind.TEXT),
                    Column("amount", _("金额")),
                    Column("reason", _("原因"), Kind.TEXT),
                ],
            )
        ],
        rows=[_row(each) for each in rows],
        totals=totals[0] if totals else None,
        more_totals=totals[1:],
        sentences=[what_counts(), str(labels.COUNTING_SENTENCE), str(labels.COMPLETED_SENTENCE)],
        parameters=[(_("填报单位"), unit), (_("年度"), str(year)), *_chosen(choice)],
    )


def what_counts() -> str:
    return _("每一笔都按记账当天列示，更正以负数另记一笔；各渠道、各阶段分别合计，不相加。")


def _chosen(choice: Mapping[str, str | None]) -> list[tuple[str, str]]:
    channel, fund, stage = choice["channel"], choice["fund"], choice["stage"]
    return [
        (_("渠道"), str(labels.CHANNELS[Channel(channel)]) if channel else _("全部")),
        (_("资金来源"), str(labels.FUNDS[FundSource(fund)]) if fund else _("全部")),
        (_("阶段"), str(labels.STAGES[Stage(stage)]) if stage else _("全部")),
    ]


def _row(entry: EntryRow) -> Row:
    return Row(
        entry.order_number,
        {
            "day": entry.day.isoformat(),
            "product": pick(entry, "product_name"),
            "channel": str(labels.CHANNELS[Channel(entry.channel)]),
            "fund": str(labels.FUNDS[FundSource(entry.fund_source)]),
            "stage": str(labels.STAGES[Stage(entry.stage)]),
            "amount": entry.delta,
            "reason": labels.reason_words(entry.reason) if entry.reason else None,
        },
    )


def _total(total: EntrySum, *, alone: bool) -> Row:
    channel, stage = str(labels.CHANNELS[total.channel]), str(labels.STAGES[total.stage])
    label = _("合计") if alone else " · ".join([_("合计：%(channel)s", channel=channel), stage])
    return Row(label, {"channel": channel, "stage": stage, "amount": total.amount})
