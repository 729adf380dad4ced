"""Putting offers into a cart, changing and taking out, and carrying a browser's cart along."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import joinedload

from catalog.models import Offer
from catalog.queries import buyable_offers
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


SHOWN_OFFER = (
    select(Offer)
    .where(
        Offer.public_id == bindparam("public_id"),
        Offer.status.in_(("listed", "suspended", "retired")),
    )
    .options(joinedload(Offer.tiers))
)
LINES = select(CartLine).where(CartLine.cart_id == bindparam("cart_id")).order_by(CartLine.id)


def find_offer(public_id: str) -> Offer:
    """A listed offer with its tiers. Raises NotFound."""
    offer = db.session.scalars(SHOWN_OFFER, {"public_id": public_id}).unique().one_or_none()
    if offer is None:
        raise NotFound
    return offer


def put_line(owner: Owner, offer_id: int, quantity: int, *, at: datetime) -> int:
    """Add so much of an offer (packs, or grams) to what is in the cart; how many lines it has then.

    Raises NotBuyable, BadQuantity, CartFull.
    """
    cart = _locked_cart(owner, at=at)
    lines = {line.offer_id: line for line in _lines(cart)}
    line = lines.get(offer_id)
    if line is None and len(lines) >= LINES_MOST:
        raise CartFull
    offers = buyable_offers([offer_id], clock.business_day(at))
    if not offers:
        raise NotBuyable
    (offer,) = offers
    wanted = min(quantity + (line.quantity if line else 0), QUANTITY_MOST[offer.price_basis])
    check_quantity(wanted, minimum=offer.minimum, multiple=offer.multiple)
    if line is None:
        line = lines[offer_id] = CartLine(cart_id=cart.id, offer_id=offer_id)
        db.session.add(line)
    line.quantity, line.seen_price = wanted, unit_price(offer, wanted)
    return len(lines)


def change_line(owner: Owner, offer: Offer, quantity: int, *, at: datetime) -> None:
    """Set a line's quantity (packs, or grams). Raises NotFound, BadQuantity."""
    cart = _locked_cart(owner, at=at)
    line = _find_line(cart, offer.id)
    if line is None:
        raise NotFound
    check_quantity(quantity, minimum=offer.minimum, multiple=offer.multiple)
    line.quantity, line.seen_price = quantity, unit_price(offer, quantity)


def remove_line(owner: Owner, offer: Offer, *, at: datetime) -> int | None:
    """Take a line out, and how much it held (packs, or grams); nothing happens where there is none."""
    cart = _locked_cart(owner, at=at)
    line = _find_line(cart, offer.id)
    db.session.execute(
        delete(CartLine).where(CartLine.cart_id == cart.id, CartLine.offer_id == offer.id)
    )
    return line.quantity if line else None


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
    """The owner's cart, made if need be, locked so that two requests cannot put the same line.

    Raises NotFound for a browser that has not begun one.
    """
    if owner.is_nobody:
        raise NotFound
    statement = select(Cart).where(*of_owner(owner)).with_for_update()  # type: ignore[arg-type]
    statement = statement.execution_options(populate_existing=True)
    cart = db.session.scalar(statement)
    if cart is None:
        values = {"user_id": owner.user_id, "token": owner.token, "updated_at": at}
        insert_once(Cart, values)
        cart = db.session.scalars(statement).one()
    cart.updated_at = at
    return cart


def _find_line(cart: Cart, offer_id: int) -> CartLine | None:
    statement = select(CartLine).where(CartLine.cart_id == cart.id, CartLine.offer_id == offer_id)
    return db.session.scalar(statement)


def _lines(cart: Cart) -> list[CartLine]:
    return list(db.session.scalars(LINES, {"cart_id": cart.id}))
