"""The platform's pages join the shop here."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from shop.platform import access, views
from shop.web.navigation import Entry, add


def init_app(app: Flask) -> None:
    app.extensions["policy"].add(access.GRANTS)
    app.register_blueprint(views.bp)
    add(
        app,
        Entry(
            "official", _l("后台任务"), "operations.outbox", "shop:outbox:read", 80, icon="history"
        ),
        Entry(
            "official",
            _l("操作记录"),
            "operations.audit_trail",
            "shop:audit:read",
            81,
            icon="eye",
            key="a",
        ),
    )
