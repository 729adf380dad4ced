"""The whole shop running for real on a world of its own: for the browser, the pictures, the bench.

Web server, worker and the local Stripe-compatible server, as bin/run starts them, on free ports.
`python -m tests.support.live WORD ...` builds a world in the database and folder that the
environment names; the words go to the seed command.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from shop import clock
from shop.supervisor import die_with_parent
from tests.support.database import TEST_VAR, file_lock, fingerprint
from tests.support.postgres import ROOT

DATABASE = "xiangyuan.sqlite3"
PATIENCE = 60  # seconds until everything must answer
SETTINGS = {
    "XIANGYUAN_ENV": "demo",
    "FLASK_APP": "wsgi:app",
    "SECRET_KEY": "live-" * 12,
    "FINGERPRINT_KEY": "mark-" * 12,
    "FIELD_KEYS": "live:" + b64encode(b"l" * 32).decode(),
    "STRIPE_SECRET_KEY": "sk_test_" + "1" * 24,
    "STRIPE_WEBHOOK_SECRET": "whsec_" + "1" * 32,
}


@dataclass(frozen=True)
class Site:
    """A running shop. `web` is gunicorn's process, whose children are the workers."""

    base: str
    stripe: str
    var: Path
    url: str
    web: int

    def settings(self) -> dict[str, str]:
        return settings_of(self.url, self.var)


def settings_of(url: str, var: Path) -> dict[str, str]:
    """The environment in which this world's commands run."""
    return {**os.environ, **SETTINGS, "DATABASE_URL": url, "VAR_DIR": str(var)}


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / DATABASE}"


def build_world(url: str, folder: Path, *words: str) -> None:
    """Make a world in an empty database; its files go to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.support.live", *words]
    built = subprocess.run(
        command, cwd=ROOT, env=settings_of(url, folder), capture_output=True, text=True
    )
    if built.returncode:
        raise RuntimeError(f"the world was not built:\n{built.stdout}{built.stderr}")


def kept_world(*words: str) -> Path:
    """A folder with today's world on SQLite, built once a day and whenever the code changes."""
    name = "-".join(["live", clock.today().isoformat(), *(word.strip("-") for word in words)])
    folder = TEST_VAR / f"{name}-{fingerprint()}"
    with file_lock(TEST_VAR / "live.lock"):
        if not (folder / "done").exists():
            for old in TEST_VAR.glob("live-*"):
                if time.time() - old.stat().st_mtime > 86_400:
                    shutil.rmtree(old, ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
            build_world(sqlite_url(folder), folder, "--until", clock.today().isoformat(), *words)
            (folder / "done").touch()
    return folder


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=5):
        return True
    return False


@contextmanager
def process(name: str, words: list[str], environment: dict[str, str], logs: Path) -> Iterator[int]:
    """One program with its own log file; asked to end at the end. Gives its process id."""
    with (logs / f"{name}.log").open("ab") as log:
        command = [sys.executable, *words]
        started = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, preexec_fn=die_with_parent
        )
    try:
        yield started.pid
    finally:
        started.terminate()
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def running(url: str, var: Path) -> Iterator[Site]:
    """The shop over this database, with its worker and a place to pay; ended at the end."""
    port, pay_port = free_port(), free_port()
    base, stripe = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{pay_port}"
    addresses = {"PORT": str(port), "PUBLIC_URL": base, "STRIPE_API_BASE": stripe}
    environment = settings_of(url, var) | addresses
    pay = ["-m", "orders.payments.localstripe", "--port", str(pay_port)]
    pay += ["--webhook-url", f"{base}/webhooks/stripe", "--state-dir", str(var / "localstripe")]
    with ExitStack() as stack:
        stack.enter_context(process("stripe", pay, environment, var))
        serve = ["-m", "gunicorn", "-c", "gunicorn.conf.py"]
        web = stack.enter_context(process("web", serve, environment, var))
        stack.enter_context(process("worker", ["-m", "flask", "worker"], environment, var))
        limit = time.monotonic() + PATIENCE
        while not (answers(f"{base}/readyz") and answers(f"{stripe}/healthz")):
            if time.monotonic() > limit:
                raise RuntimeError(f"the shop did not start:\n{(var / 'web.log').read_text()}")
            time.sleep(0.1)
        yield Site(base, stripe, var, url, web)


@contextmanager
def scratch_site(place: Path, *words: str) -> Iterator[Site]:
    """A running shop over a copy of today's kept world; the copy is thrown away afterwards."""
    world = kept_world(*words)
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(world, place, symlinks=True)
    try:
        with running(sqlite_url(place), place) as site:
            yield site
    finally:
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    from flask_migrate import upgrade

    from shop.app import create_app
    from shop.preparation import MIGRATIONS, command

    app = create_app()
    with app.app_context():
        upgrade(directory=MIGRATIONS)
        command(app, "reference", "load")
        command(app, "seed", *sys.argv[1:])


if __name__ == "__main__":
    main()
