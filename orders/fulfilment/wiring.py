"""This package joins the shop here."""

from flask import Flask

from catalog.receipts import set_receipts
from orders.fulfilment import receipts, views


def init_app(app: Flask) -> None:
    """Register blueprints, permissions, commands and handlers."""
    app.register_blueprint(views.bp)
    set_receipts(app, receipts.receipts_of)
