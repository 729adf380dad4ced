"""This package joins the shop here."""

from datetime import timedelta

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from catalog import (
    access,
    checklist,
    cli,
    field_names,
    fragments,
    indexing,
    producer_goods,
    region_views,
    search,
    storage,
    supply,
    views,
)
from producers.changes import told_of_changes
from producers.goods import set_goods
from shop import jobs, outbox
from shop.web import checklist as shared_checklist
from shop.web import field_words, navigation
from shop.web.navigation import PublicEntry

INDEX_CHECK = timedelta(minutes=10)
WITHIN_GOODS = ("catalog.search", "catalog.product", "catalog.compare")


def init_app(app: Flask) -> None:
    """Register blueprints, permissions, commands and handlers."""
    app.extensions["policy"].add(access.GRANTS)
    search.init_app(app)
    fragments.init_app(app)
    shared_checklist.add(app, "supplier", checklist.first_steps)
    field_words.name_fields(app, field_names.field_names)
    cli.init_app(app)
    app.jinja_env.filters["storage"] = storage.storage_shown
    app.register_blueprint(views.bp)
    app.register_blueprint(region_views.bp)
    told_of_changes(app).append(indexing.on_supply_change)
    set_goods(app, producer_goods.goods_of)
    outbox.register_external(app, indexing.CHANGED, indexing.on_changed)
    outbox.register_external(app, indexing.REBUILD, indexing.on_rebuild)
    jobs.schedule(app, "mend-search-index", INDEX_CHECK, indexing.mend)
    supply.init_app(app)
    navigation.add_public(
        app,
        PublicEntry(_l("首页"), "catalog.home", 10, icon="home"),
        PublicEntry(_p("many", "商品"), "catalog.listing", 20, icon="box", within=WITHIN_GOODS),
        PublicEntry(_l("产地"), "regions.index", 30, icon="place", within=("regions.",)),
    )
