"""A unit's documents: by month, and each as a sheet for paper."""

from flask import Blueprint, render_template

from orders.purchasing.capitals import in_capitals
from orders.purchasing.documents import (
    PAGE_SIZE,
    SHEETS,
    months_of,
    papers_of,
    who_did,
)
from orders.purchasing.queries import find_order, is_buyers
from orders.purchasing.story import open_file
from orders.states import OrderEventKind
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.errors import NotFound
from shop.sheets import sheet_head
from shop.web.asking import asked_month
from shop.web.paging import Page, asked_page

bp = Blueprint("documents", __name__, url_prefix="/canteen")


@bp.get("/documents")
@requires("orders:canteen:read")
def listed() -> str:
    today, actor = clock.today(), current_actor()
    month = asked_month("month") or today.replace(day=1)
    number = asked_page()
    rows, count = papers_of(actor, month, offset=(number - 1) * PAGE_SIZE)
    return render_template(
        "orders/canteen/documents.html",
        rows=rows,
        month=month,
        months=months_of(actor, today),
        page=Page(number, PAGE_SIZE, count),
        sheet_head=sheet_head(),
    )


@bp.get("/orders/<number>/approval-sheet", defaults={"kind": "approval"})
@bp.get("/orders/<number>/acceptance-sheet", defaults={"kind": "acceptance"})
@bp.get("/orders/<number>/settlement-sheet", defaults={"kind": "settlement"})
@requires("orders:canteen:read")
def sheet(number: str, kind: str) -> str:
    """One printable sheet; not found before there is something to print."""
    file = open_file(find_order(is_buyers(current_actor()), number))
    if not SHEETS[kind](file):
        raise NotFound
    return render_template(
        f"orders/canteen/sheet_{kind}.html",
        file=file,
        order=file.order,
        placed_by=who_did(file.order, OrderEventKind.PLACE),
        approved_by=who_did(file.order, OrderEventKind.APPROVE),
        invoiced_by=who_did(file.order, OrderEventKind.INVOICE),
        in_capitals=in_capitals,
        today=clock.today(),
    )
