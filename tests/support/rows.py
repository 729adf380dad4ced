"""Puts the rows of a PostgreSQL database back, table by table, instead of copying the database.

A schema `pristine` holds a copy of every table. What was written since is found by the rows
themselves (their transaction, their number), whoever wrote them.
"""

from typing import Any

import psycopg
from psycopg import sql

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
SEQUENCES = (
    "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
    " ORDER BY sequencename"
)
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def keep(uri: str) -> None:
    """Copy every table of a finished template into its schema `pristine`."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA pristine")
        for table in _tables(connection):
            connection.execute(
                sql.SQL("CREATE TABLE pristine.{0} AS TABLE public.{0}").format(table)
            )


class Rows:
    """One database that was copied from a kept template and has been written to since."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        with psycopg.connect(uri, autocommit=True) as connection:
            self.tables = _tables(connection)
            self.sequences = connection.execute(SEQUENCES).fetchall()
            self.counts = dict(self._look(connection, since=None))
            self.since = self._now(connection)

    def put_back(self) -> None:
        """Every table that somebody wrote to has its rows, and every sequence its value, again."""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(OTHERS)
            written = [
                name
                for name, (count, new) in self._look(connection, since=self.since)
                if new or count != self.counts[name][0]
            ]
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")
                for name in written:
                    table = sql.Identifier(name)
                    connection.execute(sql.SQL("DELETE FROM public.{}").format(table))
                    connection.execute(
                        sql.SQL("INSERT INTO public.{0} OVERRIDING SYSTEM VALUE"
                                " SELECT * FROM pristine.{0}").format(table)
                    )  # fmt: skip
            self._reset_sequences(connection)
            self.since = self._now(connection)

    def _look(
        self, connection: psycopg.Connection[Any], *, since: int | None
    ) -> list[tuple[str, tuple[int, int]]]:
        """Each table's number of rows, and of rows newer than a transaction."""
        newer = sql.SQL("count(*) FILTER (WHERE age(xmin) < age({}::text::xid))").format(
            sql.Literal(str(since))
        )
        parts = [
            sql.SQL("SELECT {}, count(*), {} FROM public.{}").format(
                sql.Literal(table.as_string().strip('"')),
                newer if since is not None else sql.SQL("0::bigint"),
                table,
            )
            for table in self.tables
        ]
        rows = connection.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall()
        return [(name, (count, new)) for name, count, new in rows]

    def _reset_sequences(self, connection: psycopg.Connection[Any]) -> None:
        for now, then in zip(connection.execute(SEQUENCES).fetchall(), self.sequences, strict=True):
            if now != then:
                name, value = then
                connection.execute(
                    "SELECT setval(%s::regclass, %s, %s)",
                    [f'public."{name}"', value or 1, value is not None],
                )

    @staticmethod
    def _now(connection: psycopg.Connection[Any]) -> int:
        row = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert row is not None
        return int(row[0]) % 2**32


def _tables(connection: psycopg.Connection[Any]) -> list[sql.Identifier]:
    return [sql.Identifier(row[0]) for row in connection.execute(TABLES)]
