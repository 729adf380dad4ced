"""Rows for many tables, written in bulk in the order that foreign keys allow; ids are given here."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session, scoped_session

from demo.chance import Chance
from shop.db import Base, is_postgresql

CHUNK = 40_000


def _blank(table: Table) -> dict[str, Any]:
    """Every column with its plain default, so that all rows of a table name the same columns."""
    return {
        column.name: column.default.arg  # type: ignore[attr-defined]
        if column.default is not None and column.default.is_scalar
        else None
        for column in table.columns
    }


class Writer:
    """Collects rows and writes them when there are many. Parents are added before children."""

    def __init__(self, session: Session | scoped_session[Any]) -> None:
        self.session = session
        self._rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._blanks: dict[Table, dict[str, Any]] = {}
        self._ids: dict[Table, int] = {}
        self._chances: dict[Table, Chance] = {}
        self._count = 0

    def add(self, model: type[Any], **values: Any) -> int:
        """Leave one row to be written; returns the id it has or gets."""
        table: Table = model.__table__
        if table not in self._blanks:
            self._blanks[table] = _blank(table)
        row = {**self._blanks[table], **values}
        if "id" in table.columns and row["id"] is None:
            row["id"] = self.next_id(model)
        if "public_id" in table.columns:
            row["public_id"] = self._chance(table).public_id()
        self._rows[table].append(row)
        self._count += 1
        return int(row.get("id") or 0)

    def next_id(self, model: type[Any]) -> int:
        """Take the next id of a table, also for a row that is added later."""
        table: Table = model.__table__
        if table not in self._ids:
            key = table.columns["id"]
            self._ids[table] = self.session.scalar(select(func.max(key))) or 0
        self._ids[table] += 1
        return self._ids[table]

    def _chance(self, table: Table) -> Chance:
        if table not in self._chances:
            self._chances[table] = Chance(f"public id of {table.name}")
        return self._chances[table]

    def breathe(self) -> None:
        """Write what has come together, if it is much. Call where no row waits for its parent."""
        if self._count >= CHUNK:
            self.flush()

    def flush(self) -> None:
        connection = self.session.connection()
        for table in Base.metadata.sorted_tables:
            rows = self._rows.pop(table, None)
            if rows:
                connection.execute(insert(table), rows)
        self._count = 0

    def finish(self) -> None:
        """Write the rest and tell PostgreSQL's counters which ids are taken."""
        self.flush()
        if not is_postgresql():
            return
        for table in self._ids:
            statement = text(
                "SELECT setval(pg_get_serial_sequence(:name, 'id'), greatest(:last, 1))"
            )
            self.session.execute(statement, {"name": table.name, "last": self._ids[table]})
