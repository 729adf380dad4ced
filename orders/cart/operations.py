"""Putting offers into a cart, changing and taking out, and carrying a browser's cart along."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.orm import selectinload

from catalog.models import Offer
from catalog.queries import buyable_ids
from catalog.rules import check_quantity
from orders.cart.models import Cart, CartLine
from orders.cart.queries import Owner, of_owner
from orders.placing import unit_price
from shop import clock
from shop.db import db, insert_once, lock
from shop.errors import DomainError, NotBuyable, NotFound

LINES_MOST = 100
QUANTITY_MOST = {"pack": 9_999_999, "kilogram": 999_999_000}
"""The largest quantity a line may hold: packs, or grams."""


class CartFull(DomainError):
    """A hundred different offers are in the cart already."""

    default_message = _l("购物车最多放 100 种商品，请先结算或移出一些。")


def find_offer(public_id: str) -> Offer:
    """A listed offer with its tiers. Raises NotFound."""
    statement = (
        select(Offer)
        .where(Offer.public_id == public_id, Offer.status.in_(("listed", "suspended", "retired")))
        .options(selectinload(Offer.tiers))
    )
    offer = db.session.scalar(statement)
    if offer is None:
        raise NotFound
    return offer


def put_line(owner: Owner, offer: Offer, quantity: int, *, at: datetime) -> None:
    """Add so much of an offer (packs, or grams) to what is in the cart.

    Raises NotBuyable, BadQuantity, CartFull.
    """
    cart = _locked_cart(owner, at=at)
    line = _find_line(cart, offer.id)
    if line is None and _count(cart) >= LINES_MOST:
        raise CartFull
    if offer.id not in buyable_ids([offer.id], clock.business_day(at)):
        raise NotBuyable
    wanted = min(quantity + (line.quantity if line else 0), QUANTITY_MOST[offer.price_basis])
    check_quantity(wanted, minimum=offer.minimum, multiple=offer.multiple)
    if line is None:
        line = CartLine(cart_id=cart.id, offer_id=offer.id)
        db.session.add(line)
    line.quantity, line.seen_price = wanted, unit_price(offer, wanted)


def change_line(owner: Owner, offer: Offer, quantity: int, *, at: datetime) -> None:
    """Set a line's quantity (packs, or grams). Raises NotFound, BadQuantity."""
    cart = _locked_cart(owner, at=at)
    line = _find_line(cart, offer.id)
    if line is None:
        raise NotFound
    check_quantity(quantity, minimum=offer.minimum, multiple=offer.multiple)
    line.quantity, line.seen_price = quantity, unit_price(offer, quantity)


def remove_line(owner: Owner, offer: Offer, *, at: datetime) -> None:
    """Take a line out; nothing happens where there is none."""
    cart = _locked_cart(owner, at=at)
    db.session.execute(
        delete(CartLine).where(CartLine.cart_id == cart.id, CartLine.offer_id == offer.id)
    )


def merge_carts(token: str, user_id: int, *, at: datetime) -> None:
    """Move a browser's lines into the person's cart: the larger quantity of each offer stays.

    Lines beyond the hundredth are left out. Safe to run twice.
    """
    found = db.session.scalar(select(Cart.id).where(Cart.token == token))
    if found is None:
        return
    own = _locked_cart(Owner(user_id=user_id), at=at)
    (guest,) = lock(Cart, [found]) or [None]
    if guest is None:
        return
    held = {line.offer_id: line for line in _lines(own)}
    for line in _lines(guest):
        mine = held.get(line.offer_id)
        if mine is not None:
            mine.quantity = max(mine.quantity, line.quantity)
        elif len(held) < LINES_MOST:
            held[line.offer_id] = CartLine(
                cart_id=own.id,
                offer_id=line.offer_id,
                quantity=line.quantity,
                seen_price=line.seen_price,
            )
            db.session.add(held[line.offer_id])
    db.session.execute(delete(CartLine).where(CartLine.cart_id == guest.id))
    db.session.execute(delete(Cart).where(Cart.id == guest.id))


def _locked_cart(owner: Owner, *, at: datetime) -> Cart:
    """The owner's cart, made if need be, locked so that two requests cannot put the same line."""
    statement = select(Cart.id).where(*of_owner(owner))  # type: ignore[arg-type]
    cart_id = db.session.scalar(statement)
    if cart_id is None:
        values = {"user_id": owner.user_id, "token": owner.token, "updated_at": at}
        insert_once(Cart, values)
        cart_id = db.session.scalar(statement)
    assert cart_id is not None
    cart: Cart = lock(Cart, [cart_id])[0]
    cart.updated_at = at
    return cart


def _find_line(cart: Cart, offer_id: int) -> CartLine | None:
    statement = select(CartLine).where(CartLine.cart_id == cart.id, CartLine.offer_id == offer_id)
    return db.session.scalar(statement)


def _lines(cart: Cart) -> list[CartLine]:
    statement = select(CartLine).where(CartLine.cart_id == cart.id).order_by(CartLine.id)
    return list(db.session.scalars(statement))


def _count(cart: Cart) -> int:
    statement = select(func.count(CartLine.id)).where(CartLine.cart_id == cart.id)
    return db.session.scalar(statement) or 0
