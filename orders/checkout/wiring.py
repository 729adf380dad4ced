"""The consumer's checkout, purchases and orders join the shop here."""

from flask import Flask

from orders.checkout import access, notices, purchase_views, views
from shop.web.navigation import add_within


def init_app(app: Flask) -> None:
    """Blueprints, permissions and the notices that follow what happens to a purchase."""
    app.extensions["policy"].add(access.GRANTS)
    app.register_blueprint(views.bp)
    app.register_blueprint(purchase_views.bp)
    add_within(app, "accounts.show_account", "purchases.")
    notices.init_app(app)
