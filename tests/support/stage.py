"""The whole cast signed in over one world that notices when anything in it is changed."""

import sqlite3
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event, text

from tests.support.database import World
from tests.support.page import CSRF_FIELD, PageClient
from tests.support.people import PEOPLE, signed_in
from tests.support.walk import Visit

VISITOR = "visitor"
CAST = (VISITOR, *PEOPLE)
HARMLESS = {"SELECT", "SAVEPOINT", "RELEASE"}  # whatever else is sent may write: WITH, for example


class Memory:
    """Whether the database was changed since the last look, and a way back to how it was.

    SQLite counts the commits that changed something (`data_version`); on PostgreSQL the version
    of every row is added up, unless only SELECTs were sent since the last look: reading every row
    takes long. A transaction that was rolled back, or wrote nothing, is no change.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.file: sqlite3.Connection | None = None
        self.copy = sqlite3.connect(":memory:")
        self.only_read = False
        if world.engine is not None and world.kind != "sqlite":
            event.listen(world.engine, "before_cursor_execute", self.note)
        self.open()
        if self.file is not None:
            self.file.backup(self.copy)

    def open(self) -> None:
        if self.world.kind == "sqlite":
            self.file = sqlite3.connect(self.world.url.removeprefix("sqlite:///"), timeout=20)
        self.last = self.version()

    def note(self, conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.split(maxsplit=1)[0].upper() not in HARMLESS:
            self.only_read = False

    def version(self) -> object:
        if self.file is not None:
            return self.file.execute("PRAGMA data_version").fetchone()[0]
        assert self.world.engine is not None
        with self.world.engine.connect() as connection:
            names = connection.scalars(
                text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
            )
            rows = " UNION ALL ".join(
                f"SELECT '{name}', count(*), sum(xmin::text::bigint) FROM {name}"
                for name in sorted(names)
            )
            return sorted(map(str, connection.execute(text(rows))))

    def changed(self) -> bool:
        if self.only_read:
            return False
        before, self.last = self.last, self.version()
        self.only_read = self.world.kind != "sqlite"
        return self.last != before

    def put_back(self) -> None:
        """The state in which the cast had just signed in (SQLite only)."""
        assert self.file is not None
        self.copy.backup(self.file)
        self.changed()

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
        elif self.world.engine is not None:
            event.remove(self.world.engine, "before_cursor_execute", self.note)


@dataclass
class Tour:
    """What everybody saw, and what was logged meanwhile."""

    visits: list[tuple[str, Visit]]
    log: str


@dataclass
class Stage:
    app: Flask
    world: World
    memory: Memory
    cast: dict[str, PageClient]
    tokens: dict[str, str] = field(default_factory=dict)
    starts: tuple[str, ...] = ("/", "/cart", "/checkout", "/account")

    def put_back(self) -> None:
        self.memory.put_back()
        self.app.extensions["catalog_fragments"].clear()


def fill_cart(client: PageClient) -> None:
    """Put three offers into a cart as a person would, so that cart and checkout have forms."""
    links = [link for link in client.get("/products").reader.links if link.startswith("/products/")]
    for link in list(dict.fromkeys(links))[:3]:
        page = client.get(link)
        client.submit(page, "/cart/lines", quantity=page.form("/cart/lines").fields["quantity"])


def set_stage(app: Flask, world: World) -> Stage:
    """Sign everybody in. The clock should stand still, so that no session is marked as seen."""
    cast = {VISITOR: PageClient(app.test_client())}
    cast |= {name: signed_in(app, name) for name in PEOPLE}
    for name in (VISITOR, "consumer"):
        fill_cart(cast[name])
    tokens = {}
    for name, client in cast.items():
        page = client.get("/sign-in" if name == VISITOR else "/account")
        tokens[name] = next(
            form.fields[CSRF_FIELD][0] for form in page.reader.forms if CSRF_FIELD in form.fields
        )
    return Stage(app, world, Memory(world), cast, tokens)
