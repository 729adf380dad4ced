"""Reports and the check of the invariants join the shop here."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from orders import invariants
from orders.reports import access, dashboard_views, views
from shop.web import navigation
from shop.web.navigation import Entry


def init_app(app: Flask) -> None:
    app.extensions["policy"].add(access.GRANTS)
    app.register_blueprint(views.bp)
    app.register_blueprint(dashboard_views.bp)
    app.cli.add_command(invariants.check_invariants)
    navigation.add(
        app,
        Entry(
            "official",
            _l("总览"),
            "overview.show",
            "reports:totals:read",
            1,
            icon="home",
            key="v",
        ),
        Entry(
            "official",
            _l("采购执行情况"),
            "reports.totals",
            "reports:totals:read",
            10,
            icon="chart",
            key="t",
            within=("reports.idle",),
        ),
        Entry(
            "official",
            _l("订单明细"),
            "reports.orders",
            "reports:order:read",
            15,
            icon="document",
            key="o",
            within=("reports.batch",),
        ),
    )
