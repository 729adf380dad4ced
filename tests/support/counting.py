"""Counts the SQL queries that a block sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

NOT_QUERIES = ("PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "SET ")


@dataclass
class Queries:
    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.statements)


@contextmanager
def counted(engine: Engine) -> Iterator[Queries]:
    found = Queries()

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.lstrip().upper().startswith(NOT_QUERIES):
            found.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
