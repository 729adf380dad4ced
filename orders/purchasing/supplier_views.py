"""A seller's pages: orders to confirm, fill, send off and invoice."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from orders.fulfilment import operations as deliveries
from orders.fulfilment.forms import BatchForm, ShipmentForm, batch_form
from orders.fulfilment.queries import held_quantities, usable_lots
from orders.models import Order
from orders.purchasing import operations
from orders.purchasing.buyer_views import invoice_page, note_page
from orders.purchasing.forms import ReasonForm
from orders.purchasing.lists import order_list
from orders.purchasing.queries import find_order, is_sellers
from orders.purchasing.story import OrderFile, open_file
from orders.states import OrderStatus
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import transaction
from shop.errors import InvalidInput, OutOfStock
from shop.web.forms import refuse_extras

bp = Blueprint("supplies", __name__, url_prefix="/supplier/orders/<number>")
Answer = str | Response | tuple[str, int]
BEFORE_DISPATCH = {OrderStatus.CONFIRMED, OrderStatus.PAID}


@requires("orders:supply:read")
def orders() -> str:
    found = order_list(is_sellers(current_actor()))
    return render_template("orders/supplier/orders.html", list=found)


@requires("orders:supply:read")
def order(number: str) -> str:
    return _page(number, ReasonForm(), None)


@bp.post("/confirmation")
@requires("orders:supply:confirm")
def confirmation(number: str) -> Response:
    refuse_extras()
    with transaction():
        operations.confirm(number, actor=current_actor(), at=clock.now())
    flash(_("已确认订单，请安排发货。"), "success")
    return _back(number)


@bp.post("/refusal")
@requires("orders:supply:confirm")
def refusal(number: str) -> Answer:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(number, form, None), 422
    with transaction():
        operations.decline(number, form.reason.data or "", actor=current_actor(), at=clock.now())
    flash(_("已告知采购单位不接单，库存已放回。"), "success")
    return _back(number)


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
    return render_template("orders/supplier/batches.html", order=order, form=form), status


@bp.post("/shipment")
@requires("orders:supply:dispatch")
def shipment(number: str) -> Answer:
    form = ShipmentForm()
    if not form.validate_on_submit():
        return _page(number, ReasonForm(formdata=None), form), 422
    with transaction():
        deliveries.dispatch_order(number, form.to_shipment(), actor=current_actor(), at=clock.now())
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


def _page(number: str, reason_form: ReasonForm, form: ShipmentForm | None) -> str:
    found = _file(number)
    return render_template(
        "orders/supplier/order.html",
        file=found,
        order=found.order,
        reason_form=reason_form,
        shipment_form=form or ShipmentForm(formdata=None),
        today=clock.today(),
    )


def _back(number: str) -> Response:
    return redirect(url_for("supplier.order", number=number))


def _batch_form(order: Order) -> BatchForm:
    held = held_quantities(order)
    return batch_form(order, usable_lots(order, held), held)
