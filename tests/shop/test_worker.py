"""The worker: delivered at least once, applied once; poison is set aside (bar A13)."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import func, select

from shop import jobs, outbox, worker
from shop.accounts.models import Notice
from shop.accounts.notices import notify
from shop.db import db, transaction
from shop.outbox import MessageStatus, OutboxMessage
from tests.support.database import World

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
Calls = list[dict[str, Any]]


@pytest.fixture
def calls(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Handlers of the test's own for test.apply, test.poison and test.tell; what they were given."""
    found: Calls = []

    def apply(payload: dict[str, Any], at: datetime) -> None:
        key = f"test:{payload['n']}"
        notify(kind="test", subject=url_for("status.healthz"), dedupe_key=key, at=at, user_id=1)
        found.append(payload)

    def poison(payload: dict[str, Any], at: datetime) -> None:
        apply(payload, at)
        raise RuntimeError("about somebody@example.com")

    def tell(payload: dict[str, Any], at: datetime) -> None:
        assert not db.session().in_transaction()
        found.append(payload)
        if payload.get("fails"):
            raise ConnectionError("no answer for somebody@example.com")

    tables = app.extensions
    local = {"test.apply": apply, "test.poison": poison}
    monkeypatch.setitem(tables, "outbox_handlers", local)
    monkeypatch.setitem(tables, "outbox_external_handlers", {"test.tell": tell})
    return found


def leave(topic: str, **payload: Any) -> int:
    with transaction():
        outbox.leave(topic, payload, at=LONG_AGO)
    newest = select(func.max(OutboxMessage.id))
    return int(db.session.scalar(newest) or 0)


def message(message_id: int) -> OutboxMessage:
    db.session.rollback()
    return db.session.get_one(OutboxMessage, message_id)


def notices(subject: str = "/healthz") -> int:
    return db.session.scalar(select(func.count()).where(Notice.subject == subject)) or 0


def test_a_message_is_handled_in_order_and_once(session: object, calls: Calls) -> None:
    ids = [leave("test.apply", n=n) for n in range(3)]
    assert worker.drain(LONG_AGO) == 3
    assert [call["n"] for call in calls] == [0, 1, 2]
    assert notices() == 3
    assert {message(each).status for each in ids} == {MessageStatus.DONE}
    assert worker.drain(LONG_AGO) == 0


def test_a_message_waits_for_its_time(session: object, calls: Calls) -> None:
    with transaction():
        later = LONG_AGO + timedelta(hours=1)
        outbox.leave("test.apply", {"n": 1}, at=LONG_AGO, due=later)
    assert worker.drain(LONG_AGO) == 0
    assert worker.drain(later) == 1


def test_a_rolled_back_change_leaves_no_message(session: object, calls: Calls) -> None:
    with pytest.raises(KeyError), transaction():  # noqa: PT012
        outbox.leave("test.apply", {"n": 1}, at=LONG_AGO)
        raise KeyError
    assert worker.drain(LONG_AGO) == 0


def test_a_message_of_the_same_key_is_left_once(session: object, calls: Calls) -> None:
    for _ in range(2):
        with transaction():
            outbox.leave("test.apply", {"n": 1}, at=LONG_AGO, dedupe_key="test:1")
    assert worker.drain(LONG_AGO) == 1


def test_what_a_failing_handler_wrote_is_undone(session: object, calls: Calls) -> None:
    number = leave("test.poison", n=1)
    assert worker.drain(LONG_AGO) == 1
    assert notices() == 0
    assert message(number).attempts == 1
    assert message(number).available_at == LONG_AGO + worker.FIRST_DELAY


def test_poison_is_set_aside_and_blocks_nobody(session: object, calls: Calls) -> None:
    poison, good = leave("test.poison", n=1), leave("test.apply", n=2)
    at, delays = LONG_AGO, []
    worker.drain(at)
    assert message(good).status == MessageStatus.DONE
    while message(poison).status == MessageStatus.WAITING:
        delays.append(message(poison).available_at - at)
        at = message(poison).available_at
        worker.drain(at)
    assert len(delays) == worker.MOST_ATTEMPTS - 1
    assert delays == sorted(delays)
    given_up = message(poison)
    assert given_up.status == MessageStatus.SET_ASIDE
    assert given_up.last_error is not None
    assert given_up.last_error.startswith("RuntimeError · ")
    assert "example.com" not in given_up.last_error
    assert worker.drain(at + timedelta(days=9)) == 0


def test_a_topic_without_a_handler_waits_unharmed(session: object, calls: Calls) -> None:
    number = leave("test.nobody", n=1)
    assert worker.drain(LONG_AGO) == 0
    assert message(number).status == MessageStatus.WAITING
    assert message(number).attempts == 0


def test_the_world_outside_is_told_without_a_transaction(session: object, calls: Calls) -> None:
    number = leave("test.tell", n=1)
    assert worker.drain(LONG_AGO) == 1
    assert calls == [{"n": 1}]
    assert message(number).status == MessageStatus.DONE


def test_a_failed_telling_is_repeated_later(session: object, calls: Calls) -> None:
    number = leave("test.tell", n=1, fails=True)
    worker.drain(LONG_AGO)
    failed = message(number)
    assert (failed.status, failed.attempts, failed.claimed_until) == ("waiting", 1, None)
    assert worker.drain(failed.available_at) == 1
    assert len(calls) == 2


def test_a_lease_keeps_others_away_until_it_ends(app: Flask, session: object, calls: Calls) -> None:
    number = leave("test.tell", n=1)
    with transaction():
        held = db.session.get_one(OutboxMessage, number)
        held.claimed_by, held.claimed_until = "a lost worker", LONG_AGO + timedelta(minutes=2)
    assert worker.drain(LONG_AGO + timedelta(minutes=1)) == 0
    assert worker.drain(LONG_AGO + timedelta(minutes=2)) == 1


def test_a_message_that_kills_its_workers_is_set_aside(session: object, calls: Calls) -> None:
    number = leave("test.tell", n=1)
    with transaction():
        held = db.session.get_one(OutboxMessage, number)
        held.attempts, held.claimed_until = worker.MOST_ATTEMPTS, LONG_AGO
    worker.drain(LONG_AGO)
    assert calls == []
    assert message(number).status == MessageStatus.SET_ASIDE


def test_a_topic_has_one_handler(app: Flask, calls: Calls) -> None:
    with pytest.raises(ValueError, match="two handlers"):
        outbox.register_external(app, "test.apply", lambda payload, at: None)


@pytest.fixture
def job_runs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    runs: list[datetime] = []

    def work(at: datetime) -> int:
        runs.append(at)
        if len(runs) == 2:
            raise RuntimeError("about somebody@example.com")
        return 7

    every = timedelta(minutes=5)
    monkeypatch.setitem(app.extensions, "jobs", {"test-job": jobs.Job("test-job", every, work)})
    return runs


def job() -> jobs.ScheduledJob:
    db.session.rollback()
    return db.session.get_one(jobs.ScheduledJob, "test-job")


def test_a_job_runs_when_it_is_due(session: object, job_runs: list[datetime]) -> None:
    jobs.enter_jobs(LONG_AGO)
    assert jobs.run_next(LONG_AGO)
    assert not jobs.run_next(LONG_AGO)
    assert (job().last_result, job().due_at) == (7, LONG_AGO + timedelta(minutes=5))
    assert not jobs.run_next(LONG_AGO + timedelta(minutes=4))
    assert jobs.run_next(LONG_AGO + timedelta(minutes=5))
    assert str(job().last_error).startswith("RuntimeError · ")
    assert "example.com" not in str(job().last_error)
    assert jobs.run_next(LONG_AGO + timedelta(minutes=10))
    assert job().last_error is None
    assert len(job_runs) == 3


def test_a_job_has_one_runner(session: object, job_runs: list[datetime]) -> None:
    jobs.enter_jobs(LONG_AGO)
    with jobs.only_runner("test-job") as is_ours:
        assert is_ours
        assert not jobs.run_next(LONG_AGO)
        assert not jobs.run_job("test-job", LONG_AGO)
    assert jobs.run_job("test-job", LONG_AGO)
    assert len(job_runs) == 1


def test_jobs_are_listed_and_run_by_hand(
    app: Flask, database: World, job_runs: list[datetime]
) -> None:
    runner = app.test_cli_runner()
    listed = runner.invoke(args=["jobs", "list"])
    assert "test-job" in listed.output
    assert runner.invoke(args=["jobs", "run", "test-job"]).output == "7\n"
    failed = runner.invoke(args=["jobs", "run", "test-job"])
    assert failed.exit_code == 1
    assert "RuntimeError" in failed.output
    assert runner.invoke(args=["jobs", "run", "nothing"]).exit_code == 1


class Workers:
    """Real worker processes over the test's database."""

    def __init__(self, world: World, told: Path) -> None:
        self.environment = {
            **os.environ,
            "DATABASE_URL": world.url,
            "VAR_DIR": str(world.var),
            "FLASK_APP": "tests.shop.worker_shop:create",
            "TOLD_FILE": str(told),
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        command = [sys.executable, "-m", "flask", "worker"]
        process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)
        self.running.append(process)

    def kill_one(self) -> None:
        victim = random.choice(self.running)
        victim.kill()
        victim.wait()
        self.running.remove(victim)
        self.start()

    def stop(self) -> list[int]:
        for each in self.running:
            each.send_signal(signal.SIGTERM)
        return [each.wait(20) for each in self.running]


@pytest.fixture
def workers(database: World, tmp_path: Path) -> Iterator[Workers]:
    database.written = True
    told = tmp_path / "told"
    told.touch()
    found = Workers(database, told)
    yield found
    for each in found.running:
        each.kill()
        each.wait()


def waiting(topics: tuple[str, ...]) -> int:
    db.session.rollback()
    left = select(func.count()).where(
        OutboxMessage.topic.in_(topics), OutboxMessage.status == MessageStatus.WAITING
    )
    return db.session.scalar(left) or 0


def survive(app: Flask, workers: Workers, told: Path, *, events: int, kills: int) -> None:
    topics = ("test.apply", "test.tell")
    with app.app_context():
        workers.start()
        workers.start()
        poison = leave("test.poison", number=0)
        for topic in topics:
            with transaction():
                for number in range(events // 2):
                    outbox.leave(topic, {"number": number}, at=LONG_AGO)
        total, limit = waiting(topics), time.monotonic() + 60 + 10 * kills
        for kill in range(1, kills + 1):
            while waiting(topics) > total - kill * total // (kills + 2):
                assert time.monotonic() < limit, waiting(topics)
                time.sleep(0.01)
            workers.kill_one()
        while waiting(topics):
            assert time.monotonic() < limit, waiting(topics)
            time.sleep(0.05)
        statement = select(Notice.subject).where(Notice.kind == "test")
        applied = Counter(db.session.scalars(statement))
        assert message(poison).attempts >= 1
    expected = {str(number) for number in range(events // 2)}
    assert set(applied) == expected
    assert set(applied.values()) == {1}
    said = Counter(told.read_text().split())
    assert set(said) == expected
    assert said.total() - len(said) <= kills


def test_a_worker_ends_in_order_when_asked(app: Flask, workers: Workers) -> None:
    with app.app_context():
        number = leave("test.apply", number=1)
        workers.start()
        limit = time.monotonic() + 60
        while message(number).status != MessageStatus.DONE:
            assert time.monotonic() < limit
            time.sleep(0.05)
    assert workers.stop() == [0]


def test_killed_workers_lose_nothing_and_repeat_no_effect(
    app: Flask, workers: Workers, tmp_path: Path
) -> None:
    survive(app, workers, tmp_path / "told", events=100, kills=2)


@pytest.mark.long
def test_a_thousand_events_survive_ten_kills(app: Flask, workers: Workers, tmp_path: Path) -> None:
    survive(app, workers, tmp_path / "told", events=1000, kills=10)
