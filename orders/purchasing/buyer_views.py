"""A buying unit's pages: desk, orders, one order with its invoice and payment."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from orders.payments import transfers
from orders.purchasing import buying, operations
from orders.purchasing.content import order_mark
from orders.purchasing.desk import desk_of
from orders.purchasing.documents import months_of
from orders.purchasing.effect import effect_of
from orders.purchasing.forms import InvoiceForm, ReasonForm, TransferForm
from orders.purchasing.overtaken import how_it_stands
from orders.purchasing.queries import find_order, is_buyers
from orders.purchasing.sheets import orders_report, what_counts
from orders.purchasing.steps import way_of
from orders.purchasing.story import OrderFile, next_step, open_file
from orders.quota import labels
from orders.quota.figures import channel_figures
from orders.states import OrderStatus
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import transaction
from shop.errors import InvalidTransition, NotFound
from shop.sheets import MAX_ROWS, sheet, sheet_head
from shop.web.acting import carried_out
from shop.web.checklist import first_steps

bp = Blueprint("canteen", __name__, url_prefix="/canteen")
Answer = str | Response | tuple[str, int]


@bp.get("")
@requires("orders:canteen:read")
def desk() -> str:
    today = clock.today()
    found = desk_of(current_actor(), on=today)
    return render_template(
        "orders/canteen/desk.html",
        desk=found,
        channels=channel_figures(found.quota.progress),
        counting_sentence=labels.COUNTING_SENTENCE,
        steps=first_steps(),
        today=today,
    )


@bp.get("/orders")
@requires("orders:canteen:read")
def orders() -> str:
    actor, asked, today = current_actor(), buying.Asked.read(), clock.today()
    return render_template(
        "orders/canteen/orders.html",
        list=buying.buying_of(actor, asked),
        asked=asked,
        views=buying.VIEW_LABELS,
        months=months_of(actor, today),
        channels=labels.CHANNELS,
        what_counts=what_counts(asked),
        sheet_head=sheet_head(),
        today=today,
    )


@bp.get("/orders.xlsx")
@requires("orders:canteen:read")
def orders_workbook() -> Response:
    """All orders of the list as it is filtered."""
    actor, asked = current_actor(), buying.Asked.read()
    rows = buying.rows_of(actor, asked, offset=0, limit=MAX_ROWS + 1)
    report = orders_report(asked, rows, buying.sums_of(actor, asked), actor.organisation_name or "")
    return sheet(report, f"orders-{clock.today()}")


@bp.get("/orders/<number>")
@requires("orders:canteen:read")
def order(number: str) -> str:
    return order_page(number, ReasonForm())


@bp.get("/orders/<number>/delivery-note")
@requires("orders:canteen:read")
def delivery_note(number: str) -> str:
    return note_page(_file(number), url_for("canteen.order", number=number), "buyer")


@bp.post("/orders/<number>/cancellation")
@requires("orders:order:withdraw")
def cancellation(number: str) -> Answer:
    form = ReasonForm()
    if not form.validate_on_submit():
        return order_page(number, form), 422
    reason, actor = form.reason.data or "", current_actor()
    return take_step(
        number,
        lambda: operations.cancel(number, reason, actor=actor, at=clock.now()),
        _("订单已取消，库存已放回。"),
    )


@bp.route("/orders/<number>/invoice", methods=["GET", "POST"])
@requires("orders:invoice:record")
def invoice(number: str) -> Answer:
    return invoice_page(_file(number), url_for("canteen.order", number=number), "buyer")


@bp.route("/orders/<number>/transfer", methods=["GET", "POST"])
@requires("orders:transfer:record")
def transfer(number: str) -> Answer:
    form, found = TransferForm(), _file(number)
    back = url_for("canteen.order", number=number)
    if found.order.status != OrderStatus.INVOICED:
        if not form.is_submitted():
            return redirect(back)
        form.refuse(None, how_it_stands(found.order))
    elif form.validate_on_submit():
        facts, actor = form.to_facts(), current_actor()
        if carried_out(
            form, lambda: transfers.record_transfer(number, facts, actor=actor, at=clock.now())
        ):
            flash(_("付款已登记，订单完成。"), "success")
            return redirect(back)
        found = _file(number)
    page = render_template("orders/canteen/transfer.html", file=found, form=form, back=back)
    return page, 422 if form.is_submitted() else 200


def order_page(number: str, reason_form: ReasonForm) -> str:
    """The order's page, also shown again when a reason is missing."""
    found = _file(number)
    step = next_step(found, current_actor())
    return render_template(
        "orders/canteen/order.html",
        file=found,
        order=found.order,
        next_step=step,
        way=way_of(found.order),
        effect=effect_of(found.order) if step == "approve" else None,
        seen=order_mark(found.order),
        reason_form=reason_form,
        may_cancel=found.order.status in {OrderStatus.AWAITING_APPROVAL, OrderStatus.APPROVED},
        today=clock.today(),
    )


def take_step(number: str, act: Callable[[], object], done: str) -> Answer:
    """Carry a step out and go back to the order, unless somebody else was faster."""
    try:
        with transaction():
            act()
    except InvalidTransition:
        return overtaken_page(number)
    flash(done, "success")
    return redirect(url_for("canteen.order", number=number))


def overtaken_page(number: str) -> tuple[str, int]:
    """The order as it stands, for a step that is no longer to be taken."""
    flash(how_it_stands(_file(number).order), "warning")
    return order_page(number, ReasonForm(formdata=None)), 409


def invoice_page(found: OrderFile, back: str, section: str) -> Answer:
    """The invoice form, for the buying unit and for the seller alike."""
    form = InvoiceForm()
    number = found.order.number
    if found.order.status != OrderStatus.ACCEPTED:
        if not form.is_submitted():
            return redirect(back)
        form.refuse(None, how_it_stands(found.order))
    elif form.validate_on_submit():
        facts, actor = form.to_facts(), current_actor()
        if carried_out(
            form, lambda: transfers.record_invoice(number, facts, actor=actor, at=clock.now())
        ):
            flash(_("发票已登记。"), "success")
            return redirect(back)
    page = render_template(
        "orders/canteen/invoice.html", file=found, form=form, back=back, section=section
    )
    return page, 422 if form.is_submitted() else 200


def note_page(found: OrderFile, back: str, section: str) -> str:
    """The printable delivery note; there is none before dispatch."""
    if found.dispatch is None:
        raise NotFound
    return render_template(
        "orders/supplier/delivery_note.html", file=found, back=back, section=section
    )


def _file(number: str) -> OrderFile:
    return open_file(find_order(is_buyers(current_actor()), number))
