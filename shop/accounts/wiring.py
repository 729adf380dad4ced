"""Accounts join the shop here."""

from datetime import timedelta

from flask import Flask
from flask_babel import lazy_gettext as _l

from shop import jobs
from shop.accounts import (
    access,
    account_views,
    attempts,
    entrance,
    inbox_views,
    mail,
    notices,
    session_views,
    sessions,
)
from shop.accounts.factors import challenges, enforcement
from shop.accounts.factors import views as factor_views
from shop.accounts.invitations import member_views
from shop.accounts.invitations import views as invitation_views
from shop.web import navigation
from shop.web.frame import login_manager

VIEWS = (
    account_views, session_views, inbox_views, factor_views, member_views, invitation_views,
)  # fmt: skip
"""All on one blueprint."""


def init_app(app: Flask) -> None:
    app.extensions["policy"].add(access.GRANTS)
    entrance.init_app(app)
    notices.init_app(app)
    mail.init_app(app)
    enforcement.init_app(app)
    login_manager.user_loader(sessions.find_user)
    app.teardown_request(sessions.touch_session)
    (bp,) = {views.bp for views in VIEWS}
    app.register_blueprint(bp)
    jobs.schedule(app, "forget-sign-in-attempts", timedelta(hours=1), attempts.forget_old)
    jobs.schedule(app, "forget-sign-in-challenges", timedelta(hours=1), challenges.forget_old)
    navigation.add_public(
        app,
        navigation.PublicEntry(
            _l("我的"),
            "accounts.show_account",
            90,
            icon="user",
            place="phone",
            within=("accounts.",),
        ),
    )
    for audience in ("buyer", "supplier", "official"):
        permission = f"accounts:{audience}_inbox:read"
        entry = navigation.Entry(audience, _l("消息"), "accounts.inbox", permission, 90, "inbox")
        navigation.add(app, entry)
