"""Writers of one SQLite file take turns here.

SQLite's own way of waiting for its single writer is to sleep longer and longer and to look again,
so that the lock lies idle while everybody sleeps, and who came first may be served last. Here the
next writer is known beforehand and looks often. This is a courtesy only: whoever has waited too
long, or cannot use the files, goes to SQLite's lock without a turn, and that lock decides.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENCE = 15.0
"""Seconds to wait for a turn; SQLite's own waiting comes on top."""
LOOK_EVERY = 0.0005
_in_this_process = threading.Lock()


@contextmanager
def turn(database: str) -> Iterator[None]:
    """Hold the writers' turn of a database file for the block.

    Two files: who holds the first is the next one and waits for the second, so that nobody who
    comes later can slip in between. The locks end with their holder, however that ends.
    """
    end = time.monotonic() + PATIENCE
    turn_file: int | None = None
    try:
        with suppress(OSError):
            turn_file = _wait_in_line(database, end)
        yield
    finally:
        if turn_file is not None:
            os.close(turn_file)


def _wait_in_line(database: str, end: float) -> int | None:
    """The open file that stands for the turn; None when patience is over."""
    if not _in_this_process.acquire(timeout=PATIENCE):
        return None
    try:
        next_file = _lock(f"{database}-next", end)
        if next_file is None:
            return None
        try:
            return _lock(f"{database}-turn", end)
        finally:
            os.close(next_file)
    finally:
        _in_this_process.release()


def _lock(path: str, end: float) -> int | None:
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    while True:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                os.close(opened)
                return None
            time.sleep(LOOK_EVERY)
        except BaseException:
            os.close(opened)
            raise
        else:
            return opened
