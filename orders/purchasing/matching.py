"""Which offers the lines of a pasted list mean: by name, pinyin or the product's address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import contains_eager, joinedload

from catalog import indexing
from catalog.models import Offer, Product
from catalog.queries import buyable
from catalog.search import IndexUnavailable, QueryRefused, index
from catalog.search.text import normalise
from orders.purchasing.bulk_queries import ordered_before
from orders.purchasing.paste import key_in
from shop import clock
from shop.actor import Actor
from shop.db import db

MOST_HITS, MOST_NAMED, MOST_CANDIDATES = 24, 300, 8


@dataclass(frozen=True)
class Match:
    """Offers that a line may mean, best first; `chosen` where there is no doubt."""

    candidates: list[Offer] = field(default_factory=list)
    chosen: Offer | None = None


def match_lines(lines: Sequence[str], *, actor: Actor, on: date) -> dict[str, Match]:
    """For each line's words what can be bought now: two queries however many lines."""
    indexing.teach()
    hits = {words: _hits(words) for words in dict.fromkeys(lines)}
    found, days = _buyable(actor, on, {key for keys in hits.values() for key in keys})
    rest = [words for words, keys in hits.items() if not any(key in found for key in keys)]
    named = _named(rest, on) if rest else []
    matches = {}
    for words, keys in hits.items():
        offers = [found[key] for key in keys if key in found]
        offers = offers or [offer for offer in named if _is_named(offer, words)]
        matches[words] = settle(words, offers, days)
    return matches


def settle(words: str, offers: Sequence[Offer], days: dict[int, date]) -> Match:
    """Of the offers found: the one of just this name, else the one that was ordered before."""
    exact = [offer for offer in offers if is_exact(offer.product, words)]
    pool = exact or list(offers)
    before = [offer for offer in pool if offer.id in days]
    sure = pool if len(pool) == 1 else before
    ranked = sorted(
        offers, key=lambda offer: (offer not in exact, offer.id not in days)
    )[:MOST_CANDIDATES]  # fmt: skip
    return Match(ranked, sure[0] if len(sure) == 1 else None)


def is_exact(product: Product, words: str) -> bool:
    """Whether these are the product's very words, letters and spaces aside."""
    plain = _plain(words)
    return plain in {_plain(product.name), _plain(product.name_en)} and bool(plain)


def _plain(text: str) -> str:
    return "".join(normalise(text).split())


def _hits(words: str) -> list[str]:
    """Public ids by the search index; a pack's size after the name may be too much for it."""
    if key := key_in(words):
        return [key]
    try:
        for attempt in dict.fromkeys([words, words.split()[0] if words.split() else ""]):
            keys = index().search(attempt, MOST_HITS).keys if attempt else []
            if keys:
                return keys
    except (IndexUnavailable, QueryRefused):
        pass
    return []


def _buyable(
    actor: Actor, on: date, keys: Iterable[str]
) -> tuple[dict[str, Offer], dict[int, date]]:
    """Those of these offers that can be bought, and when the unit ordered them last."""
    before = ordered_before(actor)
    statement = (
        buyable(on)
        .outerjoin(before, before.c.offer_id == Offer.id)
        .add_columns(before.c.last_at)
        .where(Offer.public_id.in_(sorted(keys)))
        .options(*_loaded())
    )
    rows = db.session.execute(statement).unique().all()
    days = {row[0].id: clock.business_day(row[1]) for row in rows if row[1] is not None}
    return {row[0].public_id: row[0] for row in rows}, days


def _named(lines: Sequence[str], on: date) -> list[Offer]:
    """Buyable offers with the first word of any of these lines in their name: one query."""
    words = {line.split()[0] for line in lines if line.split()}
    if not words:
        return []
    named = [
        column.icontains(word, autoescape=True)
        for word in sorted(words)
        for column in (Product.name, Product.name_en)
    ]
    statement = buyable(on).where(or_(*named)).options(*_loaded()).limit(MOST_NAMED)
    found = db.session.scalars(statement.order_by(Product.name, Offer.id))
    return list(found.unique())


def _is_named(offer: Offer, words: str) -> bool:
    first = _plain(words.split()[0]) if words.split() else ""
    names = (_plain(offer.product.name), _plain(offer.product.name_en))
    return bool(first) and any(first in name for name in names)


def _loaded() -> tuple[Any, ...]:
    return (
        contains_eager(Offer.product).contains_eager(Product.producer),
        contains_eager(Offer.base),
        joinedload(Offer.tiers),
    )
