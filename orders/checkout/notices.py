"""What the buyer is told about a purchase without having asked: paid, closed unpaid, or paid in vain."""

from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from orders.models import Purchase
from shop import outbox
from shop.accounts.notices import name_kind, notify
from shop.db import db

KINDS = {
    "paid": _l("采购 %(subject)s 已付款"),
    "expired": _l("采购 %(subject)s 超时未付，已关闭"),
    "cancelled": _l("采购 %(subject)s 已取消"),
    "returned": _l("采购 %(subject)s 关闭后才到账，款项将原路退回"),
}


def tell_buyer(payload: dict[str, Any], at: datetime) -> None:
    """One notice for each end that a purchase comes to."""
    purchase = db.session.get(Purchase, payload["purchase_id"])
    what = payload["what"]
    if purchase is None or what not in KINDS:
        return
    notify(
        kind=f"purchase_{what}",
        subject=purchase.number,
        dedupe_key=f"purchase:{purchase.id}:{what}",
        at=at,
        user_id=purchase.user_id,
        url=f"/purchases/{purchase.number}",
    )


def init_app(app: Flask) -> None:
    for what, words in KINDS.items():
        name_kind(app, f"purchase_{what}", words)
    outbox.register(app, "orders:purchase:changed", tell_buyer)
