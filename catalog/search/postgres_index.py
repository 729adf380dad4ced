"""The search index in PostgreSQL, for a shop on several machines.

Runs on `db.session` within the caller's transaction: the index changes with the catalogue or not
at all. Vectors and queries are written as literals of quoted tokens, never parsed from text, so
nothing depends on the server's language settings.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any

from sqlalchemy import REAL, Select, Text, cast, column, delete, func, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, insert
from sqlalchemy.exc import DBAPIError

from catalog.models.search_document import SearchDocument
from catalog.search import tokens
from catalog.search.port import MAX_HITS, Document, Hits, IndexUnavailable, QueryRefused
from shop.db import db

BATCH = 500
WEIGHTS = [0.1, 0.25, 0.5, 1.0]  # of the labels D, C, B, A
# One place in a vector per mention; three places weigh more than one.
TITLE, TITLE_GRAMS, NAMES, PLACES = "1A", "2B", "3B,4B", "5C"
CATEGORIES, BODY = "6D,7D,8D", "9D"


class PostgresIndex:
    """One row of tokens per product in `search_documents`."""

    def replace(self, documents: Iterable[Document]) -> None:
        # In the order of keys, so that two writers of the same products cannot deadlock.
        latest = {document.key: document for document in documents}
        with _guarded():
            _write(latest[key] for key in sorted(latest))

    def remove(self, keys: Iterable[str]) -> None:
        with _guarded():
            wanted = sorted(set(keys))
            held = select(SearchDocument.key).where(SearchDocument.key.in_(wanted))
            db.session.execute(held.order_by(SearchDocument.key).with_for_update())
            db.session.execute(delete(SearchDocument).where(SearchDocument.key.in_(wanted)))

    def rebuild(self, documents: Iterator[Document]) -> None:
        with _guarded():
            db.session.execute(text("LOCK TABLE search_documents IN SHARE ROW EXCLUSIVE MODE"))
            db.session.execute(delete(SearchDocument))
            _write(documents)

    def search(self, query: str, limit: int = MAX_HITS) -> Hits:
        wanted = tokens.of_query(query)
        if not wanted.clauses:
            return Hits([], 0)
        rank = _rank(cast(_ranking(wanted), TSQUERY))
        statement = (
            select(SearchDocument.key, func.count().over())
            .where(SearchDocument.grams.op("@@")(cast(_matching(wanted), TSQUERY)))
            .order_by(rank.desc(), SearchDocument.key)
            .limit(limit)
        )
        with _guarded():
            rows = db.session.execute(statement).all()
        return Hits([key for key, _ in rows], rows[0][1] if rows else 0)

    def search_each(self, queries: Iterable[str], limit: int) -> dict[str, list[str]]:
        """One statement, however many queries."""
        found: dict[str, list[str]] = {query: [] for query in queries}
        asked: dict[str, tuple[str, str]] = {}
        for query in found:
            with suppress(QueryRefused):
                if (wanted := tokens.of_query(query)).clauses:
                    asked[query] = _matching(wanted), _ranking(wanted)
        if asked:
            with _guarded():
                rows = db.session.execute(_best_of_each(list(asked.values()), limit)).all()
            names = list(asked)
            for number, key in rows:
                found[names[number - 1]].append(key)
        return found

    def keys(self) -> set[str]:
        with _guarded():
            return set(db.session.scalars(select(SearchDocument.key)))

    def is_healthy(self) -> bool:
        try:
            with _guarded():
                db.session.execute(select(SearchDocument).limit(1))
            return True
        except IndexUnavailable:
            return False


@contextmanager
def _guarded() -> Iterator[None]:
    """A failing index leaves the caller's transaction usable."""
    try:
        with db.session.begin_nested():
            yield
    except DBAPIError as error:
        raise IndexUnavailable from error


def _write(documents: Iterable[Document]) -> None:
    statement = insert(SearchDocument)
    statement = statement.on_conflict_do_update(
        index_elements=[SearchDocument.key],
        set_={"grams": statement.excluded.grams, "ranking": statement.excluded.ranking},
    )
    remaining = iter(documents)
    while batch := [_row(document) for document in islice(remaining, BATCH)]:
        db.session.execute(statement, batch)


def _row(document: Document) -> dict[str, Any]:
    cut = tokens.of_document(document)
    labels: dict[str, list[str]] = {}
    for words, places in (
        (cut.title, TITLE),
        (cut.title_grams, TITLE_GRAMS),
        (cut.names, NAMES),
        (cut.places, PLACES),
        (cut.categories, CATEGORIES),
        (cut.body, BODY),
    ):
        for word in words:
            labels.setdefault(word, []).append(places)
    ranking = " ".join(f"{_quoted(word)}:{','.join(at)}" for word, at in labels.items())
    return {
        "key": document.key,
        "grams": " ".join(map(_quoted, sorted(cut.grams))),
        "ranking": ranking,
    }


def _best_of_each(asked: list[tuple[str, str]], limit: int) -> Select[tuple[int, str]]:
    """(number of the query from 1, key), the best keys of each query first."""
    matching, ranking = ([pair[side] for pair in asked] for side in (0, 1))
    pairs = func.unnest(cast(matching, ARRAY(Text)), cast(ranking, ARRAY(Text)))
    each = pairs.table_valued(
        column("matching", Text), column("ranking", Text), with_ordinality="number"
    ).render_derived()
    rank = _rank(cast(each.c.ranking, TSQUERY)).label("rank")
    best = (
        select(SearchDocument.key, rank)
        .where(SearchDocument.grams.op("@@")(cast(each.c.matching, TSQUERY)))
        .order_by(rank.desc(), SearchDocument.key)
        .limit(limit)
        .lateral()
    )
    return (
        select(each.c.number, best.c.key)
        .join_from(each, best, true())
        .order_by(each.c.number, best.c.rank.desc(), best.c.key)
    )


def _rank(ranking: Any) -> Any:
    return func.ts_rank(cast(WEIGHTS, ARRAY(REAL)), SearchDocument.ranking, ranking)


def _matching(wanted: tokens.Query) -> str:
    return " & ".join(map(_clause, wanted.clauses))


def _ranking(wanted: tokens.Query) -> str:
    return " | ".join(map(_quoted, wanted.ranking))


def _clause(clause: tokens.Clause) -> str:
    grams = " & ".join(map(_quoted, clause.grams))
    return f"({grams} | {_quoted(clause.pinyin)})" if clause.pinyin else f"({grams})"


def _quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
