"""Verbs about background work."""

from datetime import datetime

from sqlalchemy import select

from shop import audit
from shop.actor import Actor
from shop.db import db
from shop.errors import InvalidTransition, NotFound
from shop.outbox import MessageStatus, OutboxMessage


def replay_message(message_id: int, *, actor: Actor, at: datetime) -> OutboxMessage:
    """Let a message that was set aside be tried again. Raises NotFound, InvalidTransition."""
    statement = select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()
    message = db.session.scalar(statement)
    if message is None:
        raise NotFound
    if message.status != MessageStatus.SET_ASIDE:
        raise InvalidTransition
    before = {"status": message.status, "attempts": message.attempts, "error": message.last_error}
    message.status, message.attempts = MessageStatus.WAITING, 0
    message.available_at, message.last_error = at, None
    message.claimed_by = message.claimed_until = None
    after = {"status": message.status, "topic": message.topic}
    audit.record(actor, "shop:outbox:replay", message, before=before, after=after, at=at)
    return message
