"""What every test may ask for: the application, its world, the clock, a page client."""

import base64
import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask_sqlalchemy.session import Session
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import scoped_session

from shop.clock import BUSINESS_ZONE
from tests.support.counting import Queries, counted
from tests.support.database import World, open_world
from tests.support.page import PageClient
from tests.support.postgres import Server

TEST_DATABASE = os.environ.get("TEST_DATABASE", "sqlite")
NOON = datetime(2026, 6, 30, 12, tzinfo=BUSINESS_ZONE)
SETTINGS = {
    "XIANGYUAN_ENV": "testing",
    "SECRET_KEY": "test-" * 12,
    "FINGERPRINT_KEY": "mark-" * 12,
    "FIELD_KEYS": "test:" + base64.b64encode(b"k" * 32).decode(),
    "STRIPE_API_BASE": "http://127.0.0.1:1",
    "STRIPE_SECRET_KEY": "sk_test_" + "0" * 24,
    "STRIPE_WEBHOOK_SECRET": "whsec_" + "0" * 32,
    "PUBLIC_URL": "http://localhost",
}


def is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def pytest_configure(config: pytest.Config) -> None:
    os.environ.update(SETTINGS)
    # A busy machine is no fault of the code: time is measured by the bench, not here.
    settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("house")
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if not is_local(address):
            raise ConnectionRefusedError(f"tests reach no network: {address}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]


LONGEST = (
    "test_forms", "test_matrix", "test_objects", "test_stored_text", "test_manage", "test_crowds",
    "test_failpoints", "test_search", "test_access", "test_placement", "test_life", "test_writers",
    "test_orderings", "test_bad_input", "test_translations", "test_worker", "test_pages",
)  # fmt: skip
"""Files that take long, the longest first."""
ON_DATABASE = frozenset({"world", "app", "loaded"})
"""Fixtures whose tests differ with TEST_DATABASE: the world, or a database of one's own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "on a further database leave out what asks for none"
    parser.addoption("--once", action="store_true", help=told)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin the long files early, so that at the end no process waits for another.

    What asks for no database answers the same beside any: one run is enough.
    """
    if TEST_DATABASE != "sqlite" and config.getoption("--once"):
        asking = [
            item for item in items if not ON_DATABASE.isdisjoint(getattr(item, "fixturenames", ()))
        ]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(asking)])
        items[:] = asking
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


def pytest_report_header() -> str:
    return f"database: {TEST_DATABASE}"


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """The name of this test process under pytest-xdist."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server's own database, from which others can be made."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    server = Server()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def world(worker: str) -> Iterator[World]:
    """This process's database and files; tests ask for `database` instead."""
    with open_world(TEST_DATABASE, worker) as opened:
        yield opened


@pytest.fixture(scope="session")
def app(world: World) -> Flask:
    os.environ |= {"DATABASE_URL": world.url, "VAR_DIR": str(world.var)}
    from shop.app import create_app
    from shop.db import db

    application = create_app({"TESTING": True})
    with application.app_context():
        world.watch(db.engine)
    return application


@pytest.fixture
def frozen_day() -> Iterator[datetime]:
    """Noon in Beijing on the demo world's last day; from there the clock goes on."""
    with time_machine.travel(NOON, tick=True):
        yield NOON


@pytest.fixture
def database(world: World, app: Flask, frozen_day: datetime) -> World:
    """The demo world as it was made. A test that writes in another process sets `.written`."""
    world.restore()
    app.extensions["catalog_fragments"].clear()
    return world


@pytest.fixture
def session(database: World, app: Flask) -> Iterator[scoped_session[Session]]:
    """The session of an application context around the test: for operations and queries.

    Not together with a client: a request would share this context, and so its signed-in person.
    """
    from shop.db import db

    with app.app_context():
        yield db.session


@pytest.fixture
def client(database: World, app: Flask) -> PageClient:
    """An anonymous visitor."""
    return PageClient(app.test_client())


@pytest.fixture
def count_queries(database: World, app: Flask) -> Callable[[], AbstractContextManager[Queries]]:
    """`with count_queries() as queries: ...; assert queries.count <= 12`."""
    assert database.engine is not None
    engine = database.engine
    return lambda: counted(engine)


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).resolve().parents[1]
