"""The worker: applies outbox messages and runs scheduled jobs, without a broker.

Several may run at once. A message's handler runs in the transaction that marks it done, so its
effect is applied once even when the worker is killed; only external handlers, which tell somebody
outside, may be called again, under a lease. A message that keeps failing is set aside.
"""

import os
import signal
import socket
import threading
import time
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Select, or_, select
from sqlalchemy.exc import DBAPIError
from werkzeug.test import EnvironBuilder

from shop import clock, jobs
from shop.db import db, transaction
from shop.failpoints import failpoint
from shop.jobs import place_of
from shop.outbox import MessageStatus, OutboxMessage, external_handlers, handlers

MOST_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=5)  # doubled with every attempt: set aside after some ten minutes
IDLE_SECONDS = 0.5
JOB_CHECK_SECONDS = 10


def due(at: datetime) -> Select[tuple[OutboxMessage]]:
    """Messages that may be handled now, oldest first. Topics nobody handles wait, unharmed."""
    return (
        select(OutboxMessage)
        .where(
            OutboxMessage.status == MessageStatus.WAITING,
            OutboxMessage.available_at <= at,
            OutboxMessage.topic.in_([*handlers(), *external_handlers()]),
            or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= at),
        )
        .order_by(OutboxMessage.available_at, OutboxMessage.id)
        .limit(1)
    )


def is_any_due(at: datetime) -> bool:
    """A look without a lock, so that an idle worker never takes the writer's place."""
    return db.session.scalar(due(at).with_only_columns(OutboxMessage.id)) is not None


def handle_next(at: datetime, *, worker: str = "worker") -> bool:
    """Handle one due message; False when there is none. A failing handler is noted, not raised."""
    taken: tuple[int, str, dict[str, Any]] | None = None
    try:
        with transaction():
            message = db.session.scalar(due(at).with_for_update(skip_locked=True))
            if message is None:
                return False
            taken = message.id, message.topic, message.payload
            is_external = message.topic in external_handlers()
            if is_external:
                is_external = _claim(message, worker, at)
            else:
                message.attempts += 1
                with page_words():
                    handlers()[message.topic](message.payload, at)
                failpoint("outbox:message:handled")
                _finish(message, at)
    except Exception as problem:
        if taken is None:
            raise
        _postpone(taken[0], problem, at, counted=False)
        return True
    if is_external:
        _tell_outside(*taken, worker=worker, at=at)
    return True


def drain(at: datetime, *, worker: str = "worker") -> int:
    """Handle everything that is due at an instant; how many messages that was."""
    count = 0
    while handle_next(at, worker=worker):
        count += 1
    return count


def page_words() -> Any:
    """Addresses and words as a page has them, for handlers that write notices."""
    builder = EnvironBuilder(base_url=current_app.config["PUBLIC_URL"])
    return current_app._get_current_object().request_context(builder.get_environ())  # type: ignore[attr-defined]


def _claim(message: OutboxMessage, worker: str, at: datetime) -> bool:
    """Lease a message before telling anybody. Each lease counts, so that a message that kills
    its worker is set aside too."""
    if message.attempts >= MOST_ATTEMPTS:
        message.status, message.last_error = MessageStatus.SET_ASIDE, "WorkerLost"
        return False
    message.attempts += 1
    message.claimed_by = worker
    message.claimed_until = at + current_app.config["OUTBOX_LEASE"]
    return True


def _finish(message: OutboxMessage, at: datetime) -> None:
    message.status, message.finished_at = MessageStatus.DONE, at
    message.claimed_by = message.claimed_until = message.last_error = None


def _tell_outside(
    message_id: int, topic: str, payload: dict[str, Any], *, worker: str, at: datetime
) -> None:
    db.session.rollback()
    try:
        with page_words():
            external_handlers()[topic](payload, at)
    except Exception as problem:
        _postpone(message_id, problem, at, counted=True)
        return
    with transaction():
        message = db.session.get_one(OutboxMessage, message_id, with_for_update=True)
        if message.status == MessageStatus.WAITING and message.claimed_by == worker:
            _finish(message, at)


def _postpone(message_id: int, problem: Exception, at: datetime, *, counted: bool) -> None:
    """Note a failure in a transaction of its own; set the message aside after the last attempt."""
    db.session.rollback()
    with transaction():
        message = db.session.get_one(OutboxMessage, message_id, with_for_update=True)
        if message.status != MessageStatus.WAITING:
            return
        message.attempts += 0 if counted else 1
        message.last_error = place_of(problem)
        message.claimed_by = message.claimed_until = None
        message.available_at = at + FIRST_DELAY * 2 ** (message.attempts - 1)
        if message.attempts >= MOST_ATTEMPTS:
            message.status = MessageStatus.SET_ASIDE
        words = (message.topic, message_id, message.attempts, message.last_error)
    current_app.logger.warning("outbox %s #%s failed, attempt %s: %s", *words)


class Worker:
    """The loop of one process; ends after the message at hand when it is asked to stop."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = threading.Event()
        self.jobs_checked_at = 0.0

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())

    def step(self) -> bool:
        """One message or one job, if any is due."""
        try:
            at = clock.now()
            if is_any_due(at) and handle_next(at, worker=self.name):
                return True
            return self._jobs_step(at)
        finally:
            db.session.remove()

    def serve(self) -> None:
        """Until asked to stop. A database that is away is waited for."""
        delay = IDLE_SECONDS
        while not self.stopping.is_set():
            try:
                if not self.step():
                    self.stopping.wait(IDLE_SECONDS)
                delay = IDLE_SECONDS
            except DBAPIError as problem:
                current_app.logger.error("worker waits for the database: %s", place_of(problem))
                self.stopping.wait(delay)
                delay = min(delay * 2, 10)

    def until_idle(self) -> int:
        count = 0
        while not self.stopping.is_set():
            self.jobs_checked_at = 0.0
            if not self.step():
                break
            count += 1
        return count

    def _jobs_step(self, at: datetime) -> bool:
        if time.monotonic() - self.jobs_checked_at < JOB_CHECK_SECONDS and self.jobs_checked_at:
            return False
        jobs.enter_jobs(at)
        if jobs.run_next(at):
            return True
        self.jobs_checked_at = time.monotonic()
        return False
