"""Tells the local Stripe-compatible server of payments that may still be given back.

Without this a refund of an order from the demonstration's past would be refused there.
"""

import os
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from orders.models import Order
from orders.payments.localstripe import shapes
from orders.payments.localstripe.store import Store
from orders.payments.models import Payment
from orders.states import OrderStatus
from shop.db import db

METHOD = "alipay"


def tell_local_provider() -> int:
    """Write the payments of orders that are paid and not sent; returns how many.

    Does nothing where the shop speaks to another provider.
    """
    if not os.environ.get("XIANGYUAN_LOCAL_STRIPE"):
        return 0
    unsent = select(Order.purchase_id).where(Order.status == OrderStatus.PAID)
    payments = db.session.scalars(
        select(Payment)
        .where(Payment.purchase_id.in_(unsent), Payment.status == "paid")
        .order_by(Payment.id)
    ).all()
    store = Store(Path(current_app.config["VAR_DIR"]) / "localstripe")
    try:
        with store.writing():
            for payment in payments:
                _put(store, payment)
    finally:
        store.close()
    return len(payments)


def _put(store: Store, payment: Payment) -> None:
    at = int((payment.paid_at or payment.created_at).timestamp())
    paid = {"amount_total": payment.amount.fen, "currency": payment.currency}
    about = {"reference": payment.purchase.number}
    intent = shapes.payment_intent(paid, metadata=about, method=METHOD, paid=True, at=at)
    intent["id"] = payment.provider_payment_id
    charge = shapes.charge(intent, at=at)
    charge["amount_refunded"] = sum(
        refund.amount.fen for refund in payment.refunds if refund.status == "done"
    )
    intent["latest_charge"] = charge["id"]
    store.put(charge)
    store.put(intent)
