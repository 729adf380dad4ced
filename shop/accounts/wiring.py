"""Accounts join the shop here."""

from flask import Flask

from shop.accounts import access, sessions, views
from shop.web.frame import login_manager


def init_app(app: Flask) -> None:
    app.extensions["policy"].add(access.GRANTS)
    login_manager.user_loader(sessions.find_user)
    app.register_blueprint(views.bp)
