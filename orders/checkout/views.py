"""Checkout: one page, then the provider's page to pay on."""

import secrets

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from orders.cart import queries as carts
from orders.cart.owner import COUNT_KEY, current_owner
from orders.cart.queries import Contents
from orders.checkout import operations, places, queries
from orders.checkout.forms import PlacementForm
from orders.checkout.quote import mark_of_cart
from orders.payments.current import pay_page_origins
from orders.payments.dealings import NotPayable, payment_page
from orders.payments.gateway import GatewayError
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import transaction
from shop.errors import DomainError
from shop.failpoints import failpoint

bp = Blueprint("checkout", __name__)
Answer = str | Response | tuple[str, int]


@bp.get("/checkout")
@requires("orders:purchase:place")
def show_checkout() -> Answer:
    """`?prefecture=` chooses where the counties come from."""
    form = PlacementForm(formdata=None)
    before = queries.last_delivery(current_actor())
    if before is not None:
        form.recipient.data, form.phone.data = before.recipient, before.phone
        form.address.data, form.region_code.data = before.address, before.buyer_region_code
    cart = carts.contents(current_owner(), on=clock.today())
    if not cart.parts or cart.is_blocked:
        return redirect(url_for("cart.show_cart"))
    chosen = request.args.get("prefecture", "")
    if chosen and before is not None and chosen != places.around(before.buyer_region_code):
        form.region_code.data = form.address.data = None
    elif not chosen and before is not None:
        chosen = places.around(before.buyer_region_code)
    return _page(form, chosen, cart)


@bp.post("/checkout/placement")
@requires("orders:purchase:place")
def place() -> Answer:
    form = PlacementForm()
    if not form.validate_on_submit():
        return _page_again(form), 422
    actor, at = current_actor(), clock.now()
    try:
        with transaction():
            purchase = operations.place_cart(
                form.to_delivery(),
                key=form.key.data or "",
                seen=form.seen.data or "",
                actor=actor,
                at=at,
            )
            purchase_id, number = purchase.id, purchase.number
        failpoint("orders:place:committed")
    except DomainError as refusal:
        form.refuse(None, refusal.message)
        return _page_again(form), refusal.status
    session[COUNT_KEY] = 0
    return to_payment(purchase_id, number)


def to_payment(purchase_id: int, number: str) -> Response:
    """Send the buyer to pay; where the provider does not answer, to the purchase's own page."""
    try:
        return redirect(payment_page(purchase_id, at=clock.now()), 303)
    except GatewayError:
        flash(_("订单已保留，但暂时连不上支付渠道。请稍后点“去付款”。"), "warning")
    except NotPayable as refusal:
        flash(str(refusal.message), "info")
    return redirect(url_for("purchases.show_purchase", number=number), 303)


def _page_again(form: PlacementForm) -> str:
    """The page after a refusal, as filled in, with today's goods and prices."""
    code = form.region_code.data or ""
    is_known = places.is_deliverable(code)
    prefecture = places.around(code) if is_known else request.args.get("prefecture", "")
    return _page(form, prefecture, carts.contents(current_owner(), on=clock.today()))


def _page(form: PlacementForm, prefecture: str, cart: Contents) -> str:
    groups: list[places.Group] = []
    if prefecture:
        form.region_code.choices = [("", _("请选择")), *places.counties(prefecture)]
    else:
        form.region_code.choices = []
        groups = places.prefecture_groups()
    form.key.data = secrets.token_urlsafe(16)
    form.seen.data = mark_of_cart(cart)
    g.form_targets = pay_page_origins()
    return render_template(
        "orders/checkout/checkout.html",
        cart=cart, form=form, prefecture=prefecture, groups=groups,
    )  # fmt: skip
