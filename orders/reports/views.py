"""Officials' pages: totals, the orders behind a figure, an order down to its households."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from orders.models import Channel, FundSource
from orders.quota import labels
from orders.quota.scope import Scope, scope_of
from orders.quota.stages import Stage
from orders.reports import order_list, tracing
from orders.reports.procurement import ROW_LABELS, normalised, procurement
from orders.reports.selection import Selection, read_selection
from orders.states import EVENT_LABELS, STATUS_LABELS, TONES, OrderEventKind, OrderStatus
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.regions import queries as regions
from shop.regions.models import Region
from shop.sheets.book import MAX_ROWS, MIME, workbook
from shop.sheets.report import Kind, Report
from shop.web.paging import Page, asked_page

bp = Blueprint("reports", __name__)
TOTALS_SIZE, ORDERS_SIZE = 100, 50


def asked() -> tuple[Selection, Scope]:
    """What this request asks for, and what its actor may see."""
    scope = scope_of(current_actor())
    return read_selection(request.args, scope, today=clock.today()), scope


def totals_asked() -> tuple[Selection, Report]:
    selection, scope = asked()
    selection = normalised(selection.but(stage=None))
    return selection, procurement(selection, scope)


@bp.get("/official/totals")
@requires("reports:totals:read")
def totals() -> str:
    selection, report = totals_asked()
    page = Page(asked_page(), TOTALS_SIZE, len(report.rows))
    return render_template(
        "orders/reports/totals.html",
        report=report, rows=report.rows[page.offset : page.offset + page.size], page=page,
        selection=selection, places=places(selection), ways=ROW_LABELS, **words(),
        download=url_for("reports.totals_workbook", **selection.arguments()),
    )  # fmt: skip


@bp.get("/official/totals.xlsx")
@requires("reports:totals:read")
def totals_workbook() -> Response:
    selection, report = totals_asked()
    return download(report, f"totals-{selection.since}-{selection.until}.xlsx")


@bp.get("/official/orders")
@requires("reports:order:read")
def orders() -> str:
    selection, scope = asked()
    count, amounts = order_list.count_and_totals(selection, scope)
    page = Page(asked_page(), ORDERS_SIZE, count)
    report = order_list.order_report(
        selection, scope, totals=amounts, offset=page.offset, limit=page.size
    )
    return render_template(
        "orders/reports/orders.html",
        report=report, rows=report.rows, page=page, selection=selection, **words(),
        download=url_for("reports.orders_workbook", **selection.arguments()),
        back=url_for("reports.totals", **selection.arguments(stage=None)),
    )  # fmt: skip


@bp.get("/official/orders.xlsx")
@requires("reports:order:read")
def orders_workbook() -> Response:
    selection, scope = asked()
    _count, amounts = order_list.count_and_totals(selection, scope)
    report = order_list.order_report(selection, scope, totals=amounts, offset=0, limit=MAX_ROWS + 1)
    return download(report, f"orders-{selection.since}-{selection.until}.xlsx")


@bp.get("/official/orders/<number>")
@requires("reports:order:read")
def order(number: str) -> str:
    actor = current_actor()
    traced = tracing.trace_order(number, scope_of(actor), actor=actor)
    return render_template(
        "orders/reports/order.html",
        traced=traced, order=traced.order, status=OrderStatus(traced.order.status),
        story=[_told(event, traced) for event in traced.events],
        status_labels=STATUS_LABELS, tones=TONES, **words(),
    )  # fmt: skip


@bp.get("/official/batches/<public_id>")
@requires("reports:batch:read")
def batch(public_id: str) -> str:
    chain, lines = tracing.trace_batch(public_id, scope_of(current_actor()))
    return render_template(
        "orders/reports/batch.html",
        chain=chain, batch=chain.batch, lines=lines,
        status_labels=STATUS_LABELS, tones=TONES,
    )  # fmt: skip


def _told(event: Any, traced: tracing.TracedOrder) -> dict[str, object]:
    """One line of the story; a consumer's name is nobody's business here."""
    is_person = event.actor_user_id is not None and event.organisation_name is None
    organisation = f" · {event.organisation_name}" if event.organisation_name else ""
    return {
        "label": EVENT_LABELS[OrderEventKind(event.event)],
        "at": event.at,
        "actor": labels.FUNDS[FundSource.PERSONAL]
        if is_person
        else event.actor_name + organisation,
        "note": event.note if event.organisation_name else None,
    }


def places(selection: Selection) -> list[tuple[Region, str]]:
    """The way from the country, or the official's own division, down to the division shown."""
    scope = scope_of(current_actor())
    return [
        (place, url_for("reports.totals", **selection.arguments(
            region=place.code, by="region", own=False, unit=None)))
        for place in regions.path(selection.region)
        if scope.contains(place.code)
    ]  # fmt: skip


def words() -> dict[str, Any]:
    """What the templates say of channels, funds and stages."""
    return {
        "labels": labels, "channels": list(Channel), "funds": list(FundSource),
        "stages": list(Stage), "Kind": Kind,
    }  # fmt: skip


def download(report: Report, name: str) -> Response:
    """A workbook to keep."""
    body = workbook(report, at=clock.now())
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype=MIME, headers=headers)
