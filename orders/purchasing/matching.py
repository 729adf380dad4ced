"""Which offers the lines of a pasted list mean: by name, pinyin or the product's address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, false, or_
from sqlalchemy.orm import contains_eager, selectinload

from catalog import indexing
from catalog.models import Offer, Product
from catalog.queries import buyable
from catalog.search import IndexUnavailable, index
from catalog.search.text import normalise
from orders.purchasing.bulk_queries import ordered_before
from orders.purchasing.paste import key_in
from shop import clock
from shop.actor import Actor
from shop.db import db

SIZE = re.compile(
    r"[(（]?[0-9]+(\.[0-9]+)?\s*(千克|公斤|斤|克|毫升|升|kg|g|ml|l)[装)）]*$", re.IGNORECASE
)
"""What one pack holds, written behind a name."""
MOST_HITS, MOST_NAMED, MOST_CANDIDATES = 10, 1000, 8


@dataclass(frozen=True)
class Match:
    """Offers that a line may mean, best first; `chosen` where there is no doubt."""

    candidates: list[Offer] = field(default_factory=list)
    chosen: Offer | None = None


def match_lines(lines: Sequence[str], *, actor: Actor, on: date) -> dict[str, Match]:
    """For each line's words what can be bought now: a few queries however many lines."""
    indexing.teach()
    hits = _hits(lines)
    known = {key for keys in hits.values() for key in keys}
    indexed, days = _ask(Offer.public_id.in_(sorted(known)), actor, on)
    found = {offer.public_id: offer for offer in indexed}
    rest = [words for words, keys in hits.items() if not any(key in found for key in keys)]
    named, more = _ask(_named(rest), actor, on) if rest else ([], {})
    days |= more
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


def _hits(lines: Sequence[str]) -> dict[str, list[str]]:
    """For each line's words the public ids by the search index; none without a usable index.

    A pack's size after the name may be too much for it: then the first word decides, without it.
    """
    hits = {words: [key] if (key := key_in(words)) else [] for words in lines}
    first = {words: _first(words) for words, keys in hits.items() if not keys and words.split()}
    try:
        hits |= index().search_each(first, MOST_HITS)
        short = {words: word for words, word in first.items() if not hits[words] and word != words}
        found = index().search_each(short.values(), MOST_HITS)
    except IndexUnavailable:
        return hits
    return hits | {words: found[word] for words, word in short.items()}


def _first(words: str) -> str:
    """绿豆10公斤装 is looked for as 绿豆."""
    first = words.split()[0]
    return SIZE.sub("", first) or first


def _named(lines: Sequence[str]) -> ColumnElement[bool]:
    """The first word of any of these lines stands in the product's name."""
    words = {_first(line) for line in lines if line.split()}
    named = [
        column.icontains(word, autoescape=True)
        for word in sorted(words)
        for column in (Product.name, Product.name_en)
    ]
    return or_(false(), *named)


def _ask(
    condition: ColumnElement[bool], actor: Actor, on: date
) -> tuple[list[Offer], dict[int, date]]:
    """Buyable offers by name, and when the unit ordered each of them last: one query."""
    before = ordered_before(actor)
    offers = buyable(on).where(condition).order_by(Product.name, Offer.id).limit(MOST_NAMED)
    statement = (
        offers.outerjoin(before, before.c.offer_id == Offer.id)
        .add_columns(before.c.last_at)
        .options(
            contains_eager(Offer.product).contains_eager(Product.producer),
            contains_eager(Offer.base),
            selectinload(Offer.tiers),
        )
    )
    rows = db.session.execute(statement).all()
    days = {row[0].id: clock.business_day(row[1]) for row in rows if row[1] is not None}
    return [row[0] for row in rows], days


def _is_named(offer: Offer, words: str) -> bool:
    first = _plain(_first(words)) if words.split() else ""
    names = (_plain(offer.product.name), _plain(offer.product.name_en))
    return bool(first) and any(first in name for name in names)
