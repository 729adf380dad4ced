"""Checkout: one page, then the provider's page to pay on."""

import secrets
from datetime import timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from orders.cart import queries as carts
from orders.cart.owner import COUNT_KEY, current_owner
from orders.cart.pictures import pictures_of
from orders.cart.queries import Contents
from orders.checkout import operations, places, queries
from orders.checkout.forms import PlacementForm
from orders.checkout.quote import mark_of_cart
from orders.payments.current import pay_page_origins
from orders.payments.dealings import NotPayable, payment_page
from orders.payments.gateway import GatewayError
from orders.placing import PAYMENT_TIME
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
    if form.has_asked_for_counties:
        return _counties_listed(form)
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


def _counties_listed(form: PlacementForm) -> Answer:
    """The page as filled in so far, with the counties of the chosen prefecture."""
    form.validate()
    is_strange, form.form_errors = bool(form.form_errors), []
    if is_strange:
        abort(422)
    for field in form:
        field.errors = []
    chosen = form.prefecture.data or ""
    if not places.is_prefecture(chosen):
        form.prefecture.errors = [_("请选择盟市或地级市。")]
        return _page(form, "", carts.contents(current_owner(), on=clock.today())), 422
    return _page(form, chosen, carts.contents(current_owner(), on=clock.today()))


def _page_again(form: PlacementForm) -> str:
    """The page after a refusal, as filled in, with today's goods and prices."""
    code, chosen = form.region_code.data or "", form.prefecture.data or ""
    if not places.is_prefecture(chosen):
        chosen = places.around(code) if places.is_deliverable(code) else ""
    return _page(form, chosen, carts.contents(current_owner(), on=clock.today()))


def _page(form: PlacementForm, prefecture: str, cart: Contents) -> str:
    form.prefecture.data = prefecture
    form.prefecture.choices = {
        "": [("", _("请选择"))],
        **{group.label: group.options for group in places.prefecture_groups()},
    }
    counties = places.counties(prefecture) if prefecture else []
    form.region_code.choices = [("", _("请选择") if counties else _("先列出旗县区")), *counties]
    if len(counties) == 1:
        form.region_code.data = counties[0][0]
    form.key.data = secrets.token_urlsafe(16)
    form.seen.data = mark_of_cart(cart)
    g.form_targets = pay_page_origins()
    return render_template(
        "orders/checkout/checkout.html",
        cart=cart, pictures=pictures_of(cart), form=form, prefecture=prefecture,
        minutes=PAYMENT_TIME // timedelta(minutes=1),
    )  # fmt: skip
