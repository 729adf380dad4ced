"""What a consumer does: place what is in the cart, ask for money back."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, delete, select

from orders.cart.models import Cart, CartLine
from orders.checkout.quote import mark_of_lines
from orders.models import Order, OrderLine, Purchase
from orders.payments.dealings import new_payment
from orders.payments.locking import lock_purchase
from orders.payments.outcomes import give_order_back
from orders.payments.refunds import owe_refund
from orders.placing import (
    Delivery,
    KeyReused,
    PriceChanged,
    Wanted,
    earlier_purchase,
    place_new,
    repeat,
)
from orders.states import OrderStatus
from shop import audit
from shop.actor import Actor
from shop.db import db
from shop.errors import InvalidInput, InvalidTransition
from shop.failpoints import failpoint
from shop.money import Money

PAYABLE_MOST = Money(99_999_999)
"""Stripe takes at most eight digits of the smallest unit."""


CART_ID = select(Cart.id).where(Cart.user_id == bindparam("user_id")).with_for_update()
IN_CART = (
    select(CartLine.offer_id, CartLine.quantity)
    .where(CartLine.cart_id == bindparam("cart_id"))
    .order_by(CartLine.offer_id)
)
EMPTY_CART = (
    delete(CartLine)
    .where(CartLine.cart_id == bindparam("cart_id"))
    .execution_options(synchronize_session=False)
)


class TooMuchForOnePayment(InvalidInput):
    """The provider takes no single payment so large."""

    default_message = _l("单次付款不能超过 ¥999,999.99，请分几次下单。")


def place_cart(delivery: Delivery, *, key: str, seen: str, actor: Actor, at: datetime) -> Purchase:
    """Order everything in the person's cart, with its payment; the same key gives the same.

    `seen` marks what was shown: anything else is refused. Raises what `place` raises, PriceChanged
    and TooMuchForOnePayment.
    """
    cart_id = db.session.scalar(CART_ID, {"user_id": actor.user_id})
    earlier = earlier_purchase(key, actor)
    if earlier is not None:
        again = repeat(earlier, _wanted_before(earlier.id), delivery)
        if _mark(again) != seen:
            raise KeyReused
        return again
    purchase = place_new(_wanted_now(cart_id), delivery, key=key, actor=actor, at=at)
    if _mark(purchase) != seen:
        raise PriceChanged
    if purchase.total > PAYABLE_MOST:
        raise TooMuchForOnePayment
    db.session.add(new_payment(purchase, at=at))
    db.session.execute(EMPTY_CART, {"cart_id": cart_id})
    failpoint("orders:place:payment_kept")
    return purchase


def _mark(purchase: Purchase) -> str:
    return mark_of_lines(line for order in purchase.orders for line in order.lines)


def _wanted_now(cart_id: int | None) -> list[Wanted]:
    rows = db.session.execute(IN_CART, {"cart_id": cart_id})
    return [Wanted(offer_id, quantity) for offer_id, quantity in rows]


def _wanted_before(purchase_id: int) -> list[Wanted]:
    """What the purchase under this key ordered: the cart it came from is empty by now."""
    rows = db.session.execute(
        select(OrderLine.offer_id, OrderLine.quantity)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.purchase_id == purchase_id)
        .order_by(OrderLine.offer_id)
    )
    return [Wanted(offer_id, quantity) for offer_id, quantity in rows]


def ask_refund(order: Order, reason: str, *, actor: Actor, at: datetime) -> None:
    """Give a paid order back before it is sent: whole, once. Raises InvalidTransition.

    The money goes the way it came; the worker asks the provider for it.
    """
    locked = lock_purchase(order.purchase_id)
    (held,) = [each for each in locked.orders if each.id == order.id]
    if held.status != OrderStatus.PAID:
        raise InvalidTransition
    give_order_back(held, actor=actor, at=at, note=reason)
    owe_refund(locked.payment, held, held.total, reason="asked", actor=actor, at=at)
    audit.record(actor, "orders:order:refund", held, after={"status": held.status}, at=at)
