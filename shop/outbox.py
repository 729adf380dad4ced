"""The outbox: messages left in the same transaction as the change that causes them."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import Flask, current_app
from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Key, db

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


def leave(
    topic: str, payload: dict[str, Any], *, at: datetime, due: datetime | None = None
) -> None:
    """Leave a message in the current transaction; a worker handles it after the commit."""
    db.session.add(
        OutboxMessage(topic=topic, payload=payload, created_at=at, available_at=due or at)
    )


def handlers() -> dict[str, Handler]:
    found: dict[str, Handler] = current_app.extensions["outbox_handlers"]
    return found


def register(app: Flask, topic: str, handler: Handler) -> None:
    """Name the function that handles a topic: `handler(payload, at)`, inside a transaction."""
    table = app.extensions["outbox_handlers"]
    if topic in table:
        raise ValueError(f"topic {topic} has two handlers")
    table[topic] = handler


def init_app(app: Flask) -> None:
    app.extensions["outbox_handlers"] = {}
