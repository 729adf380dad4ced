"""Web server and worker as processes that may die at a named step and are started again."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from shop.db import db
from tests.orders.town import ROOT, WEB, wait_for

WORKER = [sys.executable, "-m", "flask", "worker"]
PATIENCE = 120  # seconds: within two minutes everything has an end (bar A11)
Answer = tuple[int, str]


def children_of(pid: int) -> str:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text()


class Works:
    """`deaths` counts how often a process was found dead; it is started again unarmed."""

    def __init__(self, settings: dict[str, str], port: int) -> None:
        # The lease on a message whose worker died is over after a second here.
        lease = {"FLASK_APP": "tests.shop.worker_shop:create", "WEB_WORKERS": "1"}
        self.environment = {**os.environ, **settings, **lease}
        self.port = port
        self.deaths = 0

    def start(self, failpoint: str = "") -> None:
        environment = {**self.environment, "FAILPOINT": failpoint}
        self.processes = [
            subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
            for command in (WEB, WORKER)
        ]
        wait_for(self.port)
        self.children = children_of(self.processes[0].pid)

    def stop(self) -> None:
        """As in a power failure: everything at once."""
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def has_died(self) -> bool:
        web, worker = self.processes
        return worker.poll() is not None or children_of(web.pid) != self.children

    def revive(self) -> None:
        self.deaths += 1
        self.stop()
        self.start()

    def ask(self, act: Callable[[], Answer]) -> Answer:
        """Ask; where the server died meanwhile, ask the very same once it is back."""
        try:
            return act()
        except (OSError, http.client.HTTPException):
            assert self.deaths == 0
            self.revive()
            return act()

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what the servers do by themselves, and start again what died over it."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            if self.has_died():
                self.revive()
            assert time.monotonic() < end, "waited in vain"
            db.session.rollback()
            time.sleep(0.1)
        db.session.rollback()
