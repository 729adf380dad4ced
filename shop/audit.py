"""The audit trail: one append-only line per operation, in the operation's own transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, CheckConstraint, Index, event
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.actor import Actor
from shop.db import Base, Key, db


class AuditEntry(Base):
    """What was done, by whom, to what. Names are copied in: no foreign keys upward."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("action LIKE '%:%:%'", name="action_grammar"),
        Index("ix_audit_entries_subject", "subject_type", "subject_id"),
    )

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(index=True)
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    actor_user_id: Mapped[int | None]
    actor_name: Mapped[str]
    organisation_id: Mapped[int | None]
    organisation_name: Mapped[str | None]
    request_id: Mapped[str]
    address: Mapped[str | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


APPEND_ONLY_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
APPEND_ONLY_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql
"""
APPEND_ONLY_POSTGRESQL = """
CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def append_only_statements(table: str, dialect: str) -> list[str]:
    """The statements that make the database itself refuse to change or delete a table's rows."""
    if dialect == "sqlite":
        return [APPEND_ONLY_SQLITE.format(table=table, verb=verb) for verb in ("UPDATE", "DELETE")]
    return [APPEND_ONLY_FUNCTION.replace("%%", "%")] + [
        APPEND_ONLY_POSTGRESQL.format(table=table, verb=verb) for verb in ("UPDATE", "DELETE")
    ]


def append_only(table: Any) -> None:
    """Put the refusing triggers on a table whenever it is created from the models."""
    for dialect in ("sqlite", "postgresql"):
        for statement in append_only_statements(table.name, dialect):
            ddl = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)
            event.listen(table, "after_create", ddl)


append_only(AuditEntry.__table__)


def record(
    actor: Actor,
    action: str,
    subject: Any,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Write one line. `subject` is a mapped object with an id; personal values never go in."""
    if subject.id is None:
        db.session.flush()
    db.session.add(
        AuditEntry(
            at=at or clock.now(),
            action=action,
            subject_type=subject.__tablename__,
            subject_id=str(subject.id),
            actor_user_id=actor.user_id,
            actor_name=actor.name,
            organisation_id=actor.organisation_id,
            organisation_name=actor.organisation_name,
            request_id=actor.request_id,
            address=actor.address,
            before=before,
            after=after,
        )
    )
