"""Search over the public words of products: one port, two engines, one set of tests.

`index()` is what the catalogue writes to and asks. It returns public product keys only; the rows
shown are always read from the database again, because the index is a copy that may lag.
`SEARCH_BACKEND` is "whoosh" (files in `SEARCH_FOLDER`, one machine) or "postgresql".
`learn(words)` teaches the segmenter names of counties, cultivars and indications, once at start.
"""

from pathlib import Path

from flask import Flask, current_app

from catalog.search.port import Document, Hits, IndexUnavailable, QueryRefused, SearchIndex
from catalog.search.postgres_index import PostgresIndex
from catalog.search.text import learn
from catalog.search.whoosh_index import WhooshIndex

_EXTENSION = "catalog_search"


def init_app(app: Flask) -> None:
    """Choose the engine; an unknown name is a `ValueError`. Nothing is opened yet."""
    backend = app.config.setdefault("SEARCH_BACKEND", "whoosh")
    folder = app.config.setdefault("SEARCH_FOLDER", str(Path(app.instance_path) / "search"))
    if backend not in ("whoosh", "postgresql"):
        raise ValueError(f"SEARCH_BACKEND is whoosh or postgresql, not {backend!r}")
    app.extensions[_EXTENSION] = WhooshIndex(folder) if backend == "whoosh" else PostgresIndex()


def index() -> SearchIndex:
    """The running application's index."""
    chosen: SearchIndex = current_app.extensions[_EXTENSION]
    return chosen


__all__ = [
    "Document", "Hits", "IndexUnavailable", "QueryRefused", "SearchIndex",
    "index", "init_app", "learn",
]  # fmt: skip
