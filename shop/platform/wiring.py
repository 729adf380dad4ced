"""The platform's pages join the shop here."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register blueprints, permissions and navigation."""
