"""Everything the server remembers: one SQLite file, or memory when no folder is given.

One connection behind one lock. Requests are short, and holding the lock through a whole write is
what makes idempotency keys and refund limits hold under parallel requests.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SCHEMA = """
create table if not exists object (
    id text primary key, kind text not null, created integer not null,
    status text, expires_at integer, body text not null, seq integer
);
create index if not exists object_kind on object (kind, status, expires_at);
create index if not exists object_seq on object (kind, seq);
create table if not exists answer (
    key text primary key, fingerprint text not null, status integer not null,
    body text not null, created integer not null
);
create index if not exists answer_created on answer (created);
create table if not exists delivery (
    id integer primary key, event_id text not null, due integer not null,
    state text not null, attempts text not null default '[]', payload text not null
);
create index if not exists delivery_due on delivery (state, due);
"""


class Store:
    """Objects, answers to idempotency keys and webhook deliveries."""

    def __init__(self, state_dir: Path | None) -> None:
        if state_dir is not None:
            state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = ":memory:" if state_dir is None else str(state_dir / "localstripe.sqlite3")
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(SCHEMA)
        self._db.execute("update delivery set state = 'pending' where state = 'sending'")
        (self._seq,) = self._db.execute("select coalesce(max(seq), 0) from object").fetchone()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock and one transaction; nested use joins the outer one."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def put(self, body: Json) -> None:
        """Insert or replace an object by its id."""
        with self.writing():
            self._seq += 1
            self._db.execute(
                "insert into object values (?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set"
                " status = excluded.status, expires_at = excluded.expires_at, body = excluded.body",
                (
                    body["id"],
                    body["object"],
                    body["created"],
                    body.get("status"),
                    body.get("expires_at"),
                    json.dumps(body, ensure_ascii=False),
                    self._seq,
                ),
            )

    def get(self, kind: str, object_id: str) -> Json | None:
        rows = self._rows("select body from object where id = ? and kind = ?", object_id, kind)
        return json.loads(rows[0][0]) if rows else None

    def overdue_sessions(self, at: int) -> list[str]:
        """Ids of open sessions whose expiry has come."""
        rows = self._rows(
            "select id from object where kind = 'checkout.session' and status = 'open'"
            " and expires_at <= ? order by expires_at limit 200",
            at,
        )
        return [row[0] for row in rows]

    def newest(self, kind: str, limit: int, after: str | None) -> list[Json]:
        """Objects of a kind, newest first, older than `after` when given."""
        rows = self._rows(
            "select body from object where kind = ? and seq <"
            " coalesce((select seq from object where id = ?), 9223372036854775807)"
            " order by seq desc limit ?",
            kind,
            after,
            limit,
        )
        return [json.loads(row[0]) for row in rows]

    def answer(self, key: str) -> tuple[str, int, str] | None:
        rows = self._rows("select fingerprint, status, body from answer where key = ?", key)
        return rows[0] if rows else None

    def keep_answer(self, key: str, fingerprint: str, status: int, body: str, at: int) -> None:
        with self.writing():
            self._db.execute(
                "insert into answer values (?, ?, ?, ?, ?)", (key, fingerprint, status, body, at)
            )

    def forget_answers(self, before: int) -> None:
        with self.writing():
            self._db.execute("delete from answer where created < ?", (before,))

    def queue(self, event_id: str, payload: str, due: int, state: str) -> int:
        with self.writing():
            cursor = self._db.execute(
                "insert into delivery (event_id, due, state, payload) values (?, ?, ?, ?)",
                (event_id, due, state, payload),
            )
            return int(cursor.lastrowid or 0)

    def claim_due(self, at: int) -> tuple[int, str, list[Json]] | None:
        """Take the oldest delivery that is due: its id, its body and the attempts so far."""
        with self.writing():
            rows = self._rows(
                "select id, payload, attempts from delivery where state = 'pending' and due <= ?"
                " order by due, id limit 1",
                at,
            )
            if not rows:
                return None
            self._db.execute("update delivery set state = 'sending' where id = ?", (rows[0][0],))
            return rows[0][0], rows[0][1], json.loads(rows[0][2])

    def settle(self, delivery_id: int, state: str, due: int, attempts: list[Json]) -> None:
        with self.writing():
            self._db.execute(
                "update delivery set state = ?, due = ?, attempts = ? where id = ?",
                (state, due, json.dumps(attempts), delivery_id),
            )

    def deliveries(self, state: str | None = None) -> list[Json]:
        """All deliveries in the order they were queued, with every attempt."""
        rows = self._rows(
            "select id, event_id, due, state, attempts, payload from delivery"
            " where ?1 is null or state = ?1 order by id",
            state,
        )
        names = ("id", "event_id", "due", "state", "attempts", "payload")
        found = [dict(zip(names, row, strict=True)) for row in rows]
        return [{**row, "attempts": json.loads(row["attempts"])} for row in found]

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()
