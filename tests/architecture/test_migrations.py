"""The migrations: one chain, up and down on both databases, and the models at its end."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import Engine

from tests.support.postgres import ROOT

FOLDER = ROOT / "migrations"


TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


@contextmanager
def made_on_postgresql(server: str) -> Iterator[str]:
    base = make_url(server)
    name = f"xiangyuan_migration_{uuid.uuid4().hex[:12]}"
    uri = base.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        yield base.set(database=name).render_as_string(hide_password=False)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """The addresses of two databases of the test's own, with nothing in them."""
    if request.param == "sqlite":
        yield [f"sqlite:///{tmp_path / name}.sqlite3" for name in ("one", "two")]
        return
    server = request.getfixturevalue("postgres_url")
    with made_on_postgresql(server) as one, made_on_postgresql(server) as two:
        yield [one, two]


@pytest.fixture
def empty_database(empty_databases: list[str]) -> str:
    return empty_databases[0]


def triggers(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return {str(row[0]) for row in connection.execute(text(TRIGGERS[engine.dialect.name]))}


def flask(database: str, *words: str, var: Path) -> str:
    """Run a command of the application on a database, as an operator would; returns its words."""
    settings = {"DATABASE_URL": database, "VAR_DIR": str(var), "FLASK_APP": "wsgi:app"}
    command = [sys.executable, "-m", "flask", *words]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_chain_has_one_head_and_no_branches() -> None:
    script = ScriptDirectory(str(FOLDER))
    assert len(script.get_heads()) == 1
    assert all(not isinstance(step.down_revision, tuple) for step in script.walk_revisions())


def test_migrations_name_no_model_code() -> None:
    packages = ("shop", "producers", "catalog", "orders", "demo")
    lines = [
        f"{path.name}: {line}"
        for path in (FOLDER / "versions").glob("*.py")
        for line in path.read_text().splitlines()
        if line.startswith(
            tuple(f"{word} {package}" for word in ("from", "import") for package in packages)
        )
    ]
    assert lines == []


def test_the_newest_migration_equals_the_models(empty_database: str, tmp_path: Path) -> None:
    flask(empty_database, "db", "upgrade", "--directory", str(FOLDER), var=tmp_path)
    said = flask(empty_database, "db", "check", "--directory", str(FOLDER), var=tmp_path)
    assert "No new upgrade operations detected" in said


def test_every_migration_goes_up_down_and_up_again(empty_database: str, tmp_path: Path) -> None:
    there_and_back = (("upgrade",), ("downgrade", "base"), ("upgrade",))
    for verb, *target in there_and_back:
        flask(empty_database, "db", verb, "--directory", str(FOLDER), *target, var=tmp_path)
    said = flask(empty_database, "db", "current", "--directory", str(FOLDER), var=tmp_path)
    assert "(head)" in said


def test_migrations_make_the_same_triggers_as_the_models(
    empty_databases: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables that only grow refuse changes in the database itself, however it was made."""
    from shop.app import create_app
    from shop.db import db

    migrated, modelled = empty_databases
    flask(migrated, "db", "upgrade", "--directory", str(FOLDER), var=tmp_path)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", modelled)
    with create_app().app_context():
        db.create_all()
        wanted = triggers(db.engine)
        db.engine.dispose()
    found = create_engine(migrated)
    assert wanted
    assert triggers(found) == wanted
    found.dispose()
