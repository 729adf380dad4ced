"""This package joins the shop here."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from orders.models import Channel, FundSource
from orders.purchasing import (
    access,
    approval_views,
    bulk_views,
    buyer_views,
    notices,
    supplier_views,
)
from orders.purchasing.bulk_forms import CHANNEL_LABELS, FUND_LABELS
from orders.states import STATUS_LABELS, TONES, OrderStatus
from shop.clock import business_day
from shop.web import navigation
from shop.web.navigation import Entry


def init_app(app: Flask) -> None:
    """Register blueprints, permissions, commands and handlers."""
    app.extensions["policy"].add(access.GRANTS)
    app.add_url_rule(
        "/canteen/orders/new", "canteen.new_order", bulk_views.new_order, methods=["GET", "POST"]
    )
    for views in (buyer_views, approval_views, bulk_views, supplier_views):
        app.register_blueprint(views.bp)
    # The seller's desk is a lower package's blueprint "supplier"; these two pages are its orders.
    app.add_url_rule("/supplier/orders", "supplier.orders", supplier_views.orders)
    app.add_url_rule("/supplier/orders/<number>", "supplier.order", supplier_views.order)
    navigation.add(
        app,
        Entry(
            "buyer",
            _l("采购工作台"),
            "canteen.desk",
            "orders:canteen:read",
            10,
            icon="home",
            key="d",
        ),
        Entry(
            "buyer",
            _l("采购订单"),
            "canteen.orders",
            "orders:canteen:read",
            20,
            icon="document",
            key="o",
        ),
        Entry(
            "buyer",
            _l("批量下单"),
            "canteen.new_order",
            "orders:order:place",
            15,
            icon="plus",
            key="n",
        ),
        Entry(
            "supplier",
            _l("销售订单"),
            "supplier.orders",
            "orders:supply:read",
            20,
            icon="document",
            key="o",
        ),
    )
    notices.init_app(app)
    app.jinja_env.globals.update(
        order_status_label=status_label,
        order_tone=tone,
        fund_label=fund_label,
        channel_label=channel_label,
    )
    app.jinja_env.filters["beijing_day"] = business_day


def status_label(status: str) -> str:
    """How an order's status reads."""
    return str(STATUS_LABELS[OrderStatus(status)])


def tone(status: str) -> str:
    """The tag's tone of an order's status."""
    return TONES.get(OrderStatus(status), "info")


def fund_label(source: str) -> str:
    """How a source of funds reads."""
    return str(FUND_LABELS[FundSource(source)])


def channel_label(channel: str) -> str:
    """How a channel reads, and whether it counts."""
    return str(CHANNEL_LABELS[Channel(channel)])
