"""One database per test process, put back to the template world after a test that wrote."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event, make_url
from sqlalchemy.engine import Engine

from tests.support import rows
from tests.support.postgres import ROOT, Server

TEST_VAR = ROOT / "var" / "test"
SOURCES = ("migrations", "demo", "shop", "producers", "catalog", "orders")
MOST_PUT_BACK = 50  # times that rows are put back before the database is copied anew
SHOWN_ONLY = ("views", "forms", "supervisor", "localstripe")  # cannot change what is in the world
CHANGES_TABLES = ("TRUNCATE", "CREATE", "DROP", "ALTER")
WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "CREATE", "DROP", "ALTER")


def fingerprint() -> str:
    """Changes whenever the code or data that the template world is made from changes."""
    digest = hashlib.sha256(Path(rows.__file__).read_bytes())
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            words = str(path.relative_to(ROOT))
            if path.suffix in {".pyc", ".po", ".mo", ".pot"} or any(w in words for w in SHOWN_ONLY):
                continue
            if path.is_file():
                digest.update(words.encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def file_state(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of change of each file below a folder that is not the database itself."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("world.sqlite3")
    }


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class World(ABC):
    """A test process's own database and files."""

    kind: str

    def __init__(self, worker: str) -> None:
        self.key = fingerprint()
        self.template = TEST_VAR / f"template-{self.kind}-{self.key}"
        self.var = TEST_VAR / f"{self.kind}-{worker}-{os.getpid()}"
        self.written = True
        self.changed_tables = True
        self.engine: Engine | None = None

    @property
    @abstractmethod
    def url(self) -> str: ...

    @property
    @abstractmethod
    def template_url(self) -> str: ...

    def template_is_there(self) -> bool:
        return True

    @abstractmethod
    def make_room(self) -> None:
        """Remove what is left of an earlier, interrupted attempt to build the template."""

    @abstractmethod
    def finish_template(self) -> None:
        """Make a template that was just built ready for being put back."""

    @abstractmethod
    def copy_template(self) -> None: ...

    def close(self) -> None:
        if self.engine is not None:
            self.engine.dispose()
        shutil.rmtree(self.var, ignore_errors=True)

    def ensure_template(self) -> None:
        """Build the template world unless this machine has it already; one process builds."""
        done = self.template / "done"
        with file_lock(TEST_VAR / f"template-{self.kind}.lock"):
            if done.exists() and self.template_is_there():
                os.utime(done)
                return
            shutil.rmtree(self.template, ignore_errors=True)
            self.template.mkdir(parents=True)
            self.make_room()
            settings = {"DATABASE_URL": self.template_url, "VAR_DIR": str(self.template)}
            command = [sys.executable, "-m", "tests.support.template"]
            built = subprocess.run(
                command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True
            )
            if built.returncode:
                raise RuntimeError(f"the test world was not built:\n{built.stdout}{built.stderr}")
            self.finish_template()
            done.touch()
        self.forget_old_templates()

    def forget_old_templates(self) -> None:
        for old in TEST_VAR.glob(f"template-{self.kind}-*"):
            mark = old / "done"
            if mark.exists() and time.time() - mark.stat().st_mtime > 86_400:
                shutil.rmtree(old, ignore_errors=True)
        for left in TEST_VAR.glob(f"{self.kind}-*-*"):
            if not is_running(int(left.name.rpartition("-")[2])):
                shutil.rmtree(left, ignore_errors=True)

    def watch(self, engine: Engine) -> None:
        """Notice every write of this process."""
        self.engine = engine

        def on_statement(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.lstrip()[:8].upper().startswith(WRITES):
                self.written = True
            if statement.lstrip()[:8].upper().startswith(CHANGES_TABLES):
                self.changed_tables = True

        def on_commit(conn: Any) -> None:
            if conn.get_execution_options().get("writing"):
                self.written = True

        event.listen(engine, "before_cursor_execute", on_statement)
        event.listen(engine, "commit", on_commit)

    def restore(self) -> None:
        """Put the template world back if anything was written since."""
        if not self.written:
            return
        if self.engine is not None:
            self.engine.dispose()
        if file_state(self.var) != file_state(self.template):
            shutil.rmtree(self.var, ignore_errors=True)
            ignore = shutil.ignore_patterns("world.sqlite3*")
            shutil.copytree(self.template, self.var, symlinks=True, ignore=ignore)
        self.copy_template()
        self.written = self.changed_tables = False


class SqliteWorld(World):
    kind = "sqlite"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.var / 'world.sqlite3'}"

    @property
    def template_url(self) -> str:
        return f"sqlite:///{self.template / 'world.sqlite3'}"

    def make_room(self) -> None:
        pass

    def finish_template(self) -> None:
        pass

    def copy_template(self) -> None:
        for suffix in ("-wal", "-shm"):
            Path(f"{self.var / 'world.sqlite3'}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.template / "world.sqlite3", self.var / "world.sqlite3")


class PostgresWorld(World):
    kind = "postgresql"

    def __init__(self, worker: str) -> None:
        super().__init__(worker)
        given = os.environ.get("TEST_POSTGRES_URL")
        self.server = None if given else Server()
        self.base = make_url(given or self.server.url)  # type: ignore[union-attr]
        self.name = f"xiangyuan_test_{worker}_{os.getpid()}"
        self.template_name = f"xiangyuan_template_{self.key}"
        self.rows: rows.Rows | None = None
        self.put_back = 0

    def address(self, database: str) -> str:
        return self.base.set(database=database).render_as_string(hide_password=False)

    @property
    def url(self) -> str:
        return self.address(self.name)

    @property
    def template_url(self) -> str:
        return self.address(self.template_name)

    def run(self, *statements: str) -> None:
        uri = self.base.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(uri, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def template_is_there(self) -> bool:
        """The files may outlive the server's data folder: then the template is built anew."""
        uri = self.base.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(uri, autocommit=True) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            return connection.execute(query, [self.template_name]).fetchone() is not None

    def make_room(self) -> None:
        self.forget_left_overs()
        self.run(
            f'DROP DATABASE IF EXISTS "{self.template_name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.template_name}"',
        )

    def forget_left_overs(self) -> None:
        """Drop the databases of killed test processes and of templates whose files are gone."""
        uri = self.base.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(uri, autocommit=True) as connection:
            query = "SELECT datname FROM pg_database WHERE datname LIKE 'xiangyuan\\_t%'"
            names = [str(row[0]) for row in connection.execute(query)]
        for name in names:
            last = name.rpartition("_")[2]
            if name.startswith("xiangyuan_template_"):
                in_use = (TEST_VAR / f"template-{self.kind}-{last}").exists()
            else:
                in_use = is_running(int(last))
            if not in_use:
                self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def finish_template(self) -> None:
        rows.keep(self.plain(self.template_name))

    def plain(self, database: str) -> str:
        url = self.base.set(database=database, drivername="postgresql")
        return url.render_as_string(hide_password=False)

    def copy_template(self) -> None:
        """The whole database when tables were changed, and now and then for its dead rows' sake."""
        if self.rows is not None and not self.changed_tables and self.put_back < MOST_PUT_BACK:
            self.rows.put_back()
            self.put_back += 1
            return
        self.run(
            f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template_name}"',
        )
        self.rows, self.put_back = rows.Rows(self.plain(self.name)), 0

    def close(self) -> None:
        super().close()
        self.run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        if self.server is not None:
            self.server.stop()


@contextmanager
def open_world(kind: str, worker: str) -> Generator[World]:
    world = PostgresWorld(worker) if kind == "postgresql" else SqliteWorld(worker)
    try:
        world.ensure_template()
        world.restore()
        yield world
    finally:
        world.close()
