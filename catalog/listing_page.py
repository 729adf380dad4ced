"""The listing and the search as pages: facets, sorting, cards and the neighbours of the page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from sqlalchemy import ColumnElement

from catalog.cards import Card, buyable_cards, cards, in_order
from catalog.categories import CategoryTree
from catalog.comparing import names_of
from catalog.facets import Facet, count_all, facets_of
from catalog.listing import PAGE_SIZE, Choice, Sort, conditions, order_of
from catalog.models import Offer
from catalog.queries import buyable, is_available
from shop.db import db
from shop.errors import NotFound


@dataclass(frozen=True)
class SortOption:
    label: str
    url: str
    selected: bool


@dataclass(frozen=True)
class Pager:
    """What the pager component shows."""

    number: int
    pages: int
    total: int
    prev_url: str | None
    next_url: str | None


@dataclass(frozen=True)
class ListingPage:
    """`keep` is the address without any filter, None where none is set.

    `elsewhere` are public ids and names of what was ticked for comparing and is not on this page.
    """

    title: str
    cards: list[Card]
    facets: list[Facet]
    sorts: list[SortOption]
    pager: Pager
    keep: str | None
    choice: Choice
    elsewhere: list[tuple[str, str]]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The arguments of this page's address but for the ticks."""
        return [
            (name, value) for name, value in self.choice.arguments().items() if name != "products"
        ]


def address(choice: Choice) -> str:
    endpoint = "catalog.listing" if choice.words is None else "catalog.search"
    return url_for(endpoint, **choice.arguments())


def listing_page(
    choice: Choice, tree: CategoryTree, on: date, hits: Sequence[str] | None = None
) -> ListingPage:
    """One page of what can be bought; `hits` are the public ids that a search found, best first.

    Raises NotFound for a category that does not exist and for a page behind the last.
    """
    if choice.category:
        tree.get(choice.category)
    filters = conditions(choice, tree, on)
    if hits is not None:
        filters["words"] = Offer.public_id.in_(hits)
    counts = count_all(choice, filters, tree, on)
    pages = max(1, -(-counts.total // PAGE_SIZE))
    if choice.page > pages:
        raise NotFound
    without = Choice(sort=choice.sort, words=choice.words, picked=choice.picked)
    shown = _cards_of_page(choice, list(filters.values()), on, hits)
    here = {card.public_id for card in shown}
    return ListingPage(
        title=pgettext("many", "商品")
        if choice.words is None
        else _("搜索“%(words)s”", words=choice.words),
        cards=shown,
        facets=facets_of(choice, counts, tree, address),
        sorts=_sorts(choice),
        pager=_pager(choice, pages, counts.total),
        keep=None if replace(choice, page=1) == without else address(without),
        choice=choice,
        elsewhere=names_of([each for each in choice.picked if each not in here]),
    )


def _cards_of_page(
    choice: Choice, filters: list[ColumnElement[bool]], on: date, hits: Sequence[str] | None
) -> list[Card]:
    offset = (choice.page - 1) * PAGE_SIZE
    if choice.sort is not Sort.BEST:
        statement = buyable_cards(on).where(*filters).order_by(*order_of(choice.sort))
        return cards(statement.limit(PAGE_SIZE).offset(offset), on)
    rank = {public_id: number for number, public_id in enumerate(hits or ())}
    rows = db.session.execute(
        buyable(on).where(*filters).with_only_columns(Offer.id, Offer.public_id, is_available())
    ).all()
    best = sorted(rows, key=lambda row: (not row[2], rank[row[1]]))
    ids = [row[0] for row in best[offset : offset + PAGE_SIZE]]
    return in_order(cards(buyable_cards(on).where(Offer.id.in_(ids)), on), ids)


def _sorts(choice: Choice) -> list[SortOption]:
    words = {
        Sort.BEST: _("最相关"),
        Sort.NEWEST: _("最新上架"),
        Sort.CHEAPEST: _("单价从低到高"),
        Sort.DEAREST: _("单价从高到低"),
    }
    if choice.words is None:
        del words[Sort.BEST]
    return [
        SortOption(label, address(replace(choice, sort=sort, page=1)), sort is choice.sort)
        for sort, label in words.items()
    ]


def _pager(choice: Choice, pages: int, total: int) -> Pager:
    number = choice.page
    return Pager(
        number=number,
        pages=pages,
        total=total,
        prev_url=address(replace(choice, page=number - 1)) if number > 1 else None,
        next_url=address(replace(choice, page=number + 1)) if number < pages else None,
    )
