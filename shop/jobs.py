"""Scheduled jobs: plain functions that the worker runs when they are due, one runner at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, db, insert_once, transaction

JobFunction = Callable[[datetime], int]
LEASE = timedelta(minutes=30)  # after this a run is taken for dead and the job is free again


class ScheduledJob(Base):
    """When a job is due next, and what came of its last run."""

    __tablename__ = "scheduled_jobs"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    running_until: Mapped[datetime | None]
    last_run_at: Mapped[datetime | None]
    last_result: Mapped[int | None]
    last_error: Mapped[str | None]


@dataclass(frozen=True)
class Job:
    name: str
    every: timedelta
    function: JobFunction


def schedule(app: Flask, name: str, every: timedelta, function: JobFunction) -> None:
    """Let the worker call `function(at)` every so often. It runs outside of any transaction,
    opens its own (one per item), may be run again at any time and returns how many it changed."""
    table: dict[str, Job] = app.extensions["jobs"]
    if name in table:
        raise ValueError(f"job {name} is scheduled twice")
    table[name] = Job(name, every, function)


def known_jobs() -> dict[str, Job]:
    found: dict[str, Job] = current_app.extensions["jobs"]
    return found


def enter_jobs(at: datetime) -> None:
    """Make sure that every known job has its row; a new one is due at once."""
    missing = set(known_jobs()) - set(db.session.scalars(select(ScheduledJob.name)))
    if missing:
        with transaction():
            for name in sorted(missing):
                insert_once(ScheduledJob, {"name": name, "due_at": at})


def is_any_due(at: datetime) -> bool:
    statement = select(ScheduledJob.name).where(*_free(at), ScheduledJob.due_at <= at).limit(1)
    return db.session.scalar(statement) is not None


def run_next(at: datetime) -> bool:
    """Run one due job; False when none is due."""
    with transaction():
        name = _claim(at, ScheduledJob.due_at <= at)
    if name is None:
        return False
    _run(known_jobs()[name], at)
    return True


def run_job(name: str, at: datetime) -> bool:
    """Run one job now, due or not; False when somebody else is running it."""
    enter_jobs(at)
    with transaction():
        claimed = _claim(at, ScheduledJob.name == name)
    if claimed is not None:
        _run(known_jobs()[name], at)
    return claimed is not None


def _free(at: datetime) -> tuple[object, ...]:
    return (
        ScheduledJob.name.in_(known_jobs()),
        or_(ScheduledJob.running_until.is_(None), ScheduledJob.running_until <= at),
    )


def _claim(at: datetime, which: object) -> str | None:
    statement = select(ScheduledJob).where(*_free(at), which).order_by(ScheduledJob.due_at)  # type: ignore[arg-type]
    row = db.session.scalar(statement.limit(1).with_for_update(skip_locked=True))
    if row is None:
        return None
    row.running_until = at + LEASE
    return row.name


def _run(job: Job, at: datetime) -> None:
    result, error = None, None
    try:
        result = job.function(at)
    except Exception as problem:
        db.session.rollback()
        error = place_of(problem)
        current_app.logger.exception("job %s failed", job.name)
    with transaction():
        row = db.session.get_one(ScheduledJob, job.name)
        row.running_until, row.due_at = None, at + job.every
        row.last_run_at, row.last_result, row.last_error = at, result, error


def place_of(problem: BaseException) -> str:
    """What failed and where; never the message, which may hold personal data."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        if "site-packages" in trace.tb_next.tb_frame.f_code.co_filename:
            break
        trace = trace.tb_next
    if trace is None:
        return type(problem).__name__
    module = trace.tb_frame.f_globals.get("__name__", "?")
    return f"{type(problem).__name__} · {module}:{trace.tb_lineno}"


def init_app(app: Flask) -> None:
    app.extensions["jobs"] = {}
