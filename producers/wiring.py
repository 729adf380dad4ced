"""This package joins the shop here."""

from datetime import timedelta

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from producers import (
    access,
    batch_views,
    checklist,
    household_views,
    issuers,
    manage_views,
    review_source,
    review_views,
    views,
)
from shop import jobs, review, upload_views, uploads
from shop.accounts.notices import name_kind
from shop.web import checklist as shared_checklist
from shop.web.navigation import Entry, add

NOTICES = {
    "producers:producer:recommend": _l("%(subject)s 已获县级推荐，等待平台审核。"),
    "producers:producer:approve": _l("%(subject)s 已通过审核，可以开始供货。"),
    "producers:producer:refuse": _l("%(subject)s 的入驻申请未通过，请查看原因。"),
    "producers:producer:suspend": _l("%(subject)s 已被暂停供货。"),
    "producers:producer:reinstate": _l("%(subject)s 已恢复供货。"),
}


def init_app(app: Flask) -> None:
    """Register blueprints, permissions, commands and handlers."""
    app.register_blueprint(views.bp)
    app.extensions["policy"].add(access.GRANTS)
    upload_views.init_app(app)
    app.jinja_env.filters["issuer"] = issuers.issuer_shown
    review.add(app, review_source.SOURCE)
    shared_checklist.add(app, "supplier", checklist.first_steps)
    jobs.schedule(app, "remove-orphan-files", timedelta(days=1), uploads.remove_orphans)
    for each in (batch_views, household_views, manage_views, review_views):
        app.register_blueprint(each.bp)
    for kind, words in NOTICES.items():
        name_kind(app, kind, words)
    add(
        app,
        Entry(
            "supplier",
            _p("many", "批次"),
            "batches.list_batches",
            "producers:batch:read",
            40,
            icon="wheat",
            key="b",
        ),
        Entry(
            "supplier",
            _p("menu", "联结农户"),
            "households.list_households",
            "producers:household:read",
            60,
            icon="household",
            key="h",
        ),
        Entry(
            "supplier",
            _l("主体资料"),
            "supply.show_profile",
            "producers:profile:change",
            70,
            icon="settings",
            key="p",
        ),
        Entry(
            "official",
            _l("供应商审核"),
            "producer_review.list_producers",
            "producers:review:read",
            12,
            icon="cooperative",
        ),
    )
