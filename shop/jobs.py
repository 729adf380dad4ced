"""Scheduled jobs: plain functions that the worker runs when they are due, one runner at a time."""

import fcntl
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, db, insert_once, is_postgresql, transaction

JobFunction = Callable[[datetime], int]
NAME = re.compile(r"[a-z]+([:_.-][a-z]+)*")


class ScheduledJob(Base):
    """When a job is due next, and what came of its last run."""

    __tablename__ = "scheduled_jobs"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
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
    if name in table or not NAME.fullmatch(name):
        raise ValueError(f"job {name} is scheduled twice, or its name is not plain")
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


def due_names(at: datetime) -> list[str]:
    statement = select(ScheduledJob.name).where(
        ScheduledJob.name.in_(known_jobs()), ScheduledJob.due_at <= at
    )
    return list(db.session.scalars(statement.order_by(ScheduledJob.due_at, ScheduledJob.name)))


def run_next(at: datetime) -> bool:
    """Run one due job that nobody else is running; False when there is none."""
    for name in due_names(at):
        db.session.rollback()
        with only_runner(name) as is_ours:
            # Another worker may have run it between our look and our lock.
            if is_ours and name in due_names(at):
                _run(known_jobs()[name], at)
                return True
    return False


def run_job(name: str, at: datetime) -> bool:
    """Run one job now, due or not; False when somebody else is running it."""
    enter_jobs(at)
    with only_runner(name) as is_ours:
        if is_ours:
            _run(known_jobs()[name], at)
    return is_ours


@contextmanager
def only_runner(name: str) -> Iterator[bool]:
    """Whether this process may run a job. The lock ends with its holder, however that ends, so
    a job whose worker was killed is free again at once."""
    if is_postgresql():
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            is_ours = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
            try:
                yield is_ours
            finally:
                if is_ours:
                    connection.execute(select(func.pg_advisory_unlock(key)))
        return
    folder = Path(current_app.config["VAR_DIR"]) / "jobs"
    folder.mkdir(exist_ok=True)
    with (folder / f"{name.replace(':', '.')}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_ours = True
        except OSError:
            is_ours = False
        yield is_ours


def _run(job: Job, at: datetime) -> None:
    db.session.rollback()
    result, error = None, None
    try:
        result = job.function(at)
    except Exception as problem:
        db.session.rollback()
        error = place_of(problem)
        current_app.logger.exception("job %s failed", job.name)
    with transaction():
        row = db.session.get_one(ScheduledJob, job.name)
        row.due_at = at + job.every
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
