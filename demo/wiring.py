"""The demonstration world joins the shop here: its seeding command and its accounts."""

from flask import Flask

from demo import cli


def init_app(app: Flask) -> None:
    """Register the commands that only a demonstration has."""
    cli.init_app(app)
