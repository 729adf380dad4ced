"""The demonstration world joins the shop here: its seeding command, its accounts, its door."""

from flask import Flask

from demo import cli, views


def init_app(app: Flask) -> None:
    """Register the commands and the page that only a demonstration has."""
    cli.init_app(app)
    app.register_blueprint(views.bp)
