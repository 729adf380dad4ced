"""The supplier's and the reviewers' pages of the catalogue join the shop here."""

from datetime import timedelta

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from catalog import (
    certificate_views,
    reminders,
    review_source,
    review_views,
    stock_views,
    table_views,
)
from shop import jobs, review
from shop.accounts.notices import name_kind
from shop.web.navigation import Entry, add

REMINDER_CHECK = timedelta(hours=6)

NOTICES = {
    "catalog:offer:list": _l("商品 %(subject)s 已通过审核，开始在售。"),
    "catalog:offer:refuse": _l("商品 %(subject)s 未通过审核，请按原因修改。"),
    "catalog:offer:send_back": _l("商品 %(subject)s 被审核员下架，请按原因修改后重新提交。"),
    "catalog:certificate:approve": _l("证书 %(subject)s 已通过审核。"),
    "catalog:certificate:refuse": _l("证书 %(subject)s 未通过审核，请按原因修改后重新提交。"),
    "catalog:certificate:revoke": _l("证书 %(subject)s 已被撤销，相关商品不能再购买。"),
    reminders.EXPIRING: _l("证书即将到期，请及时续办：%(subject)s"),
}


def init_app(app: Flask) -> None:
    for each in (certificate_views, table_views, review_views, stock_views):
        app.register_blueprint(each.bp)
    review.add(app, *review_source.SOURCES)
    for kind, words in NOTICES.items():
        name_kind(app, kind, words)
    jobs.schedule(app, "remind-of-expiry", REMINDER_CHECK, reminders.remind_of_expiry)
    add(
        app,
        Entry(
            "supplier",
            _p("many", "商品"),
            "listings.list_offers",
            "catalog:offer:read",
            30,
            icon="box",
            key="s",
        ),
        Entry(
            "supplier",
            _p("many", "证书"),
            "certificates.list_certificates",
            "catalog:certificate:read",
            50,
            icon="certificate",
            key="c",
        ),
        Entry(
            "official",
            _l("待审事项"),
            "review.desk",
            "catalog:review:read",
            10,
            icon="check",
            key="d",
        ),
    )
