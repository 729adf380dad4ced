"""This package joins the shop here."""

from datetime import date

from flask import Flask
from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from orders.models import Channel, FundSource
from orders.purchasing import (
    access,
    approval_views,
    bulk_views,
    buyer_views,
    document_views,
    notices,
    pasting_views,
    supplier_views,
)
from orders.purchasing.bulk_forms import CHANNEL_LABELS, FUND_LABELS
from orders.purchasing.steps import ACTIONS, ENDPOINTS
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
    for views in (
        buyer_views,
        approval_views,
        bulk_views,
        pasting_views,
        document_views,
        supplier_views,
    ):
        app.register_blueprint(views.bp)
    # The list of a seller's orders stands with the seller's desk; this is one of its orders.
    app.add_url_rule("/supplier/orders/<number>", "supplier.order", supplier_views.order)
    navigation.add(
        app,
        Entry(
            "buyer",
            _l("工作台"),
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
            _l("下单"),
            "canteen.new_order",
            "orders:order:place",
            15,
            icon="plus",
            key="n",
            within=("pasting.show", "pasting.read", "pasting.check"),
        ),
        Entry(
            "buyer",
            _l("单据"),
            "documents.listed",
            "orders:canteen:read",
            30,
            icon="certificate",
            key="p",
        ),
        Entry(
            "supplier",
            _p("menu", "销售订单"),
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
        step_label=step_label,
        step_endpoint=ENDPOINTS.__getitem__,
    )
    app.jinja_env.filters.update(beijing_day=business_day, weekday=weekday)


def status_label(status: str) -> str:
    """How an order's status reads."""
    return str(STATUS_LABELS[OrderStatus(status)])


def tone(status: str) -> str:
    """The tag's tone of an order's status."""
    return TONES.get(OrderStatus(status), "info")


def step_label(step: str) -> str:
    """How the action of a step reads."""
    return str(ACTIONS[step])


def weekday(day: date) -> str:
    """周二, or Tue."""
    return format_date(day, "EEE")


def fund_label(source: str) -> str:
    """How a source of funds reads."""
    return str(FUND_LABELS[FundSource(source)])


def channel_label(channel: str) -> str:
    """How a channel reads, and whether it counts."""
    return str(CHANNEL_LABELS[Channel(channel)])
