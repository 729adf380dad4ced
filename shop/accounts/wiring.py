"""Accounts join the shop here."""

from datetime import timedelta

from flask import Flask
from flask_babel import lazy_gettext as _l

from shop import jobs
from shop.accounts import access, account_views, attempts, entrance, notices, sessions
from shop.web import navigation
from shop.web.frame import login_manager


def init_app(app: Flask) -> None:
    app.extensions["policy"].add(access.GRANTS)
    entrance.init_app(app)
    notices.init_app(app)
    login_manager.user_loader(sessions.find_user)
    app.teardown_request(sessions.touch_session)
    app.register_blueprint(account_views.bp)
    jobs.schedule(app, "forget-sign-in-attempts", timedelta(hours=1), attempts.forget_old)
    for audience in ("buyer", "supplier", "official"):
        permission = f"accounts:{audience}_inbox:read"
        entry = navigation.Entry(audience, _l("消息"), "accounts.inbox", permission, 90)
        navigation.add(app, entry)
