"""832 order numbers: one number stands for one purchase of a unit, so that it counts once."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from orders.models import Order, Purchase
from orders.placing import Account
from orders.states import ENDED_WITHOUT_GOODS
from shop.actor import Actor
from shop.db import db
from shop.errors import InvalidInput


def refuse_used_reference(account: Account, key: str, *, actor: Actor) -> None:
    """Refuse an 832 number that another live purchase of the unit bears. Raises InvalidInput."""
    if account.external_reference is None:
        return
    used = db.session.scalar(
        select(Order.number)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .where(
            Order.budget_unit_id == account.budget_unit_id,
            Order.external_reference == account.external_reference,
            Order.status.not_in(ENDED_WITHOUT_GOODS),
            (Purchase.idempotency_key != key) | (Purchase.user_id != actor.user_id),
        )
        .limit(1)
    )
    if used:
        raise InvalidInput(
            _l("这个832订单号已经用于订单 %(number)s。", number=used), field="external_reference"
        )
