"""One queue of what waits for a reviewer: rooms add their sources, the desk shows them together.

A source answers with a SELECT, so that the desk counts and pages all of them in one query each.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app, url_for
from flask_babel import LazyString
from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    cast,
    func,
    literal,
    select,
    union_all,
)

from shop.access import policy
from shop.actor import Actor
from shop.db import db

MOST_PLACED = 1_000
"""Things of a kind among which a place in the queue is told."""

Titles = Mapping[str, tuple[str, str]]
"""{an audit entry's subject id: (what it is called, where it is shown)}"""


@dataclass(frozen=True)
class Source:
    """One kind of thing that waits.

    `waiting(actor)` selects the columns that `columns` makes; `address(reference)` is the page on
    which it is decided. `decisions` are actions of the audit trail, `titles` names their subjects.
    """

    key: str
    label: LazyString
    permission: str
    waiting: Callable[[Actor], Select[Any]]
    address: Callable[[str], str]
    decisions: Mapping[str, LazyString]
    titles: Callable[[Iterable[str]], Titles]


def columns(
    *, reference: Any, since: Any, title: Any, title_en: Any = None, party: Any, region: Any
) -> list[ColumnElement[Any]]:
    """The columns of a source's SELECT, under their names and in their order."""
    other = literal("", String) if title_en is None else title_en
    named = {"reference": cast(reference, String), "since": since, "title": title,
             "title_en": other, "party": party, "region_code": region}  # fmt: skip
    return [expression.label(name) for name, expression in named.items()]


@dataclass(frozen=True)
class Item:
    """One thing that waits, since when, whose it is and where."""

    kind: str
    reference: str
    since: datetime
    title: str
    title_en: str
    party: str
    region_code: str
    url: str


@dataclass(frozen=True)
class Place:
    """Where a thing stands in its queue, and what comes after it."""

    number: int
    total: int
    since: datetime
    next_url: str | None


def add(app: Flask, *sources: Source) -> None:
    app.extensions.setdefault("review_sources", []).extend(sources)


def sources_for(actor: Actor) -> list[Source]:
    """The kinds that this actor decides on."""
    table: list[Source] = current_app.extensions.get("review_sources", [])
    return [source for source in table if policy().allows(actor, source.permission)]


def _waiting(actor: Actor, sources: list[Source]) -> Subquery:
    selects = [
        source.waiting(actor).order_by(None).add_columns(literal(source.key, String).label("kind"))
        for source in sources
    ]
    return union_all(*selects).subquery()


def counts(actor: Actor) -> dict[str, int]:
    """How many of each kind wait: one query."""
    if not (sources := sources_for(actor)):
        return {}
    found = _waiting(actor, sources)
    rows = db.session.execute(select(found.c.kind, func.count()).group_by(found.c.kind))
    return {source.key: 0 for source in sources} | dict(rows.tuples().all())


def queue(actor: Actor, kind: str | None, *, offset: int, limit: int) -> list[Item]:
    """What waits, the longest first; of one kind, or of all: one query."""
    sources = [source for source in sources_for(actor) if kind in (None, source.key)]
    if not sources:
        return []
    found = _waiting(actor, sources)
    statement = select(found).order_by(found.c.since, found.c.kind, found.c.reference)
    addresses = {source.key: source.address for source in sources}
    return [
        Item(row.kind, row.reference, row.since, row.title, row.title_en, row.party,
             row.region_code, addresses[row.kind](row.reference))
        for row in db.session.execute(statement.offset(offset).limit(limit))
    ]  # fmt: skip


def place(actor: Actor, kind: str, reference: str) -> Place | None:
    """Where one thing stands among those of its kind; None when it does not wait: one query."""
    items = queue(actor, kind, offset=0, limit=MOST_PLACED)
    at = next((n for n, item in enumerate(items) if item.reference == reference), None)
    if at is None:
        return None
    later = items[at + 1] if at + 1 < len(items) else items[0] if at else None
    return Place(at + 1, len(items), items[at].since, later.url if later else None)


def after(found: Place | None, here: str) -> str:
    """Where to go after deciding: the next of the kind, else the desk; `here` if it did not wait."""
    if found is None:
        return here
    return found.next_url or url_for("review.desk")
