"""The outbox: messages left in the same transaction as the change that causes them."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import Flask, current_app
from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Key, db, insert_once

Handler = Callable[[dict[str, Any], datetime], None]


class MessageStatus(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    SET_ASIDE = "set_aside"


class OutboxMessage(Base):
    """One effect to bring about: handled at least once, applied once (bar A13)."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        CheckConstraint("status IN ('waiting','done','set_aside')", name="status"),
        Index("ix_outbox_messages_due", "status", "available_at", "id"),
    )

    id: Mapped[Key]
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]]
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default=MessageStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    available_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]


def leave(
    topic: str,
    payload: dict[str, Any],
    *,
    at: datetime,
    due: datetime | None = None,
    dedupe_key: str | None = None,
) -> None:
    """Leave a message in the current transaction; a worker handles it after the commit.

    With a `dedupe_key` a second message of the same key is silently left out.
    """
    values = {
        "topic": topic,
        "payload": payload,
        "created_at": at,
        "available_at": due or at,
        "dedupe_key": dedupe_key,
    }
    if dedupe_key is None:
        db.session.add(OutboxMessage(**values))
    else:
        insert_once(OutboxMessage, values)


def handlers() -> dict[str, Handler]:
    found: dict[str, Handler] = current_app.extensions["outbox_handlers"]
    return found


def external_handlers() -> dict[str, Handler]:
    found: dict[str, Handler] = current_app.extensions["outbox_external_handlers"]
    return found


def register(app: Flask, topic: str, handler: Handler) -> None:
    """Name the function that handles a topic: `handler(payload, at)`, inside the transaction
    that marks the message done. What it writes is written exactly once."""
    _add(app, "outbox_handlers", topic, handler)


def register_external(app: Flask, topic: str, handler: Handler) -> None:
    """Name the function that tells somebody outside (a refund, a mail): called with no
    transaction open, under a lease, at least once. It brings its own idempotency key in the
    payload and may open `transaction()` itself to note the answer."""
    _add(app, "outbox_external_handlers", topic, handler)


def _add(app: Flask, table: str, topic: str, handler: Handler) -> None:
    both = ("outbox_handlers", "outbox_external_handlers")
    if any(topic in app.extensions[name] for name in both):
        raise ValueError(f"topic {topic} has two handlers")
    app.extensions[table][topic] = handler


def init_app(app: Flask) -> None:
    app.extensions["outbox_handlers"] = {}
    app.extensions["outbox_external_handlers"] = {}
