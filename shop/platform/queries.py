"""Reading the background work and the audit trail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select

from shop import clock
from shop.audit import AuditEntry
from shop.db import db
from shop.jobs import ScheduledJob, known_jobs
from shop.outbox import MessageStatus, OutboxMessage, external_handlers, handlers

LATE = timedelta(minutes=10)
"""So long after its time a message or a job should not wait: the worker tries every few seconds."""


@dataclass(frozen=True)
class TopicCount:
    """How many messages of a topic stand where, and since when the oldest waits."""

    topic: str
    waiting: int
    done: int
    set_aside: int
    oldest: datetime | None
    is_handled: bool

    @property
    def is_idle(self) -> bool:
        """Nothing of this kind has come up yet."""
        return not (self.waiting or self.done or self.set_aside)


@dataclass(frozen=True)
class JobLine:
    name: str
    every: timedelta
    due_at: datetime | None
    last_run_at: datetime | None
    last_result: int | None
    last_error: str | None

    def is_late(self, at: datetime) -> bool:
        """It should have run some time ago: nobody seems to run the jobs."""
        return self.due_at is not None and self.due_at + LATE < at


@dataclass(frozen=True)
class Trouble:
    """Jobs whose last run failed; since when the worker should have done something and has not."""

    failed: list[JobLine]
    late_since: datetime | None


def topic_counts() -> list[TopicCount]:
    """Every kind of message; those with something given up first, then those that wait."""
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
    found = [
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
    return sorted(found, key=lambda each: (-each.set_aside, -each.waiting))


def in_trouble(topics: Iterable[TopicCount], jobs: Iterable[JobLine], *, at: datetime) -> Trouble:
    """What an operator has to see to."""
    lines = list(jobs)
    late = [topic.oldest for topic in topics if topic.oldest and topic.oldest + LATE < at]
    late += [job.due_at for job in lines if job.due_at and job.is_late(at)]
    return Trouble([job for job in lines if job.last_error], min(late, default=None))


def set_aside() -> Select[tuple[OutboxMessage]]:
    """Messages given up, the latest first."""
    return (
        select(OutboxMessage)
        .where(OutboxMessage.status == MessageStatus.SET_ASIDE)
        .order_by(OutboxMessage.id.desc())
    )


def job_lines() -> list[JobLine]:
    """Every scheduled job, those that failed first."""
    rows = {row.name: row for row in db.session.scalars(select(ScheduledJob))}
    lines = []
    for name, job in sorted(known_jobs().items()):
        row = rows.get(name)
        facts = (
            (row.due_at, row.last_run_at, row.last_result, row.last_error) if row else [None] * 4
        )
        lines.append(JobLine(name, job.every, *facts))
    return sorted(lines, key=lambda line: line.last_error is None)


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
