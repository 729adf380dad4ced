"""Starts the shop's processes together and stops them together: what bin/run ends in.

Web server, worker and, without Stripe settings, the local Stripe-compatible server run in one
process group. Ctrl-C or SIGTERM stops all. The worker is started again when it dies; any other
process that dies by itself stops everything, with the end of its log shown.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

VAR = Path(os.environ.get("VAR_DIR", "var"))
LOGS = VAR / "log"
PORT = int(os.environ.get("PORT", "8000"))
HOST = os.environ.get("HOST", "127.0.0.1")
PATIENCE = 60  # seconds until the shop must answer
GRACE = 12  # seconds until a process that was asked to stop is killed
STARTED = int(os.environ.get("XIANGYUAN_STARTED", "0")) or time.time()


def say(text: str) -> None:
    print(f"{time.time() - STARTED:4.0f}s  {text}", flush=True)


def die_with_parent() -> None:
    """In the child: leave Ctrl-C to the supervisor, and end when the supervisor is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@dataclass
class Child:
    """One process with its own log file."""

    name: str
    command: list[str]
    restarts: bool = False
    process: subprocess.Popen[bytes] | None = None
    due: float = 0
    delay: float = 1

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    def start(self) -> None:
        out: IO[bytes]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )
        self.due = time.monotonic()

    @property
    def is_dead(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Ask to stop, wait, insist."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Stopped(Exception):
    """Somebody asked to stop."""


def on_signal(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def reachable_host() -> str:
    """Where the shop is reached from this machine."""
    return "127.0.0.1" if HOST in {"0.0.0.0", "::"} else HOST  # noqa: S104 - compared, not bound


def children() -> list[Child]:
    """In the order in which they start; they stop in the reverse order."""
    python = sys.executable
    found = []
    if port := os.environ.get("XIANGYUAN_LOCAL_STRIPE"):
        webhook = f"http://{reachable_host()}:{PORT}/webhooks/stripe"
        module = [python, "-m", "orders.payments.localstripe", "--port", port]
        options = ["--webhook-url", webhook, "--state-dir", str(VAR / "localstripe")]
        found.append(Child("stripe", [*module, *options]))
    found.append(Child("web", [python, "-m", "gunicorn", "-c", "gunicorn.conf.py"]))
    found.append(Child("worker", [python, "-m", "flask", "worker"], restarts=True))
    return found


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            sys.exit(
                f"\n端口 {port} 已被占用，请换一个：PORT=8100 bin/run\n"
                f"Port {port} is taken; choose another: PORT=8100 bin/run"
            )


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two starts over the same data would disturb each other."""
    with (VAR / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(
                "\n这个目录里的商城已经在运行。\nThe shop is already running from this folder."
            )
        yield


def answers() -> bool:
    try:
        with urllib.request.urlopen(
            f"http://{reachable_host()}:{PORT}/readyz", timeout=5
        ) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_until_ready(running: list[Child]) -> None:
    limit = time.monotonic() + PATIENCE
    while not answers():
        refuse_dead(running)
        if time.monotonic() > limit:
            web = next(child for child in running if child.name == "web")
            sys.exit(f"{web.tail()}\n\n商城在 {PATIENCE} 秒内没有就绪 · not ready in time")
        time.sleep(0.1)


def refuse_dead(running: list[Child]) -> None:
    """Start a dead worker again, a little later each time; end everything for any other."""
    for child in running:
        if not child.is_dead or child.process is None:
            continue
        code = child.process.returncode
        if not child.restarts:
            sys.exit(f"{child.tail()}\n\n{child.name}: 意外退出 · ended by itself ({code})")
        if child.due + child.delay < time.monotonic():
            child.delay = 1 if time.monotonic() - child.due > 60 else min(child.delay * 2, 30)
            say(f"{child.name}: 重新启动 · started again ({code}), {child.log}")
            child.start()


def announce() -> None:
    say(f"商城已就绪 · the shop is ready: http://{HOST}:{PORT}/")
    accounts = VAR / "demo-accounts.txt"
    if os.environ.get("XIANGYUAN_ENV", "demo") == "demo" and accounts.exists():
        print(f"\n{accounts.read_text().rstrip()}\n")
    print("按 Ctrl-C 停止 · Ctrl-C stops. 日志 · logs:", LOGS, flush=True)


def supervise() -> None:
    running = children()
    try:
        for child in running:
            say(f"启动 · starting {child.name}")
            child.start()
        wait_until_ready(running)
        announce()
        while True:
            refuse_dead(running)
            time.sleep(0.5)
    except Stopped:
        print("\n正在停止 · stopping …", flush=True)
    finally:
        for child in reversed(running):
            child.stop()
    say("已停止 · stopped")


def main() -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, on_signal)
    with only_one():
        refuse_taken_port(PORT)
        if port := os.environ.get("XIANGYUAN_LOCAL_STRIPE"):
            refuse_taken_port(int(port))
        say("检查数据库 · checking the database")
        try:
            done = subprocess.run(
                [sys.executable, "-m", "shop.preparation", *sys.argv[1:]],
                preexec_fn=die_with_parent,
            )
        except Stopped:
            sys.exit(130)
        if done.returncode:
            sys.exit(done.returncode)
        supervise()


if __name__ == "__main__":
    main()
