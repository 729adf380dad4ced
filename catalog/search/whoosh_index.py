"""The search index as a folder of files, for a shop on one machine.

`SEARCH_FOLDER/current` is a link to the folder in use; a rebuild fills a new folder and moves
the link. One lock file serialises writers of all processes. Whoosh unpickles its table of
contents, so the folder is trusted like code: it is ours alone, 0700.
"""

import fcntl
import heapq
import math
import os
import shutil
import time
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from tempfile import mkdtemp
from threading import RLock
from typing import Any

with warnings.catch_warnings():
    # Whoosh 2.7.4 predates the warning about "\w" in plain strings; it has no later release.
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    from whoosh import fields, query
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex

from catalog.search import tokens
from catalog.search.port import MAX_HITS, Document, Hits, IndexUnavailable, QueryRefused

LOCK_WAIT = 60.0  # seconds for another writer to finish
TRIES = 3
# Whoosh never closes a compound file that is not memory-mapped; separate files it does close.
WRITER = {"timeout": LOCK_WAIT, "delay": 0.02, "compound": False}
SAMPLE = 2_000  # terms read from each end by the health check
BATCH = 1_000  # keys in one delete query
WEIGHTS = {
    "title": 8.0, "names": 4.0, "title_grams": 3.0, "places": 2.5, "categories": 1.5, "body": 1.0,
}  # fmt: skip


def _schema() -> fields.Schema:
    searched = {name: fields.ID() for name in ("grams", *WEIGHTS)}
    return fields.Schema(key=fields.ID(stored=True, unique=True), **searched)


class WhooshIndex:
    """Whoosh in a folder. Reading is serialised within a process: it is pure Python anyway."""

    _searcher: Any = None

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self._current = self._folder / "current"
        self._forget()

    def _forget(self) -> None:
        self._lock = RLock()
        self._pid = os.getpid()
        self._opened: str | None = None
        self._searcher = None
        self._known: dict[int, str] = {}

    def __del__(self) -> None:
        self._close()

    # Writing

    def replace(self, documents: Iterable[Document]) -> None:
        latest = {document.key: document for document in documents}
        with self._writer() as writer:
            self._delete(writer, list(latest))
            self._add(writer, latest.values())

    def remove(self, keys: Iterable[str]) -> None:
        with self._writer() as writer:
            self._delete(writer, list(keys))

    def rebuild(self, documents: Iterator[Document]) -> None:
        with self._only_writer():
            fresh = Path(mkdtemp(prefix="index-", dir=self._folder))  # 0700
            try:
                index = self._storage(fresh).create_index(_schema())
                writer = index.writer(limitmb=64, **WRITER)
                try:
                    self._add(writer, documents)
                except BaseException:
                    writer.cancel()
                    raise
                writer.commit()
                self._point_to(fresh)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
            for old in self._folder.glob("index-*"):
                if old != fresh:
                    shutil.rmtree(old, ignore_errors=True)

    # Reading

    def search(self, query: str, limit: int = MAX_HITS) -> Hits:
        wanted = tokens.of_query(query)
        if not wanted.clauses:
            return Hits([], 0)
        with self._reading() as searcher:
            found = self._matching(searcher, wanted)
            scores = self._scores(searcher, wanted, found)
            best = heapq.nsmallest(limit, found, key=lambda number: (-scores[number], number))
            return Hits([self._key(searcher, number) for number in best], len(found))

    def search_each(self, queries: Iterable[str], limit: int) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {query: [] for query in queries}
        for query in found:
            with suppress(QueryRefused):
                found[query] = self.search(query, limit).keys
        return found

    def keys(self) -> set[str]:
        with self._reading() as searcher:
            return {stored["key"] for stored in searcher.reader().all_stored_fields()}

    def is_healthy(self) -> bool:
        """Reads every key and a few thousand postings from both ends, with files opened anew."""
        try:
            searcher = self._open(os.readlink(self._current)).searcher()
        except Exception:
            return False
        try:
            reader = searcher.reader()
            held = sum(1 for _ in reader.all_stored_fields())
            ends = reader.all_terms(), reader.terms_from("title_grams", "")
            for name, word in chain.from_iterable(islice(end, SAMPLE) for end in ends):
                found = reader.postings(name, word)
                if found.is_active():  # not where all that held the word is removed
                    found.id()
            return bool(reader.doc_count() == held)
        except Exception:
            return False
        finally:
            with suppress(Exception):
                searcher.close()

    def _matching(self, searcher: Any, wanted: tokens.Query) -> set[int]:
        parts = []
        for clause in wanted.clauses:
            part = query.And([query.Term("grams", gram) for gram in clause.grams])
            if clause.pinyin:
                part = query.Or([part, query.Term("grams", clause.pinyin)])
            parts.append(part)
        return set(query.And(parts).normalize().docs(searcher))

    def _scores(self, searcher: Any, wanted: tokens.Query, found: set[int]) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        if not found:
            return scores
        reader = searcher.reader()
        everything = reader.doc_count_all()
        for name, weight in WEIGHTS.items():
            for word in wanted.ranking:
                if (name, word) in reader:
                    holders = found.intersection(reader.postings(name, word).all_ids())
                    rarity = math.log(1 + everything / (reader.doc_frequency(name, word) or 1))
                    for number in holders:
                        scores[number] += weight * rarity
        return scores

    def _key(self, searcher: Any, number: int) -> str:
        if number not in self._known:
            self._known[number] = searcher.stored_fields(number)["key"]
        return self._known[number]

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """This process's searcher, up to date; anything wrong in the files is `IndexUnavailable`.

        A damaged file may raise whatever its bytes happen to lead to, so everything is caught.
        """
        if self._pid != os.getpid():  # forked: file offsets would be shared with the parent
            self._forget()
        with self._lock:
            try:
                yield self._up_to_date()
            except IndexUnavailable:
                raise
            except Exception as error:
                self._close()
                raise IndexUnavailable from error

    def _up_to_date(self) -> Any:
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                target = os.readlink(self._current)
                if self._opened != target:
                    self._close()
                    self._searcher = self._open(target).searcher()
                    self._opened = target
                elif not self._searcher.up_to_date():
                    self._searcher = self._searcher.refresh()
                    self._known = {}
                return self._searcher
            except Exception:
                # A writer may have moved on between two steps of ours: look again.
                self._close()
                if last:
                    raise
                time.sleep(0.02)
        raise IndexUnavailable

    def _close(self) -> None:
        with suppress(Exception):
            if self._searcher is not None:
                self._searcher.close()
        self._searcher, self._opened, self._known = None, None, {}

    # Files

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        with self._only_writer():
            try:
                target = os.readlink(self._current)
                writer = self._open(target).writer(**WRITER)
            except Exception as error:
                raise IndexUnavailable from error
            try:
                yield writer
                writer.commit()
            except Exception as error:
                with suppress(Exception):
                    writer.cancel()
                raise IndexUnavailable from error

    @contextmanager
    def _only_writer(self) -> Iterator[None]:
        """Shut out every other writer, of this process or another, waiting up to a minute."""
        self._prepare_folder()
        with open(self._folder / "lock", "a") as handle:
            deadline = time.monotonic() + LOCK_WAIT
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise IndexUnavailable from None
                    time.sleep(0.01)
            yield  # closing the file lets go of the lock

    def _prepare_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._check_folder()
        self._folder.chmod(0o700)

    def _check_folder(self) -> None:
        status = self._folder.stat()
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise IndexUnavailable

    def _open(self, target: str) -> FileIndex:
        self._check_folder()
        if os.path.basename(target) != target:
            raise IndexUnavailable
        return self._storage(self._folder / target).open_index()

    def _storage(self, folder: Path) -> FileStorage:
        # Not mapped: a file cut short under a mapping ends the process instead of raising.
        return FileStorage(str(folder), supports_mmap=False)

    def _point_to(self, fresh: Path) -> None:
        link = self._folder / f"{fresh.name}.link"
        os.symlink(fresh.name, link)
        os.replace(link, self._current)

    # Tokens

    def _add(self, writer: Any, documents: Iterable[Document]) -> None:
        for document in documents:
            cut = tokens.of_document(document)
            ranked = {name: sorted(getattr(cut, name)) for name in WEIGHTS}
            writer.add_document(key=document.key, grams=sorted(cut.grams), **ranked)

    def _delete(self, writer: Any, keys: list[str]) -> None:
        # One query for all: update_document would open a reader for each.
        for start in range(0, len(keys), BATCH):
            terms = [query.Term("key", key) for key in keys[start : start + BATCH]]
            writer.delete_by_query(query.Or(terms))
