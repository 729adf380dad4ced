"""What the shop asks of a search index, whichever engine stands behind it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from flask_babel import lazy_gettext as _l

from shop.errors import DomainError, InvalidInput

MAX_HITS = 500


class QueryRefused(InvalidInput):
    """The words typed are more than one search may hold."""


class IndexUnavailable(DomainError):
    """The index is missing, damaged or busy: the caller falls back and has it rebuilt."""

    status = 503
    default_message = _l("搜索暂时不可用，请稍后再试。")


@dataclass(frozen=True)
class Document:
    """The public words of one product; `key` is its public key."""

    key: str
    title: str
    names: tuple[str, ...] = ()  # producer, brand
    places: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    body: str = ""


@dataclass(frozen=True)
class Hits:
    """Product keys, best first, and how many there are in all."""

    keys: list[str]
    total: int


class SearchIndex(Protocol):
    """A disposable copy of the catalogue's words; every method may raise `IndexUnavailable`."""

    def replace(self, documents: Iterable[Document]) -> None:
        """Put these documents in, in place of any with the same keys."""

    def remove(self, keys: Iterable[str]) -> None:
        """Take these documents out; unknown keys are passed over."""

    def rebuild(self, documents: Iterator[Document]) -> None:
        """Make the index hold exactly these; the old one answers until the new one is whole.

        The iterator is first drawn on after other writers have been shut out, so that reading
        the catalogue lazily misses no change.
        """

    def search(self, query: str, limit: int = MAX_HITS) -> Hits:
        """The products that hold every word typed; refuses with `QueryRefused`."""

    def search_each(self, queries: Iterable[str], limit: int) -> dict[str, list[str]]:
        """The best keys for each of many queries at once; one that is refused finds nothing."""

    def keys(self) -> set[str]:
        """Every key held, to be compared with the catalogue."""

    def is_healthy(self) -> bool:
        """Whether the index can be read; never raises."""
