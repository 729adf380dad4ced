"""What is in a cart, what it costs today, and what keeps a line from being bought."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.models import Offer, Product
from catalog.queries import buyable_ids, free_stock
from catalog.rules import BadQuantity, check_quantity
from orders.cart.models import Cart, CartLine
from orders.placing import unit_price
from producers.models import Producer
from shop.db import db
from shop.money import ZERO, Money, total
from shop.units import PriceBasis


@dataclass(frozen=True)
class Owner:
    """Whose cart: a person's, or a browser's by its token. Neither: nobody's."""

    user_id: int | None = None
    token: str | None = None

    @property
    def is_nobody(self) -> bool:
        return self.user_id is None and self.token is None


@dataclass(frozen=True)
class Row:
    """One line at today's price. `problem` says why it cannot be bought now, or is None.

    `is_gone`: no other quantity would help, so it can only be taken out and is in no sum.
    """

    offer: Offer
    quantity: int
    price: Money
    seen_price: Money
    problem: object | None
    is_gone: bool = False

    @property
    def amount(self) -> Money:
        return PriceBasis(self.offer.price_basis).amount(self.price, self.quantity)

    @property
    def has_new_price(self) -> bool:
        return self.price != self.seen_price


@dataclass
class SellerPart:
    """The rows of one seller: they become one order."""

    seller: Producer
    rows: list[Row] = field(default_factory=list)

    @property
    def total(self) -> Money:
        return total(row.amount for row in self.rows if not row.is_gone)

    @property
    def is_gone(self) -> bool:
        return all(row.is_gone for row in self.rows)


@dataclass
class Contents:
    parts: list[SellerPart] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [row for part in self.parts for row in part.rows]

    @property
    def total(self) -> Money:
        return total(part.total for part in self.parts) if self.parts else ZERO

    @property
    def has_gone(self) -> bool:
        return any(row.is_gone for row in self.rows)

    @property
    def sellers(self) -> int:
        """How many orders it would become."""
        return sum(not part.is_gone for part in self.parts)

    @property
    def is_blocked(self) -> bool:
        """Whether some line keeps the cart from being ordered."""
        return any(row.problem is not None for row in self.rows)


def of_owner(owner: Owner) -> "Iterable[object]":
    """The condition that finds an owner's cart."""
    if owner.user_id is not None:
        return (Cart.user_id == owner.user_id,)
    return (Cart.token == owner.token,)


def count_lines(owner: Owner) -> int:
    if owner.is_nobody:
        return 0
    statement = select(func.count(CartLine.id)).join(Cart).where(*of_owner(owner))  # type: ignore[arg-type]
    return db.session.scalar(statement) or 0


def contents(owner: Owner, *, on: date) -> Contents:
    """The cart as it stands on a day, by seller. Four queries however many lines."""
    if owner.is_nobody:
        return Contents()
    statement = (
        select(CartLine)
        .join(Cart)
        .where(*of_owner(owner))  # type: ignore[arg-type]
        .options(
            joinedload(CartLine.offer).options(
                selectinload(Offer.tiers),
                joinedload(Offer.base),
                joinedload(Offer.product).joinedload(Product.producer),
                joinedload(Offer.product).joinedload(Product.picture),
            )
        )
        .order_by(CartLine.id)
    )
    lines = list(db.session.scalars(statement))
    if not lines:
        return Contents()
    ids = [line.offer_id for line in lines]
    sellable, free = buyable_ids(ids, on), free_stock(ids)
    parts: dict[int, SellerPart] = {}
    for line in lines:
        seller = line.offer.product.producer
        is_sellable, left = line.offer_id in sellable, free.get(line.offer_id, 0)
        problem = _problem(line, is_sellable, left)
        price = unit_price(line.offer, line.quantity)
        row = Row(
            line.offer, line.quantity, price, line.seen_price, problem,
            is_gone=not is_sellable or left <= 0,
        )  # fmt: skip
        parts.setdefault(seller.id, SellerPart(seller)).rows.append(row)
    return Contents(list(parts.values()))


def _problem(line: CartLine, is_sellable: bool, free: int) -> object | None:
    if not is_sellable:
        return _l("这件商品已下架或资质不在有效期，现在不能购买。")
    if free <= 0:
        return _l("已售完。")
    try:
        check_quantity(line.quantity, minimum=line.offer.minimum, multiple=line.offer.multiple)
    except BadQuantity as refusal:
        return refusal.message
    return _l("库存不足，请减少数量。") if free < line.quantity else None
