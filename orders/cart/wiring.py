"""The cart joins the shop here."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from orders.cart import access, owner, views
from shop.web.navigation import PublicEntry, add_public


def init_app(app: Flask) -> None:
    """Blueprint, permissions, and the hook that carries a cart through sign-in."""
    app.extensions["policy"].add(access.GRANTS)
    app.extensions.setdefault("after_sign_in", []).append(owner.take_cart_along)
    app.jinja_env.globals["in_measure"] = owner.in_measure
    app.register_blueprint(views.bp)
    cart = PublicEntry(
        _l("购物车"),
        "cart.show_cart",
        80,
        icon="cart",
        place="phone",
        within=("cart.", "checkout."),
    )
    add_public(app, cart)
