"""The cart's page and its lines."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.models import Offer
from catalog.queries import buyable_offers
from orders.cart import operations, queries
from orders.cart.forms import PackQuantityForm, WeightForm, quantity_form
from orders.cart.owner import COUNT_KEY, current_owner, in_measure, note_count
from orders.cart.pictures import pictures_of
from shop import clock
from shop.access import can, public, requires
from shop.db import transaction
from shop.errors import DomainError
from shop.web.forms import Form
from shop.web.frame import pick

bp = Blueprint("cart", __name__)
REMOVED_KEY = "cart_removed"
Answer = str | Response | tuple[str, int]


@bp.get("/cart")
@public
def show_cart() -> Answer:
    """What is in the cart; people who buy for a unit are shown where they order instead."""
    if not can("orders:cart:use"):
        return render_template("orders/cart/not_for_units.html")
    cart = queries.contents(current_owner(), on=clock.today())
    removed = session.pop(REMOVED_KEY, None)
    return render_template(
        "orders/cart/cart.html", cart=cart, pictures=pictures_of(cart), removed=removed
    )


@bp.post("/cart/lines")
@requires("orders:cart:use")
def add_line() -> Answer:
    offer = operations.find_offer(request.form.get("offer", ""))
    form = quantity_form(offer)
    if not form.validate_on_submit():
        return _quantity_page(form, offer), 422
    owner, offer_id, public_id = current_owner(begin=True), offer.id, offer.public_id
    try:
        with transaction():
            session[COUNT_KEY] = operations.put_line(
                owner, offer_id, form.quantity.data, at=clock.now()
            )
    except DomainError as refusal:
        return _refused(form, public_id, refusal)
    flash(_("已放入购物车。"), "success")
    return redirect(url_for("cart.show_cart"))


@bp.post("/cart/lines/<public_id>/quantity")
@requires("orders:cart:use")
def change_quantity(public_id: str) -> Answer:
    offer = operations.find_offer(public_id)
    form = quantity_form(offer)
    if not form.validate_on_submit():
        return _quantity_page(form, offer), 422
    try:
        with transaction():
            offer = operations.find_offer(public_id)
            operations.change_line(current_owner(), offer, form.quantity.data, at=clock.now())
    except DomainError as refusal:
        return _refused(form, public_id, refusal)
    return redirect(url_for("cart.show_cart"))


@bp.post("/cart/lines/<public_id>/removal")
@requires("orders:cart:use")
def remove_line(public_id: str) -> Answer:
    form, owner = Form(), current_owner()
    if not form.validate_on_submit():
        abort(400)
    with transaction():
        offer = operations.find_offer(public_id)
        quantity = operations.remove_line(owner, offer, at=clock.now())
        if quantity and buyable_offers([offer.id], clock.today()):
            session[REMOVED_KEY] = _removed(offer, quantity)
    note_count(owner)
    return redirect(url_for("cart.show_cart"))


def _removed(offer: Offer, quantity: int) -> dict[str, str]:
    """What was taken out, in words and as the form that puts it back sends it."""
    typed = in_measure(quantity, offer.price_basis)
    return {"offer": offer.public_id, "quantity": typed, "name": pick(offer.product)}


def _refused(form: PackQuantityForm | WeightForm, public_id: str, refusal: DomainError) -> Answer:
    if refusal.status == 404:
        raise refusal
    form.refuse(refusal.field or "quantity", refusal.message)
    return _quantity_page(form, operations.find_offer(public_id)), refusal.status


def _quantity_page(form: PackQuantityForm | WeightForm, offer: Offer) -> str:
    return render_template("orders/cart/quantity.html", form=form, offer=offer)
