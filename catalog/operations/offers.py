"""Offers: made, priced, handed in, listed, suspended, retired."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from catalog.models import Offer, PriceTier, Product
from catalog.operations.changes import tell_offers_changed
from catalog.states import OFFER_MACHINE, OfferEvent, OfferStatus
from catalog.terms import Terms, Tier, check_terms
from producers.models import Base, Producer
from producers.reach import refuse_own
from shop import audit
from shop.accounts.notices import notify
from shop.actor import Actor
from shop.db import db, lock
from shop.errors import InvalidInput, InvalidTransition
from shop.files import StoredFile
from shop.money import Money


@dataclass(frozen=True)
class ProductFacts:
    """What a supplier states of a product. `content` in base units of `content_unit`."""

    category_code: str
    name: str
    name_en: str
    summary: str
    summary_en: str
    content: int
    content_unit: str
    pack_name: str
    pack_name_en: str
    storage: str
    shelf_life_days: int | None
    geographical_indication: str | None
    processor: Producer | None


def create_offer(
    producer: Producer,
    facts: ProductFacts,
    base: Base,
    basis: str,
    terms: Terms,
    *,
    picture: StoredFile | None,
    actor: Actor,
    at: datetime,
) -> Offer:
    """A new product and its first offer, as a draft. Raises InvalidInput at the field."""
    check_terms(terms)
    product = Product(producer=producer, picture=picture, created_at=at)
    _state(product, facts)
    return _draft(product, base, basis, terms, actor=actor, at=at)


def create_further_offer(
    product: Product, base: Base, basis: str, terms: Terms, *, actor: Actor, at: datetime
) -> Offer:
    """A known product from another base, as a draft. Raises InvalidInput at the field."""
    check_terms(terms)
    known = select(Offer.id).where(Offer.product_id == product.id, Offer.base_id == base.id)
    if db.session.scalar(known):
        raise InvalidInput(_l("这件商品已有来自这个基地的条目。"), field="base")
    return _draft(product, base, basis, terms, actor=actor, at=at)


def _draft(
    product: Product, base: Base, basis: str, terms: Terms, *, actor: Actor, at: datetime
) -> Offer:
    offer = Offer(
        product=product, base=base, price_basis=basis, price=terms.price, minimum=terms.minimum,
        multiple=terms.multiple, tiers=_tiers(terms), status=OfferStatus.DRAFT, updated_at=at,
    )  # fmt: skip
    db.session.add(offer)
    after = {"product": product.name, **terms.facts()}
    audit.record(actor, "catalog:offer:create", offer, after=after, at=at)
    return offer


def is_describable(offer: Offer, others: Iterable[str]) -> bool:
    """Whether the product's facts may be corrected; `others` are its other offers' statuses.

    What one offer shows to buyers or reviewers is not rewritten through another one's draft.
    """
    free = {OfferStatus.DRAFT, OfferStatus.RETIRED}
    return offer.status == OfferStatus.DRAFT and all(status in free for status in others)


def change_product(
    offer: Offer, facts: ProductFacts, *, picture: StoredFile | None, actor: Actor, at: datetime
) -> None:
    """Correct what a draft says; a listed product is withdrawn first. Raises InvalidTransition."""
    (locked,) = lock(Offer, [offer.id])
    others = select(Offer.status).where(
        Offer.product_id == locked.product_id, Offer.id != locked.id
    )
    if not is_describable(locked, db.session.scalars(others)):
        raise InvalidTransition
    before = {"product": locked.product.name, "category": locked.product.category_code}
    _state(locked.product, facts)
    if picture is not None:
        locked.product.picture = picture
    locked.updated_at = at
    after = {"product": facts.name, "category": facts.category_code, "picture": bool(picture)}
    audit.record(actor, "catalog:offer:describe", locked, before=before, after=after, at=at)
    tell_offers_changed([locked.id], at=at)


def change_terms(offer: Offer, terms: Terms, *, actor: Actor, at: datetime) -> None:
    """New terms count for orders placed from now on; placed orders keep what the buyer saw.

    Raises InvalidInput at the field, InvalidTransition for a retired offer.
    """
    (locked,) = lock(Offer, [offer.id])
    if locked.status == OfferStatus.RETIRED:
        raise InvalidTransition
    check_terms(terms)
    before = terms_of(locked)
    if before == terms:
        return
    locked.price, locked.minimum, locked.multiple = terms.price, terms.minimum, terms.multiple
    if before.tiers != terms.tiers:
        db.session.execute(delete(PriceTier).where(PriceTier.offer_id == locked.id))
        db.session.expire(locked, ["tiers"])
        for tier in _tiers(terms):
            tier.offer_id = locked.id
            db.session.add(tier)
    locked.updated_at = at
    audit.record(
        actor, "catalog:offer:price", locked, before=before.facts(), after=terms.facts(), at=at
    )
    db.session.expire(locked, ["tiers"])
    tell_offers_changed([locked.id], at=at)


def change_price(offer: Offer, price: Money, *, seen: Money, actor: Actor, at: datetime) -> None:
    """A new price with all other terms as they are; `seen` is what stood there before.

    Raises InvalidInput at `price`, InvalidTransition for a retired offer.
    """
    (locked,) = lock(Offer, [offer.id])
    if locked.price not in (seen, price):
        raise InvalidInput(
            _l("价格刚刚改为 %(now)s，请核对后再改。", now=locked.price), field="price"
        )
    try:
        change_terms(locked, replace(terms_of(locked), price=price), actor=actor, at=at)
    except InvalidInput:
        raise InvalidInput(
            _l("单价应高于阶梯价；请先到商品页修改阶梯价。"), field="price"
        ) from None


def terms_of(offer: Offer) -> Terms:
    return Terms(
        price=offer.price,
        minimum=offer.minimum,
        multiple=offer.multiple,
        tiers=tuple(Tier(tier.from_quantity, tier.price) for tier in offer.tiers),
    )


def move_offer(
    offer: Offer, event: OfferEvent, *, actor: Actor, at: datetime, reason: str | None = None
) -> None:
    """The supplier's own steps: submit, withdraw, suspend, resume, retire. InvalidTransition."""
    _move(offer, event, reason, actor=actor, at=at)


def review_offer(
    offer: Offer, event: OfferEvent, *, actor: Actor, at: datetime, reason: str | None = None
) -> None:
    """The reviewer's steps: list, refuse, send back. Raises InvalidTransition, SamePerson."""
    refuse_own(actor, offer.product.producer)
    locked = _move(offer, event, reason, actor=actor, at=at)
    notify(
        kind=f"catalog:offer:{event}", subject=locked.product.name, at=at,
        organisation_id=locked.product.producer.organisation_id,
        dedupe_key=f"offer:{locked.id}:{event}:{at.isoformat()}",
    )  # fmt: skip


def _move(
    offer: Offer, event: OfferEvent, reason: str | None, *, actor: Actor, at: datetime
) -> Offer:
    (locked,) = lock(Offer, [offer.id])
    before = OfferStatus(locked.status)
    after = OFFER_MACHINE.next(before, event)
    if after is OfferStatus.SUBMITTED:
        locked.submitted_at = at
    elif after is OfferStatus.LISTED:
        locked.listed_at = at
    elif after is OfferStatus.SUSPENDED:
        locked.suspended_at = at
    locked.status, locked.status_reason, locked.updated_at = after, reason, at
    audit.record(
        actor, f"catalog:offer:{event}", locked,
        before={"status": before}, after={"status": after, "reason": reason}, at=at,
    )  # fmt: skip
    tell_offers_changed([locked.id], at=at)
    return locked


def _state(product: Product, facts: ProductFacts) -> None:
    product.category_code = facts.category_code
    product.name, product.name_en = facts.name, facts.name_en
    product.summary, product.summary_en = facts.summary, facts.summary_en
    product.content, product.content_unit = facts.content, facts.content_unit
    product.pack_name, product.pack_name_en = facts.pack_name, facts.pack_name_en
    product.storage, product.shelf_life_days = facts.storage, facts.shelf_life_days
    product.geographical_indication = facts.geographical_indication
    product.processor = facts.processor


def _tiers(terms: Terms) -> list[PriceTier]:
    return [PriceTier(from_quantity=t.from_quantity, price=t.price) for t in terms.tiers]
