"""Receiving a delivery: one person weighs, another accepts or sends back."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from orders.fulfilment import operations
from orders.fulfilment.forms import REJECTION_REASONS, WeighingForm, weighing_form
from orders.models import Order
from orders.purchasing.buyer_views import Answer, overtaken_page, take_step
from orders.purchasing.content import weighing_mark
from orders.purchasing.forms import MarkForm, ReasonForm
from orders.purchasing.queries import find_order, is_buyers
from orders.purchasing.story import open_file
from orders.states import OrderStatus
from shop import clock
from shop.access import requires
from shop.actor import current_actor

bp = Blueprint("receiving", __name__, url_prefix="/canteen/orders/<number>")


@bp.get("/weighing")
@requires("orders:order:weigh")
def show_weighing(number: str) -> Answer:
    order = _order(number)
    if order.status != OrderStatus.DISPATCHED:
        return _order_page(number)
    return _weighing_page(order, weighing_form(order))


@bp.post("/weighing")
@requires("orders:order:weigh")
def record_weighing(number: str) -> Answer:
    order, actor = _order(number), current_actor()
    if order.status != OrderStatus.DISPATCHED:
        return overtaken_page(number)
    form = weighing_form(order)
    if form.step.data == "all":
        form.take_as_ordered()
        return _weighing_page(order, form)
    if not form.validate_on_submit():
        return _weighing_page(order, form), 422
    weighing = form.to_weighing()
    return take_step(
        number,
        lambda: operations.weigh_delivery(number, weighing, actor=actor, at=clock.now()),
        _("已登记到货数量，请本单位另一个人复核。"),
    )


@bp.get("/acceptance")
@requires("orders:order:accept")
def show_acceptance(number: str) -> Answer:
    order = _order(number)
    if order.status != OrderStatus.WEIGHED:
        return _order_page(number)
    return _acceptance_page(order, ReasonForm())


@bp.post("/acceptance")
@requires("orders:order:accept")
def create_acceptance(number: str) -> Answer:
    form, actor = MarkForm(), current_actor()
    seen = (form.seen.data or "") if form.validate_on_submit() else ""
    return take_step(
        number,
        lambda: operations.accept_delivery(number, seen, actor=actor, at=clock.now()),
        _("验收已完成。"),
    )


@bp.post("/acceptance/refusal")
@requires("orders:order:accept")
def refuse_weighing(number: str) -> Answer:
    form, order, actor = ReasonForm(), _order(number), current_actor()
    if order.status != OrderStatus.WEIGHED:
        return overtaken_page(number)
    if not form.validate_on_submit():
        return _acceptance_page(order, form), 422
    reason = form.reason.data or ""
    return take_step(
        number,
        lambda: operations.send_back(number, reason, actor=actor, at=clock.now()),
        _("已退回重新称重。"),
    )


def _order(number: str) -> Order:
    return find_order(is_buyers(current_actor()), number)


def _order_page(number: str) -> Response:
    return redirect(url_for("canteen.order", number=number))


def _weighing_page(order: Order, form: WeighingForm) -> str:
    return render_template(
        "orders/canteen/weighing.html", order=order, form=form, reasons=REJECTION_REASONS
    )


def _acceptance_page(order: Order, reason_form: ReasonForm) -> str:
    found = open_file(order)
    acceptance = found.acceptance
    return render_template(
        "orders/canteen/acceptance.html",
        file=found,
        order=order,
        seen=weighing_mark(order, acceptance) if acceptance else "",
        is_first=acceptance is not None and acceptance.weighed_by_id == current_actor().user_id,
        reason_form=reason_form,
    )
