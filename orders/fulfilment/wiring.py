"""This package joins the shop here."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register blueprints, permissions, commands and handlers."""
