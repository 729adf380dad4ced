"""Reserved shares join the shop here."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from orders.quota import access, review_source, rule_views, sources, views
from shop import review
from shop.web import navigation
from shop.web.navigation import Entry


def init_app(app: Flask) -> None:
    app.extensions["policy"].add(access.GRANTS)
    review.add(app, review_source.SOURCE)
    app.jinja_env.filters["sources"] = sources.sources_of
    for each in (views, rule_views):  # the rules stand in the blueprint of the filings
        app.register_blueprint(each.bp)
    navigation.add(
        app,
        Entry(
            "buyer",
            _l("预留份额"),
            "quota.unit_progress",
            "quota:progress:read",
            60,
            icon="quota",
            key="q",
        ),
        Entry(
            "official",
            _l("预留份额填报"),
            "quota_review.list_plans",
            "quota:plan:list",
            20,
            icon="quota",
            key="q",
        ),
        Entry(
            "official",
            _l("规则"),
            "quota_review.list_rules",
            "quota:rule:list",
            40,
            icon="rule",
            key="r",
        ),
    )
