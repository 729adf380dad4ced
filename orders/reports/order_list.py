"""The orders behind a figure: their sum is the figure."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import Subquery, func, select

from orders.models import Channel, FundSource, Order
from orders.quota import labels
from orders.quota.models import LedgerEntry
from orders.quota.scope import Scope
from orders.quota.stages import Stage
from orders.reports.procurement import parameters, sentences
from orders.reports.selection import Selection
from orders.states import STATUS_LABELS, OrderStatus
from producers.models import Producer
from shop import clock
from shop.accounts.models import Organisation
from shop.db import db
from shop.money import ZERO, Money
from shop.regions.english import full_place_name
from shop.regions.models import Region
from shop.sheets.report import Column, Group, Kind, Report, Row, Value

Totals = dict[str, dict[Stage, Money]]


def stages_shown(selection: Selection) -> list[Stage]:
    return [Stage(selection.stage)] if selection.stage else list(Stage)


def _conditions(selection: Selection, scope: Scope) -> list[Any]:
    chosen = [LedgerEntry.stage == selection.stage] if selection.stage else []
    return [*selection.conditions(scope), *chosen]


def _sums(selection: Selection) -> list[Any]:
    return [
        func.sum(LedgerEntry.delta).filter(LedgerEntry.stage == stage).label(stage.value)
        for stage in stages_shown(selection)
    ]


def count_and_totals(selection: Selection, scope: Scope) -> tuple[int, Totals]:
    """How many orders, and what they come to by channel, at each stage shown: one query."""
    columns = (LedgerEntry.channel, LedgerEntry.fund_source)
    statement = (
        select(*columns, func.count(LedgerEntry.order_id.distinct()), *_sums(selection))
        .where(*_conditions(selection, scope))
        .group_by(*columns)
    )
    count, found = 0, Totals()
    for channel, fund, orders, *amounts in db.session.execute(statement):
        count += orders
        book = found.setdefault(book_of(channel, fund), {})
        for stage, amount in zip(stages_shown(selection), amounts, strict=True):
            book[stage] = book.get(stage, ZERO) + (amount or ZERO)
    return count, found


def book_of(channel: str, fund_source: str) -> str:
    """Where an order's money stands: one channel's unit purchases, or consumers'."""
    return "consumer" if fund_source == FundSource.PERSONAL else channel


def _book_label(book: str) -> str:
    return _("个人消费") if book == "consumer" else str(labels.CHANNELS[Channel(book)])


def _totals(selection: Selection, totals: Totals) -> list[Row]:
    """A row for each channel; never one over several."""
    if not totals:
        return [Row(_("合计"), dict.fromkeys((s.value for s in stages_shown(selection)), ZERO))]
    alone = len(totals) == 1
    return [
        Row(_("合计") if alone else _("合计：%(channel)s", channel=_book_label(book)),
            {stage.value: amount for stage, amount in amounts.items()})
        for book, amounts in sorted(totals.items())
    ]  # fmt: skip


def _by_order(selection: Selection, scope: Scope) -> Subquery:
    return (
        select(LedgerEntry.order_id, *_sums(selection))
        .where(*_conditions(selection, scope))
        .group_by(LedgerEntry.order_id)
        .subquery()
    )


def order_report(
    selection: Selection, scope: Scope, *, totals: Totals, offset: int, limit: int
) -> Report:
    """Some of the orders, newest first, under the totals of all: one query."""
    sums = _by_order(selection, scope)
    statement = (
        select(
            Order.number, Order.placed_at, Order.status, Order.channel, Order.fund_source,
            Producer.name.label("seller"),
            Organisation.name.label("unit"), Region.full_name.label("region"),
            Region.code.label("region_code"),
            *(sums.c[stage.value] for stage in stages_shown(selection)),
        )
        .join(sums, sums.c.order_id == Order.id)
        .join(Producer, Producer.id == Order.seller_id)
        .join(Region, Region.code == Order.buyer_region_code)
        .outerjoin(Organisation, Organisation.id == Order.budget_unit_id)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .offset(offset)
        .limit(limit)
    )  # fmt: skip
    columns = [
        Column("placed_on", _("下单日"), Kind.TEXT, True),
        Column("unit", _("采购方"), Kind.TEXT),
        Column("region", _("采购方地区"), Kind.TEXT),
        Column("seller", _("供应商"), Kind.TEXT),
        Column("channel", _("渠道"), Kind.TEXT),
        Column("status", _("状态"), Kind.TEXT),
        *(Column(stage.value, str(labels.STAGES[stage])) for stage in stages_shown(selection)),
    ]
    first, *others = _totals(selection, totals)
    return Report(
        title=_("订单明细"),
        question=_("这个数字由哪些订单组成？"),
        row_label=_("订单"),
        groups=[Group("", columns)],
        rows=[_row(found, selection) for found in db.session.execute(statement)],
        totals=first,
        more_totals=others,
        sentences=sentences(selection),
        parameters=parameters(selection),
    )


def _row(found: Any, selection: Selection) -> Row:
    values: dict[str, Value] = {
        "placed_on": _day(found.placed_at),
        "unit": found.unit or _("个人消费者"),
        "region": full_place_name(found.region_code, found.region),
        "seller": found.seller,
        "channel": _book_label(book_of(found.channel, found.fund_source)),
        "status": str(STATUS_LABELS[OrderStatus(found.status)]),
    }
    for stage in stages_shown(selection):
        values[stage.value] = getattr(found, stage.value) or ZERO
    return Row(found.number, values, url_for("reports.order", number=found.number))


def _day(at: datetime) -> str:
    return str(format_date(clock.business_day(at), "yyyy-MM-dd"))
