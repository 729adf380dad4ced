"""Payments join the shop here."""

from datetime import timedelta

from flask import Flask
from flask_babel import lazy_gettext as _l

from orders.payments import access, cli, jobs, refunds, views, webhooks
from shop import outbox
from shop.jobs import schedule
from shop.web import navigation
from shop.web.frame import csrf


def init_app(app: Flask) -> None:
    """Blueprints, permissions, commands, jobs and the worker's part of a refund."""
    app.extensions["policy"].add(access.GRANTS)
    app.register_blueprint(webhooks.bp)
    app.register_blueprint(views.bp)
    csrf.exempt(webhooks.stripe_webhook)
    cli.init_app(app)
    outbox.register_external(app, refunds.TOPIC, refunds.send_refund)
    schedule(app, "orders:purchase:expire", timedelta(seconds=30), jobs.expire_unpaid)
    schedule(app, "orders:event:retry", timedelta(seconds=30), jobs.retry_waiting_events)
    schedule(app, "orders:payment:reconcile", timedelta(minutes=5), jobs.reconcile)
    navigation.add(
        app,
        navigation.Entry(
            "official",
            _l("支付异常"),
            "payment_anomalies.list_anomalies",
            "orders:payment:read",
            80,
            icon="warn",
        ),
    )
