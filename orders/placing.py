"""Placing: cart, stock, quota and order meet here and nowhere else."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, select

from catalog import queries, stock
from catalog.models import Offer
from catalog.rules import check_quantity, price_at
from orders.models import Channel, FundSource, Order, OrderLine, Purchase
from orders.quota import ledger
from orders.quota.models import Stage
from orders.states import OrderEventKind, OrderKind, OrderStatus
from shop import audit, clock, outbox
from shop.actor import Actor
from shop.db import db
from shop.errors import DomainError, InvalidInput, NotBuyable
from shop.failpoints import failpoint
from shop.money import Money, total
from shop.units import PriceBasis

PAYMENT_TIME = timedelta(minutes=31)
"""How long stock is held for an unpaid consumer: Stripe's shortest session is 30 minutes."""


class KeyReused(DomainError):
    """One idempotency key, two different requests."""

    default_message = _l("这次提交与先前的内容不同，请刷新页面后重新下单。")


class PriceChanged(DomainError):
    """What the buyer saw is no longer what it costs."""

    default_message = _l("价格有变化，请核对后重新提交。")


@dataclass(frozen=True)
class Wanted:
    """One offer and a quantity in its own measure; `seen` is the price that the buyer saw."""

    offer_id: int
    quantity: int
    seen: Money | None = None


@dataclass(frozen=True)
class Delivery:
    """Where, to whom and when."""

    recipient: str
    phone: str
    address: str
    region_code: str
    on: date | None = None
    note: str | None = None


@dataclass(frozen=True)
class Account:
    """On whose account an institution buys."""

    organisation_id: int
    budget_unit_id: int
    department_id: int | None
    region_code: str
    fund_source: FundSource
    channel: Channel = Channel.LOCAL
    external_reference: str | None = None


@dataclass
class _Basket:
    offers: dict[int, Offer]
    certificates: dict[tuple[int, int], list[str]]
    wanted: Sequence[Wanted]
    by_seller: dict[int, list[Wanted]] = field(default_factory=dict)


def place(
    wanted: Sequence[Wanted],
    delivery: Delivery,
    *,
    key: str,
    account: Account | None = None,
    actor: Actor,
    at: datetime,
) -> Purchase:
    """Turn wanted offers into one purchase with an order per seller; the same key returns the same.

    A consumer's purchase (no account) waits for payment and holds stock until it expires; an
    institution's waits for approval and holds stock without end.
    Raises InvalidInput, BadQuantity, NotBuyable, PriceChanged, OutOfStock, KeyReused.
    """
    earlier = earlier_purchase(key, actor)
    if earlier is not None:
        return repeat(earlier, wanted, delivery, account)
    return place_new(wanted, delivery, key=key, account=account, actor=actor, at=at)


EARLIER = select(Purchase).where(
    Purchase.user_id == bindparam("user_id"), Purchase.idempotency_key == bindparam("key")
)


def earlier_purchase(key: str, actor: Actor) -> Purchase | None:
    """What this person placed under this key before."""
    return db.session.scalar(EARLIER, {"user_id": actor.user_id, "key": key})


def repeat(
    earlier: Purchase, wanted: Sequence[Wanted], delivery: Delivery, account: Account | None = None
) -> Purchase:
    """The earlier purchase, if the very same was asked for. Raises KeyReused."""
    if earlier.request_fingerprint != _fingerprint(wanted, delivery, account):
        raise KeyReused
    return earlier


def place_new(
    wanted: Sequence[Wanted],
    delivery: Delivery,
    *,
    key: str,
    account: Account | None = None,
    actor: Actor,
    at: datetime,
) -> Purchase:
    """Place under a key that is known to be fresh. Raises what `place` raises but KeyReused."""
    fingerprint = _fingerprint(wanted, delivery, account)
    basket = _fill_basket(wanted, on=clock.business_day(at))
    purchase = _new_purchase(basket, key, fingerprint, account, actor=actor, at=at)
    for seller_id, part in sorted(basket.by_seller.items()):
        purchase.orders.append(
            _new_order(purchase, seller_id, part, basket, delivery, account, actor=actor, at=at)
        )
    purchase.total = total(order.total for order in purchase.orders)
    db.session.add(purchase)
    db.session.flush()
    failpoint("orders:place:inserted")
    lines = [line for order in purchase.orders for line in order.lines]
    stock.hold_stock(
        {line.hold_key: (line.offer_id, line.quantity) for line in lines},
        at=at,
        expires_at=purchase.expires_at,
    )
    failpoint("orders:place:held")
    for order in purchase.orders:
        amounts = {line.id: line.amount for line in order.lines}
        ledger.enter(order, Stage.PLACED, amounts, event="place", actor=actor, at=at)
        failpoint("orders:place:entered")
        outbox.leave("orders:order:placed", {"order_id": order.id}, at=at)
        failpoint("orders:place:left")
    summary = {
        "total_fen": purchase.total.fen,
        "orders": [order.number for order in purchase.orders],
    }
    audit.record(actor, "orders:purchase:place", purchase, after=summary, at=at)
    return purchase


def _fill_basket(wanted: Sequence[Wanted], *, on: date) -> _Basket:
    if not wanted:
        raise InvalidInput(_l("购物车是空的。"))
    if len({item.offer_id for item in wanted}) != len(wanted):
        raise InvalidInput(_l("同一件商品出现了两次。"))
    ids = [item.offer_id for item in wanted]
    offers = {offer.id: offer for offer in queries.buyable_offers(ids, on)}
    pairs = {(offer.product_id, offer.base_id) for offer in offers.values()}
    certificates = {
        pair: [f"{found.type.name} {found.number}" for found in held]
        for pair, held in queries.certificates_of(pairs, on).items()
    }
    basket = _Basket(offers, certificates, wanted)
    for item in wanted:
        if item.offer_id not in offers:
            raise NotBuyable
        offer = offers[item.offer_id]
        check_quantity(item.quantity, minimum=offer.minimum, multiple=offer.multiple)
        if item.seen is not None and item.seen != unit_price(offer, item.quantity):
            raise PriceChanged
        basket.by_seller.setdefault(offer.product.producer_id, []).append(item)
    return basket


def unit_price(offer: Offer, quantity: int) -> Money:
    return price_at(offer.price, [(t.from_quantity, t.price) for t in offer.tiers], quantity)


def _new_purchase(
    basket: _Basket,
    key: str,
    fingerprint: str,
    account: Account | None,
    *,
    actor: Actor,
    at: datetime,
) -> Purchase:
    return Purchase(
        number=new_number("P", at),
        kind=OrderKind.INSTITUTION if account else OrderKind.CONSUMER,
        user_id=actor.user_id,
        idempotency_key=key,
        request_fingerprint=fingerprint,
        status="on_account" if account else "open",
        placed_at=at,
        expires_at=None if account else at + PAYMENT_TIME,
    )


def _new_order(
    purchase: Purchase,
    seller_id: int,
    part: Sequence[Wanted],
    basket: _Basket,
    delivery: Delivery,
    account: Account | None,
    *,
    actor: Actor,
    at: datetime,
) -> Order:
    lines = [_new_line(number, item, basket) for number, item in enumerate(part, 1)]
    order = Order(
        number=new_number("A" if account else "C", at),
        kind=purchase.kind,
        status=OrderStatus.AWAITING_APPROVAL if account else OrderStatus.AWAITING_PAYMENT,
        seller_id=seller_id,
        user_id=actor.user_id,
        buyer_organisation_id=account.organisation_id if account else None,
        budget_unit_id=account.budget_unit_id if account else None,
        department_id=account.department_id if account else None,
        buyer_region_code=account.region_code if account else delivery.region_code,
        fund_source=account.fund_source if account else FundSource.PERSONAL,
        channel=account.channel if account else Channel.LOCAL,
        external_reference=account.external_reference if account else None,
        total=total(line.amount for line in lines),
        recipient=delivery.recipient,
        phone=delivery.phone,
        address=delivery.address,
        delivery_on=delivery.on,
        note=delivery.note,
        placed_at=at,
        lines=lines,
    )
    order.tell(OrderEventKind.PLACE, actor=actor, at=at)
    return order


def _new_line(position: int, item: Wanted, basket: _Basket) -> OrderLine:
    """Copy what the buyer saw: names, pack, price, origin, certificates."""
    offer = basket.offers[item.offer_id]
    product, price = offer.product, unit_price(offer, item.quantity)
    return OrderLine(
        position=position,
        offer_id=offer.id,
        base_id=offer.base_id,
        product_name=product.name,
        product_name_en=product.name_en,
        category_code=product.category_code,
        content=product.content,
        content_unit=product.content_unit,
        pack_name=product.pack_name,
        pack_name_en=product.pack_name_en,
        producer_name=product.producer.name,
        base_name=offer.base.name,
        origin_code=offer.base.county_code,
        certificates=basket.certificates[offer.product_id, offer.base_id],
        price=price,
        price_basis=offer.price_basis,
        quantity=item.quantity,
        amount=PriceBasis(offer.price_basis).amount(price, item.quantity),
    )


def new_number(prefix: str, at: datetime) -> str:
    """A number people can read aloud; unguessable enough not to be counted through."""
    digits = "".join(secrets.choice("0123456789") for _ in range(8))
    return f"{prefix}{clock.business_day(at):%y%m%d}{digits}"


def _fingerprint(wanted: Sequence[Wanted], delivery: Delivery, account: Account | None) -> str:
    body = [[item.offer_id, item.quantity] for item in wanted]
    text = json.dumps([body, repr(delivery), repr(account)], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
