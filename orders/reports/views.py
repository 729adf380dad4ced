"""Officials' pages: totals, the orders behind a figure, an order down to its households."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from orders.models import Channel, FundSource, OrderEvent
from orders.quota import labels
from orders.quota.scope import Scope, scope_of
from orders.quota.stages import Stage
from orders.reports import idle as idle_units
from orders.reports import order_list, traced_sheets, tracing
from orders.reports.procurement import (
    ROW_LABELS,
    VIEW_LABELS,
    conditions,
    normalised,
    procurement,
)
from orders.reports.selection import WRONG, Selection, read_selection
from orders.reports.way import Step, ended, way_of, way_to
from orders.states import EVENT_LABELS, STATUS_LABELS, TONES, OrderEventKind, OrderStatus
from shop import clock
from shop.access import requires
from shop.actor import current_actor, name_shown
from shop.errors import InvalidInput
from shop.sheets import MAX_ROWS, Kind, Report, in_order, sheet, sheet_head
from shop.sheets.order import NAME
from shop.web.paging import Page, asked_page

bp = Blueprint("reports", __name__)
TOTALS_SIZE, ORDERS_SIZE = 100, 50
NARROWING = ("origin", "category", "fund", "channel", "buyers", "stage")
"""What is chosen besides the period and the place, which the breadcrumbs show."""


def asked() -> tuple[Selection, Scope]:
    """What this request asks for, and what its actor may see."""
    scope = scope_of(current_actor())
    return read_selection(request.args, scope, today=clock.today()), scope


def orders_asked() -> tuple[Selection, Scope]:
    """Orders stand newest first, in one table."""
    selection, scope = asked()
    if selection.sort or selection.view:
        raise InvalidInput(WRONG)
    return selection, scope


def totals_asked() -> tuple[Selection, Report]:
    selection, scope = asked()
    selection = normalised(selection.but(stage=None))
    return selection, procurement(selection, scope)


@bp.get("/official/totals")
@requires("reports:totals:read")
def totals() -> str:
    selection, report = totals_asked()
    view = selection.view or "share"
    ordered = in_order(report, selection.sort)
    page = Page(asked_page(), TOTALS_SIZE, len(ordered))
    steps = way_of(selection, scope_of(current_actor()))
    return render_template(
        "orders/reports/totals.html",
        report=report, rows=ordered[page.offset : page.offset + page.size], page=page,
        groups=report.shown(view), view=view, views=views_of(selection, view),
        sorts=sorts_of(selection, report), selection=selection, way=ended(steps),
        ways=ROW_LABELS, narrowed=narrowed(selection), periods=periods(selection, clock.today()), sheet_head=sheet_head(), **words(),
        download=url_for("reports.totals_workbook", **selection.arguments(view=None)),
    )  # fmt: skip


@bp.get("/official/totals.xlsx")
@requires("reports:totals:read")
def totals_workbook() -> Response:
    selection, report = totals_asked()
    ordered = replace(report, rows=in_order(report, selection.sort))
    return sheet(ordered, f"totals-{selection.since}-{selection.until}")


@bp.get("/official/orders")
@requires("reports:order:read")
def orders() -> str:
    selection, scope = orders_asked()
    count, amounts = order_list.count_and_totals(selection, scope)
    page = Page(asked_page(), ORDERS_SIZE, count)
    report = order_list.order_report(
        selection, scope, totals=amounts, offset=page.offset, limit=page.size
    )
    return render_template(
        "orders/reports/orders.html",
        report=report, rows=report.rows, groups=report.groups, page=page, selection=selection,
        way=ended(way_of(selection, scope), _("订单明细")), periods=periods(selection, clock.today()),
        sheet_head=sheet_head(), narrowed=narrowed(selection), **words(),
        download=url_for("reports.orders_workbook", **selection.arguments()),
        back=url_for("reports.totals", **selection.arguments(stage=None)),
    )  # fmt: skip


@bp.get("/official/orders.xlsx")
@requires("reports:order:read")
def orders_workbook() -> Response:
    selection, scope = orders_asked()
    _count, amounts = order_list.count_and_totals(selection, scope)
    report = order_list.order_report(selection, scope, totals=amounts, offset=0, limit=MAX_ROWS + 1)
    return sheet(report, f"orders-{selection.since}-{selection.until}")


@bp.get("/official/idle")
@requires("reports:totals:read")
def idle() -> str:
    """Units that bought nothing: those with a share reserved, or with `?all=1` all of them."""
    selection, scope, only_reserved = idle_asked()
    every, some, reserved = idle_units.count_idle(selection, scope)
    page = Page(asked_page(), TOTALS_SIZE, some if only_reserved else every)
    report = idle_units.idle_report(
        selection, scope, only_reserved=only_reserved, reserved=reserved, offset=page.offset,
        limit=page.size,
    )  # fmt: skip
    arguments = selection.arguments(by=None)
    return render_template(
        "orders/reports/idle.html",
        report=report, rows=report.rows, groups=report.groups, page=page, selection=selection,
        every=every, some=some, only_reserved=only_reserved, sheet_head=sheet_head(),
        way=ended(way_of(selection, scope), report.title), **words(),
        reserved_url=url_for("reports.idle", **arguments),
        all_url=url_for("reports.idle", **arguments, all=1),
        download=url_for("reports.idle_workbook", **arguments, all=None if only_reserved else 1),
    )  # fmt: skip


@bp.get("/official/idle.xlsx")
@requires("reports:totals:read")
def idle_workbook() -> Response:
    selection, scope, only_reserved = idle_asked()
    _every, _filed, reserved = idle_units.count_idle(selection, scope)
    report = idle_units.idle_report(
        selection,
        scope,
        only_reserved=only_reserved,
        reserved=reserved,
        offset=0,
        limit=MAX_ROWS + 1,
    )
    return sheet(report, f"idle-{selection.since}-{selection.until}")


def idle_asked() -> tuple[Selection, Scope, bool]:
    selection, scope = asked()
    choice = request.args.get("all")
    if choice not in (None, "", "1"):
        raise InvalidInput(WRONG)
    return selection.but(stage=None, sort=None, view=None), scope, choice != "1"


@bp.get("/official/orders/<number>")
@requires("reports:order:read")
def order(number: str) -> str:
    actor = current_actor()
    scope = scope_of(actor)
    traced = tracing.trace_order(number, scope, actor=actor)
    return render_template(
        "orders/reports/order.html",
        traced=traced, order=traced.order, status=OrderStatus(traced.order.status),
        story=[_told(event) for event in traced.events],
        status_labels=STATUS_LABELS, tones=TONES, sheet_head=sheet_head(), **words(),
        way=ended(way_to(traced.order, traced.path, scope), _("订单 %(number)s", number=number)),
        download=url_for("reports.order_workbook", number=number),
    )  # fmt: skip


@bp.get("/official/orders/<number>.xlsx")
@requires("reports:order:read")
def order_workbook(number: str) -> Response:
    actor = current_actor()
    traced = tracing.trace_order(number, scope_of(actor), actor=actor)
    story = [(str(each["label"]), each["at"], str(each["actor"]), each["note"])
             for each in map(_told, traced.events)]  # fmt: skip
    first, *more = traced_sheets.order_reports(traced, story)
    return sheet(first, f"order-{number}", *more)


@bp.get("/official/batches/<public_id>")
@requires("reports:batch:read")
def batch(public_id: str) -> str:
    """A batch; `?order=` is the order that one comes from, if the batch filled any of it."""
    scope = scope_of(current_actor())
    chain, lines = tracing.trace_batch(public_id, scope)
    number = request.args.get("order")
    here = _("批次 %(code)s", code=chain.batch.code if chain.batch else "")
    way: list[Step] = [(_("订单明细"), url_for("reports.orders"))]
    if number in {line.number for line in lines}:
        came_from, places = tracing.placed(str(number), scope)
        way = [*way_to(came_from, places, scope),
               (_("订单 %(number)s", number=number), url_for("reports.order", number=number))]  # fmt: skip
    return render_template(
        "orders/reports/batch.html",
        way=ended(way, here), chain=chain, batch=chain.batch, lines=lines,
        given=sum(each.quantity or 0 for each in chain.households),
        status_labels=STATUS_LABELS, tones=TONES, sheet_head=sheet_head(),
        download=url_for("reports.batch_workbook", public_id=public_id),
    )  # fmt: skip


@bp.get("/official/batches/<public_id>.xlsx")
@requires("reports:batch:read")
def batch_workbook(public_id: str) -> Response:
    chain, lines = tracing.trace_batch(public_id, scope_of(current_actor()))
    first, *more = traced_sheets.batch_reports(chain, lines)
    return sheet(first, f"batch-{chain.batch.code if chain.batch else public_id}", *more)


def _told(event: OrderEvent) -> dict[str, Any]:
    """One line of the story; a consumer's name is nobody's business here."""
    is_person = event.actor_user_id is not None and event.organisation_name is None
    organisation = f" · {event.organisation_name}" if event.organisation_name else ""
    return {
        "label": EVENT_LABELS[OrderEventKind(event.event)],
        "at": event.at,
        "actor": labels.FUNDS[FundSource.PERSONAL]
        if is_person
        else name_shown(event.actor_name) + organisation,
        "note": event.note if event.organisation_name else None,
    }


def words() -> dict[str, Any]:
    """What the templates say of channels, funds and stages."""
    return {
        "labels": labels, "channels": list(Channel), "funds": list(FundSource),
        "stages": list(Stage), "Kind": Kind,
    }  # fmt: skip


def narrowed(selection: Selection) -> list[dict[str, str]]:
    """What is chosen besides the place, each with the way to take it back."""
    if not any(getattr(selection, field) for field in NARROWING):
        return []
    return [
        {"label": term + _("：") + words,
         "url": url_for(str(request.endpoint), **selection.arguments(**{field: None}))}
        for field, term, words in conditions(selection)
        if field in NARROWING
    ]  # fmt: skip


def views_of(selection: Selection, view: str) -> list[tuple[str, str, bool]]:
    """The tables of the totals, as tabs."""
    return [
        (str(label), url_for("reports.totals", **selection.arguments(view=key, sort=None)),
         key == view)
        for key, label in VIEW_LABELS.items()
    ]  # fmt: skip


def sorts_of(selection: Selection, report: Report) -> dict[str, tuple[str, str | None]]:
    """{column: (the totals in its order, the order they are in)}; amounts begin downwards."""
    found: dict[str, tuple[str, str | None]] = {}
    for key in (NAME, *(column.key for column in report.columns)):
        down, up = f"-{key}", key
        now = {up: "ascending", down: "descending"}.get(selection.sort or "")
        first, second = (up, down) if key == NAME else (down, up)
        turned = second if selection.sort == first else first
        found[key] = url_for("reports.totals", **selection.arguments(sort=turned)), now
    return found


def periods(selection: Selection, today: date) -> list[dict[str, object]]:
    """Periods that are asked for often, each as a way to the same page."""
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last = today.year - 1
    ready = [
        (_("本月"), today.replace(day=1), today),
        (_("本季度"), quarter, today),
        (_("本年"), date(today.year, 1, 1), today),
        (_("上年"), date(last, 1, 1), date(last, 12, 31)),
    ]
    return [
        {"label": label, "selected": (selection.since, selection.until) == (since, until),
         "url": url_for(str(request.endpoint), **selection.arguments(since=since, until=until))}
        for label, since, until in ready
    ]  # fmt: skip
