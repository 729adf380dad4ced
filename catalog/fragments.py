"""Rendered parts of public pages, kept per process until the catalogue or the day changes.

A key always holds the catalogue's version, which is read from the database on every request, so
that a change made by any process is seen at once. What is kept has nothing personal in it: no
form token, no nonce, no name.
"""

import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import LRUCache
from flask import Flask, current_app
from flask_babel import get_locale
from markupsafe import Markup
from sqlalchemy import select

from catalog.models import CatalogueVersion
from catalog.queries import catalogue_version
from shop import clock
from shop.db import db
from shop.web.written import as_written

EXTENSION = "catalog_fragments"
MOST_BYTES = 32 * 1024 * 1024
OVERHEAD = 1_000  # bytes of a key, a data object and their places in the tables, roughly


FORM_PLACE = Markup("<!-- form -->")
"""Where a page puts its form, which carries the visitor's own token and is never kept."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A page's title, the parts of its content, and what the form between the parts needs."""

    title: str
    parts: tuple[Markup, ...]
    form: Any = None

    @classmethod
    def rendered(cls, title: str, html: str, form: Any = None) -> "Fragment":
        """From a rendered template, cut where the form goes."""
        # Nothing that people wrote can hold the comment, as templates escape it.
        parts = tuple(map(as_written, html.split(str(FORM_PLACE))))
        return cls(title, parts, form)


class FragmentCache:
    """The least recently used fragments go first, by bytes of text."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._lock = Lock()
        self._kept: LRUCache[Hashable, Fragment] = LRUCache(most_bytes, getsizeof=_size)

    def get(self, key: Hashable, make: Callable[[], Fragment]) -> Fragment:
        """The fragment under this key, made outside of the lock where it is not there."""
        with self._lock:
            found: Fragment | None = self._kept.get(key)
        if found is None:
            found = make()
            if _size(found) <= self._kept.maxsize:
                with self._lock:
                    self._kept[key] = found
        return found

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    @property
    def bytes_kept(self) -> int:
        return int(self._kept.currsize)


def _size(fragment: Fragment) -> int:
    return OVERHEAD + sum(map(sys.getsizeof, (fragment.title, *fragment.parts)))


def fragments() -> FragmentCache:
    found: FragmentCache = current_app.extensions[EXTENSION]
    return found


def version_seen() -> int:
    """The catalogue's version as this request sees it.

    What has read before reads its own snapshot again, so that nothing older than the version is
    kept under it. Otherwise a plain connection does: it is all that a kept page asks for.
    """
    if db.session.registry.has() and db.session().in_transaction():
        return catalogue_version()
    with db.engine.connect() as connection:
        return connection.scalar(select(CatalogueVersion.number)) or 0


def fragment(name: str, arguments: Hashable, make: Callable[[], Fragment]) -> Fragment:
    """The kept fragment for this version, day, language and these arguments, else a fresh one."""
    key = (name, arguments, version_seen(), clock.today(), str(get_locale()))
    return fragments().get(key, make)


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = FragmentCache()
