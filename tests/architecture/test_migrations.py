"""The migrations: one chain, up and down on both databases, and the models at its end."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from tests.support.postgres import ROOT

FOLDER = ROOT / "migrations"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the test's own, with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    base = make_url(request.getfixturevalue("postgres_url"))
    name = f"xiangyuan_migration_{uuid.uuid4().hex[:12]}"
    uri = base.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        yield base.set(database=name).render_as_string(hide_password=False)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


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
