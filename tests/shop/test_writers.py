"""Many writers at once: none fails for a lock, none is forgotten (bar A14); the line they wait in."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop import turns
from shop.db import db
from shop.outbox import OutboxMessage
from tests.support.database import World
from tests.support.postgres import ROOT

PROCESSES, THREADS = 5, 10
"""Fifty in all; no process has more of them than its pool has connections, as in the shop."""


def run_writers(app: Flask, database: World, seconds: int) -> None:
    database.written = True
    command = [sys.executable, "-m", "tests.shop.writers", str(THREADS), str(seconds)]
    started = [
        subprocess.Popen(command, cwd=ROOT, env={**os.environ}, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    told = [json.loads(process.communicate()[0].splitlines()[-1]) for process in started]
    assert [found["errors"] for found in told] == [[]] * PROCESSES
    written = [count for found in told for count in found["written"]]
    assert min(written) >= 1, "somebody never had a turn"
    with app.app_context():
        left = select(func.count(OutboxMessage.id)).where(OutboxMessage.topic == "test.written")
        assert db.session.scalar(left) == sum(written)


def test_fifty_writers_never_meet_a_lock(app: Flask, database: World) -> None:
    run_writers(app, database, 5)


@pytest.mark.long
def test_fifty_writers_never_meet_a_lock_for_a_minute(app: Flask, database: World) -> None:
    run_writers(app, database, 60)


def test_a_turn_is_waited_for(tmp_path: Path) -> None:
    order: list[str] = []

    def wait() -> None:
        with turns.turn(str(tmp_path / "x")):
            order.append("second")

    with turns.turn(str(tmp_path / "x")):
        second = threading.Thread(target=wait)
        second.start()
        time.sleep(0.05)
        order.append("first")
    second.join()
    assert order == ["first", "second"]


def test_the_turn_of_a_killed_process_is_free_again(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from shop.turns import turn\n"
        "with turn(sys.argv[1]): os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "x")], cwd=ROOT)
    assert done.returncode == -9
    begun = time.monotonic()
    with turns.turn(str(tmp_path / "x")):
        assert time.monotonic() - begun < 1


def test_whoever_has_waited_too_long_goes_without_a_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database's own lock decides then; nobody waits for ever for a process that hangs."""
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    with turns.turn(str(tmp_path / "x")), turns.turn(str(tmp_path / "x")):
        pass


def test_a_folder_that_cannot_be_written_does_not_keep_anybody_from_trying(tmp_path: Path) -> None:
    with turns.turn(str(tmp_path / "nowhere" / "x")):
        pass
