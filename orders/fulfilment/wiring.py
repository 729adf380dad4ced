"""This package joins the shop here."""

from flask import Flask

from orders.fulfilment import views


def init_app(app: Flask) -> None:
    """Register blueprints, permissions, commands and handlers."""
    app.register_blueprint(views.bp)
