"""Make the database ready for a start: newest schema, reference data, the demonstration world.

Run as `python -m shop.preparation [--fresh]` by bin/run, in one process, so that a second start
takes seconds. A mark beside the database says that seeding has begun and not ended; a start that
finds it throws the half-made world away and makes it anew.
"""

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, inspect, select, text

from shop.accounts.models import User
from shop.app import create_app
from shop.db import db
from shop.regions.models import Region

MIGRATIONS = str(Path(__file__).parent.parent / "migrations")
DERIVED = ("search", "files", "localstripe")


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being done and, afterwards, how long it took."""
    begun = time.monotonic()
    print(f"      {title} …", flush=True)
    yield
    print(f"      {title}: {time.monotonic() - begun:.1f} s", flush=True)


def command(app: Flask, *words: str) -> None:
    """Run one of the application's own commands in this process; raises when it fails."""
    app.cli.main(args=list(words), prog_name="flask", standalone_mode=False)


def seeding_mark(app: Flask) -> Path:
    address = hashlib.sha256(app.config["SQLALCHEMY_DATABASE_URI"].encode()).hexdigest()[:12]
    return Path(app.config["VAR_DIR"]) / f"seeding-{address}"


def is_newest() -> bool:
    newest = set(ScriptDirectory(MIGRATIONS).get_heads())
    with db.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == newest


def throw_away(app: Flask) -> None:
    """Remove the demonstration's data: the database's content and everything derived from it."""
    engine = db.engine
    if engine.dialect.name == "sqlite":
        engine.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{engine.url.database}{suffix}").unlink(missing_ok=True)
    else:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    for name in DERIVED:
        shutil.rmtree(Path(app.config["VAR_DIR"]) / name, ignore_errors=True)


def is_empty(model: type[User] | type[Region]) -> bool:
    if not inspect(db.engine).has_table(model.__tablename__):
        return True
    with db.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(model)) == 0


def prepare(app: Flask, *, fresh: bool) -> None:
    """Bring the database to where the shop can start; keeps what is there unless `fresh`."""
    mark = seeding_mark(app)
    demo = os.environ.get("XIANGYUAN_ENV", "demo") == "demo"
    if demo and (fresh or mark.exists()):
        with step("清空演示数据 · throwing the old demonstration away"):
            throw_away(app)
            mark.unlink(missing_ok=True)
    if not is_newest():
        with step("更新数据库结构 · bringing the database up to date"):
            upgrade(directory=MIGRATIONS)
    seeding = demo and is_empty(User)
    if seeding:
        mark.touch()
    if is_empty(Region):
        with step("载入区划、类目和规则 · loading regions, categories and rules"):
            command(app, "reference", "load")
    if seeding:
        with step("建立演示数据 · making the demonstration world"):
            command(app, "seed")
        mark.unlink()


def main() -> int:
    fresh = "--fresh" in sys.argv[1:]
    if fresh and os.environ.get("XIANGYUAN_ENV", "demo") != "demo":
        print("--fresh 只用于演示站点 · --fresh is for the demonstration only", file=sys.stderr)
        return 2
    app = create_app()
    Path(app.config["VAR_DIR"]).mkdir(parents=True, exist_ok=True)
    with app.app_context():
        prepare(app, fresh=fresh)
        if os.environ.get("XIANGYUAN_ENV", "demo") == "demo":
            accounts = app.test_cli_runner().invoke(args=["demo-accounts"])
            (Path(app.config["VAR_DIR"]) / "demo-accounts.txt").write_text(accounts.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
