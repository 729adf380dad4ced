"""Reading the background work and the audit trail."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select

from shop import clock
from shop.audit import AuditEntry
from shop.db import db
from shop.jobs import ScheduledJob, known_jobs
from shop.outbox import MessageStatus, OutboxMessage, external_handlers, handlers


@dataclass(frozen=True)
class TopicCount:
    """How many messages of a topic stand where, and since when the oldest waits."""

    topic: str
    waiting: int
    done: int
    set_aside: int
    oldest: datetime | None
    is_handled: bool


@dataclass(frozen=True)
class JobLine:
    name: str
    every: timedelta
    due_at: datetime | None
    last_run_at: datetime | None
    last_result: int | None
    last_error: str | None


def topic_counts() -> list[TopicCount]:
    rows = db.session.execute(
        select(
            OutboxMessage.topic,
            OutboxMessage.status,
            func.count(),
            func.min(OutboxMessage.available_at),
        ).group_by(OutboxMessage.topic, OutboxMessage.status)
    ).all()
    known = {*handlers(), *external_handlers()}
    counts = {(topic, status): count for topic, status, count, _ in rows}
    oldest = {topic: at for topic, status, _, at in rows if status == MessageStatus.WAITING}
    return [
        TopicCount(
            topic,
            counts.get((topic, MessageStatus.WAITING), 0),
            counts.get((topic, MessageStatus.DONE), 0),
            counts.get((topic, MessageStatus.SET_ASIDE), 0),
            oldest.get(topic),
            topic in known,
        )
        for topic in sorted({row[0] for row in rows} | known)
    ]


def set_aside() -> Select[tuple[OutboxMessage]]:
    """Messages given up, the latest first."""
    return (
        select(OutboxMessage)
        .where(OutboxMessage.status == MessageStatus.SET_ASIDE)
        .order_by(OutboxMessage.id.desc())
    )


def job_lines() -> list[JobLine]:
    rows = {row.name: row for row in db.session.scalars(select(ScheduledJob))}
    lines = []
    for name, job in sorted(known_jobs().items()):
        row = rows.get(name)
        facts = (
            (row.due_at, row.last_run_at, row.last_result, row.last_error) if row else [None] * 4
        )
        lines.append(JobLine(name, job.every, *facts))
    return lines


def audit_entries(
    *, action: str = "", subject: str = "", person: str = "", day: date | None = None,
    until: date | None = None,
) -> Select[tuple[AuditEntry]]:  # fmt: skip
    """The trail, newest first: actions that begin so; `table` or `table:id`; a name's part.

    `day` alone is that day; with `until` all days from one to the other, either end open.
    """
    found = select(AuditEntry).order_by(AuditEntry.id.desc())
    if action:
        found = found.where(AuditEntry.action.startswith(action, autoescape=True))
    if subject:
        table, _, subject_id = subject.partition(":")
        found = found.where(AuditEntry.subject_type == table)
        if subject_id:
            found = found.where(AuditEntry.subject_id == subject_id)
    if person:
        found = found.where(AuditEntry.actor_name.contains(person, autoescape=True))
    last = until or day
    if day is not None:
        found = found.where(AuditEntry.at >= clock.start_of(day))
    if last is not None:
        found = found.where(AuditEntry.at < clock.start_of(last + timedelta(days=1)))
    return found
