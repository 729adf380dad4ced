"""What Alembic runs: migrations against the application's own engine.

The models are known because the application imported them; migrations themselves never do.
"""

import logging
from logging.config import fileConfig
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate import renderers
from alembic.operations import MigrateOperation, ops
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


class TriggerOp(MigrateOperation):
    """Statements that follow the making of a table on one kind of database."""

    def __init__(self, dialect: str, statements: list[str]) -> None:
        self.dialect = dialect
        self.statements = statements


@renderers.dispatch_for(TriggerOp)
def render_triggers(autogen_context: Any, operation: TriggerOp) -> list[str]:
    lines = [f"if op.get_context().dialect.name == {operation.dialect!r}:"]
    lines += [f'    op.execute("""{statement.strip()}""")' for statement in operation.statements]
    return ["\n".join(lines)]


def triggers_of(table: sa.Table) -> list[TriggerOp]:
    """What the models run after making the table (`shop.audit.append_only`), as plain SQL."""
    found: dict[str, list[str]] = {}
    for listener in table.dispatch.after_create:
        if isinstance(listener, sa.DDL) and listener._ddl_if is not None:
            dialect = str(listener._ddl_if.dialect)
            found.setdefault(dialect, []).append(listener.statement.replace("%%", "%"))
    return [TriggerOp(dialect, statements) for dialect, statements in found.items()]


def finish_script(context_: Any, revision: Any, directives: list[Any]) -> None:
    """No migration is written when nothing changed; a new table brings its triggers along."""
    if not getattr(config.cmd_opts, "autogenerate", False):
        return
    script = directives[0]
    if script.upgrade_ops.is_empty():
        directives[:] = []
        logger.info("No changes in schema detected.")
        return
    created = [op for op in script.upgrade_ops.ops if isinstance(op, ops.CreateTableOp)]
    for operation in created:
        script.upgrade_ops.ops.extend(triggers_of(metadata.tables[operation.table_name]))


def configure(connection: Connection | None, **options: Any) -> None:
    settings = {
        **migrate.configure_args,
        "compare_type": True,
        "include_object": include_object,
        "process_revision_directives": finish_script,
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
