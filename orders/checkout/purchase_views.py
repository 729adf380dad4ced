"""A consumer's purchases and orders: how they stand and what can be done."""

from functools import partial

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func
from werkzeug.wrappers import Response

from orders.checkout import operations, queries
from orders.checkout.forms import ReasonForm
from orders.checkout.story import WAITING, late_payment, outcome_of, steps_of, timeline_of
from orders.checkout.views import to_payment
from orders.fulfilment.operations import receive_order
from orders.goods import pictures_of
from orders.payments.current import pay_page_origins
from orders.payments.dealings import ask_provider, end_unpaid
from orders.payments.gateway import GatewayError
from orders.states import OrderEventKind, OrderStatus
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import db, transaction
from shop.errors import DomainError
from shop.regions.english import full_place_name
from shop.regions.queries import recorded_names
from shop.web.forms import refuse_extras
from shop.web.paging import Page, asked_page

bp = Blueprint("purchases", __name__)
PAGE_SIZE = 20
LOOK_AGAIN, LOOKS = 5, 6  # seconds, times
Answer = str | Response | tuple[str, int]


@bp.get("/purchases/<number>")
@requires("orders:purchase:read")
def show_purchase(number: str) -> Response:
    """How the payment stands, and the orders in the purchase.

    While the provider's word is awaited the page looks again by itself, a few times, by a header
    that works without script; `returned` counts them.
    """
    story = queries.own_purchase(number, current_actor())
    outcome = outcome_of(story.purchase, story.payment, came_back="returned" in request.args)
    g.form_targets = pay_page_origins(story.payment.session_url)
    turn = request.args.get("returned", 0, int)
    looks_again = outcome is WAITING and 1 <= turn <= LOOKS
    here = partial(url_for, "purchases.show_purchase", number=number)
    page = render_template(
        "orders/consumer/purchase.html",
        purchase=story.purchase, payment=story.payment, outcome=outcome,
        steps=steps_of(story.purchase.orders), seconds=LOOK_AGAIN if looks_again else None,
        again_url=here(returned=LOOKS + 1),
    )  # fmt: skip
    response = make_response(page)
    if looks_again:
        response.headers["Refresh"] = f"{LOOK_AGAIN}; url={here(returned=turn + 1)}"
    return response


@bp.get("/purchases/<number>/result")
@requires("orders:purchase:read")
def show_result(number: str) -> Response:
    """Back from paying: ask the provider how it went. The page itself decides nothing."""
    _ask(number)
    return redirect(url_for("purchases.show_purchase", number=number, returned=1), 303)


@bp.post("/purchases/<number>/payment")
@requires("orders:purchase:pay")
def pay(number: str) -> Answer:
    """Go (again) to the page to pay on."""
    refuse_extras()
    purchase_id = queries.own_purchase_id(number, current_actor())
    return to_payment(purchase_id, number)


@bp.post("/purchases/<number>/payment-check")
@requires("orders:purchase:pay")
def check_payment(number: str) -> Answer:
    refuse_extras()
    _ask(number)
    return redirect(url_for("purchases.show_purchase", number=number, returned=1))


@bp.post("/purchases/<number>/cancellation")
@requires("orders:purchase:cancel")
def cancel(number: str) -> Answer:
    """Give up an unpaid purchase."""
    refuse_extras()
    actor = current_actor()
    purchase_id = queries.own_purchase_id(number, actor)
    status = end_unpaid(purchase_id, OrderEventKind.CANCEL, actor=actor, at=clock.now())
    if status == "cancelled":
        flash(_("已取消，没有扣款。"), "success")
    elif status == "paid":
        flash(_("这笔采购已经付款，不能取消；发货前可以申请退款。"), "info")
    return redirect(url_for("purchases.show_purchase", number=number))


@bp.get("/orders")
@requires("orders:purchase:read")
def list_orders() -> str:
    found = queries.own_orders(current_actor())
    counted = found.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    page = Page(asked_page(), PAGE_SIZE, db.session.scalar(counted) or 0)
    orders = db.session.scalars(found.offset(page.offset).limit(page.size)).all()
    return render_template(
        "orders/consumer/orders.html", orders=orders, page=page, pictures=pictures_of(orders)
    )


@bp.get("/orders/<number>")
@requires("orders:purchase:read")
def show_order(number: str) -> str:
    return _order_page(number, ReasonForm(formdata=None))


@bp.post("/orders/<number>/receipt")
@requires("orders:order:receive")
def receive(number: str) -> Answer:
    refuse_extras()
    with transaction():
        receive_order(number, actor=current_actor(), at=clock.now())
    flash(_("已确认收货。"), "success")
    return redirect(url_for("purchases.show_order", number=number))


@bp.post("/orders/<number>/refund")
@requires("orders:order:refund")
def refund(number: str) -> Answer:
    """Ask for the money back before the goods are sent."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _order_page(number, form), 422
    try:
        with transaction():
            order = queries.own_order(number, current_actor())
            operations.ask_refund(
                order, form.reason.data or "", actor=current_actor(), at=clock.now()
            )
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        form.refuse(None, refusal.message)
        return _order_page(number, form), refusal.status
    flash(_("已申请退款，款项将原路退回。"), "success")
    return redirect(url_for("purchases.show_order", number=number))


def _order_page(number: str, form: ReasonForm) -> str:
    order = queries.own_order(number, current_actor())
    code = order.buyer_region_code
    recorded = recorded_names([code], full=True).get(code, "")
    return render_template(
        "orders/consumer/order.html",
        order=order, events=timeline_of(order)[::-1], steps=steps_of([order]), form=form, refund=queries.refund_of(order),
        late=late_payment(order, queries.payment_of(order)),
        place=full_place_name(code, recorded), recorded_place=recorded,
        can_receive=order.status == OrderStatus.DISPATCHED,
        can_refund=order.status == OrderStatus.PAID,
        can_pay=order.status == OrderStatus.AWAITING_PAYMENT,
    )  # fmt: skip


def _ask(number: str) -> None:
    """Ask the provider; without its answer the page says that it is still waiting."""
    purchase_id = queries.own_purchase_id(number, current_actor())
    try:
        ask_provider(purchase_id, at=clock.now())
    except GatewayError:
        flash(_("暂时连不上支付渠道，请稍后刷新。"), "warning")
