"""What Alembic runs: migrations against the application's own engine.

The models are known because the application imported them; migrations themselves never do.
"""

import logging
from logging.config import fileConfig
from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

config = context.config
if config.config_file_name and not config.attributes.get("keep_logging"):
    fileConfig(config.config_file_name, disable_existing_loggers=False)
logger = logging.getLogger("alembic.env")

migrate = current_app.extensions["migrate"]
metadata = migrate.db.metadata


def include_object(
    object_: Any, name: str | None, type_: str, reflected: bool, compare_to: Any
) -> bool:
    """Tables made by an extension or by a search index of the database are not ours to drop."""
    return not (type_ == "table" and reflected and (object_.info or {}).get("foreign"))


def render_item(type_: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our own column types as the plain ones beneath: a migration names no model code."""
    if type_ == "type" and isinstance(item, sa.TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def leave_empty_out(context_: Any, revision: Any, directives: list[Any]) -> None:
    """No migration is written when nothing changed."""
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []
        logger.info("No changes in schema detected.")


def configure(connection: Connection | None, **options: Any) -> None:
    settings = {
        **migrate.configure_args,
        "compare_type": True,
        "include_object": include_object,
        "process_revision_directives": leave_empty_out,
        "render_as_batch": True,
        "render_item": render_item,
        "target_metadata": metadata,
        **options,
    }
    context.configure(connection=connection, **settings)


def run_offline() -> None:
    url = migrate.db.engine.url.render_as_string(hide_password=False)
    configure(None, url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """SQLite checks foreign keys only afterwards, since a batch change re-creates its table."""
    engine = migrate.db.engine
    with engine.connect().execution_options(writing=True) as connection:
        embedded = engine.dialect.name == "sqlite"
        if embedded:
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            configure(connection, transactional_ddl=True)
            with context.begin_transaction():
                context.run_migrations()
                if embedded:
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                    if broken:
                        raise RuntimeError(f"foreign keys broken by the migration: {broken[:5]}")
        finally:
            if embedded:
                raw.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    run_offline()
else:
    run_online()
