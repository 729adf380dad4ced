"""This package joins the shop here."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from orders.supplier_desk import views
from shop.web.navigation import Entry, add


def init_app(app: Flask) -> None:
    """Register the blueprint and its place in the navigation."""
    app.register_blueprint(views.bp)
    add(
        app,
        Entry(
            "supplier",
            _l("工作台"),
            "supplier.desk",
            "orders:supply:read",
            10,
            icon="home",
            key="d",
        ),
        Entry(
            "supplier",
            _l("对账单"),
            "supplier.statement",
            "orders:supply:read",
            25,
            icon="wallet",
            key="m",
        ),
    )
