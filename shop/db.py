"""The database door: base class, column types, connection settings, transactions, locks."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from typing import Annotated, Any

from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    event,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from shop.money import Money
from shop.turns import turn
from shop.unlocking import skip_locking

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class MoneyType(TypeDecorator[Money]):
    """Money as whole fen in a BigInteger."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        return None if value is None else value.fen

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        return None if value is None else Money(int(value))


class Instant(TypeDecorator[datetime]):
    """A UTC instant; naive values are refused, SQLite gets its zone back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


BigKey = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    # The column types hang on the registry, as Flask-SQLAlchemy copies this class and both would
    # otherwise own a `type_annotation_map`.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={
            Money: MoneyType,
            datetime: Instant,
            str: Text,
            dict[str, Any]: JSON,
            list[str]: JSON,
        },
    )


Key = Annotated[int, mapped_column(BigKey, primary_key=True, autoincrement=True)]
Count = Annotated[int, mapped_column(BigInteger)]


def new_public_id() -> str:
    """An unguessable identifier for addresses: 128 random bits, URL-safe (bar A17)."""
    return secrets.token_urlsafe(16)


PublicId = Annotated[str, mapped_column(Text, unique=True, default=new_public_id)]

db = SQLAlchemy(model_class=Base, session_options={"autoflush": True})
migrate = Migrate(directory="migrations", render_as_batch=True)


def _configure_sqlite(connection: Any, record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # SQLAlchemy's BEGIN is ours, below
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=20000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-16000")
    cursor.close()


def _begin(connection: Any) -> None:
    """Writers take SQLite's lock at once, so that no read is upgraded halfway."""
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 20, "check_same_thread": False}}
    timeouts = "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
    return {
        "pool_size": 8,
        "max_overflow": 8,
        "pool_pre_ping": True,
        "connect_args": {"options": timeouts},
    }


def init_app(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        watch(db.engine)
        if app.config.get("SKIP_LOCKING"):
            skip_locking(db.engine)


def watch(engine: Engine) -> None:
    """Apply the connection settings to an engine, once."""
    if not event.contains(engine, "connect", _configure_sqlite):
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin)


@contextmanager
def transaction() -> Iterator[None]:
    """One unit of work: committed whole or not at all. Used at the edge only, never nested.

    What the request has read so far is let go first, so that the writer's lock is taken before
    anything that the decision rests on is read.
    """
    session = db.session()
    if session.in_transaction():
        session.rollback()
    with writers_turn():
        session.connection(execution_options={"writing": True})
        try:
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise


def writers_turn() -> AbstractContextManager[None]:
    """SQLite has room for one writer: its writers wait in line."""
    url = db.engine.url
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    if not is_file or current_app.config.get("SKIP_LOCKING"):
        return nullcontext()
    return turn(str(url.database))


def lock(model: type[Any], ids: list[int]) -> list[Any]:
    """Rows locked for writing in ascending id, so that two callers cannot deadlock."""
    statement = (
        select(model)
        .where(model.id.in_(sorted(set(ids))))
        .order_by(model.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def insert_once(model: type[Any], values: dict[str, Any]) -> bool:
    """Insert a row unless a unique constraint has it already; True when it is new."""
    dialect = postgresql if is_postgresql() else sqlite
    table: Any = model.__table__
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    made = db.session.execute(statement.returning(*table.primary_key.columns))
    return made.first() is not None


def is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


__all__ = [
    "Base", "BigKey", "Count", "Instant", "Key", "Mapped", "MoneyType", "PublicId", "date",
    "db", "engine_options", "init_app", "insert_once", "is_postgresql", "lock", "mapped_column", "migrate",
    "new_public_id", "transaction", "watch",
]  # fmt: skip
