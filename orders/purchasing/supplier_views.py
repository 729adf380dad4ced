"""A seller's pages: orders to confirm, fill, send off and invoice."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from orders.fulfilment import operations as deliveries
from orders.fulfilment.forms import BatchForm, ShipmentForm, batch_form
from orders.fulfilment.queries import held_quantities, usable_lots
from orders.goods import pictures_in
from orders.models import Order
from orders.purchasing import operations
from orders.purchasing.buyer_views import invoice_page, note_page
from orders.purchasing.forms import ReasonForm
from orders.purchasing.overtaken import how_it_stands
from orders.purchasing.queries import find_order, is_sellers
from orders.purchasing.story import OrderFile, open_file
from orders.states import OrderStatus
from orders.supplier_desk.progress import differences, steps_of
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import transaction
from shop.errors import InvalidInput, OutOfStock
from shop.web.acting import carried_out
from shop.web.forms import Form, refuse_extras

bp = Blueprint("supplies", __name__, url_prefix="/supplier/orders/<number>")
Answer = str | Response | tuple[str, int]
BEFORE_DISPATCH = {OrderStatus.CONFIRMED, OrderStatus.PAID}


@requires("orders:supply:read")
def order(number: str) -> str:
    return _page(number)


@bp.post("/confirmation")
@requires("orders:supply:confirm")
def confirmation(number: str) -> Answer:
    refuse_extras()
    form, actor = Form(), current_actor()
    if not _taken(form, lambda: operations.confirm(number, actor=actor, at=clock.now()), number):
        return _page(number, refused=form), 409
    flash(_("已确认订单 %(number)s，请安排发货。", number=number), "success")
    if request.args.get("after") == "list":
        return redirect(url_for("supplier.orders", status="to-confirm"))
    return _back(number)


@bp.post("/refusal")
@requires("orders:supply:confirm")
def refusal(number: str) -> Answer:
    form, actor = ReasonForm(), current_actor()
    if not form.validate_on_submit():
        return _page(number, form), 422
    reason = form.reason.data or ""
    if not _taken(
        form, lambda: operations.decline(number, reason, actor=actor, at=clock.now()), number
    ):
        return _page(number, form), 409
    flash(_("已告知采购单位不接单，库存已放回。"), "success")
    return _back(number)


def _taken(form: Form, act: Callable[[], object], number: str) -> bool:
    """Carry a step out. From a page that is out of date it does nothing, and says how things are."""
    if carried_out(form, act):
        return True
    form.form_errors = [how_it_stands(find_order(is_sellers(current_actor()), number))]
    return False


@bp.route("/batches", methods=["GET", "POST"])
@requires("orders:supply:assign")
def batches(number: str) -> Answer:
    order = find_order(is_sellers(current_actor()), number)
    form = _batch_form(order)
    if order.status not in BEFORE_DISPATCH and not form.is_submitted():
        return _back(number)
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                with transaction():
                    deliveries.assign_batches(
                        number, form.to_chosen(), actor=current_actor(), at=clock.now()
                    )
                flash(_("批次已分配。"), "success")
                return _back(number)
            except (InvalidInput, OutOfStock) as refused:
                order = find_order(is_sellers(current_actor()), number)
                form = _batch_form(order)
                form.validate()
                form.refuse(None, refused.message)
                status = refused.status
    page = render_template(
        "orders/supplier/batches.html",
        order=order,
        form=form,
        pictures=pictures_in(order),
        today=clock.today(),
    )
    return page, status


@bp.post("/shipment")
@requires("orders:supply:dispatch")
def shipment(number: str) -> Answer:
    form, actor = ShipmentForm(), current_actor()
    if not form.validate_on_submit():
        return _page(number, form=form), 422
    shipped = form.to_shipment()
    if not _taken(
        form,
        lambda: deliveries.dispatch_order(number, shipped, actor=actor, at=clock.now()),
        number,
    ):
        return _page(number, form=form), 409
    flash(_("已发货，送货单已生成。"), "success")
    return _back(number)


@bp.get("/delivery-note")
@requires("orders:supply:read")
def delivery_note(number: str) -> str:
    return note_page(_file(number), url_for("supplier.order", number=number), "supplier")


@bp.route("/invoice", methods=["GET", "POST"])
@requires("orders:supply:invoice")
def invoice(number: str) -> Answer:
    return invoice_page(_file(number), url_for("supplier.order", number=number), "supplier")


def _file(number: str) -> OrderFile:
    return open_file(find_order(is_sellers(current_actor()), number))


def _page(
    number: str,
    reason_form: ReasonForm | None = None,
    form: ShipmentForm | None = None,
    refused: Form | None = None,
) -> str:
    found = _file(number)
    return render_template(
        "orders/supplier/order.html",
        file=found,
        order=found.order,
        steps=steps_of(found.order),
        differences=differences(found),
        reason_form=reason_form or ReasonForm(formdata=None),
        shipment_form=form or ShipmentForm(formdata=None),
        refused=refused,
        today=clock.today(),
    )


def _back(number: str) -> Response:
    return redirect(url_for("supplier.order", number=number))


def _batch_form(order: Order) -> BatchForm:
    held = held_quantities(order)
    return batch_form(order, usable_lots(order, held), held)
