"""The cart joins the shop here."""

from flask import Flask

from orders.cart import access, owner, views


def init_app(app: Flask) -> None:
    """Blueprint, permissions, and the hook that carries a cart through sign-in."""
    app.extensions["policy"].add(access.GRANTS)
    app.extensions.setdefault("after_sign_in", []).append(owner.take_cart_along)
    app.jinja_env.globals["in_measure"] = owner.in_measure
    app.register_blueprint(views.bp)
