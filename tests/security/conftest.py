"""The cast on its stage: everybody signed in, the clock standing still."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from flask import Flask

from orders.payments import stripe_gateway
from tests.conftest import NOON, TEST_DATABASE
from tests.support.database import World
from tests.support.stage import CAST, Stage, Tour, set_stage
from tests.support.walk import walk

# The walks over forms need a quick way back after a form was accepted, which SQLite has, and what
# an answer carries does not depend on the database. Who may do what, and whose things are found,
# is asked on both.
ON_SQLITE_ONLY = [
    "test_answers.py", "test_forms.py", "test_limits.py", "test_personal_data.py",
    "test_stored_text.py",
]  # fmt: skip
collect_ignore = ON_SQLITE_ONLY if TEST_DATABASE != "sqlite" else []

KEPT: dict[str, Stage] = {}
TOURS: list[Tour] = []


@pytest.fixture
def stage(app: Flask, database: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Everybody signed in; on SQLite that is done once and put back for each test."""
    monkeypatch.setattr(stripe_gateway, "NETWORK_RETRIES", 0)  # there is no provider here
    app.extensions.pop("payment_gateway", None)
    with time_machine.travel(NOON, tick=False):
        if made := KEPT.get("stage"):
            made.memory.open()
            made.put_back()
        else:
            made = set_stage(app, database)
        if database.kind == "sqlite":
            KEPT["stage"] = made
        cookies = {name: one.client.get_cookie("session") for name, one in made.cast.items()}
        yield made
        for name, cookie in cookies.items():
            if cookie is not None:
                made.cast[name].client.set_cookie("session", cookie.value)
        made.memory.close()
    app.extensions.pop("payment_gateway", None)
    database.written = True


@pytest.fixture
def tour(stage: Stage) -> Tour:
    """Everybody's walk through all that links lead to, made once per process."""
    if not TOURS:
        words = StringIO()
        handler, root = logging.StreamHandler(words), logging.getLogger()
        handler.setLevel(logging.DEBUG)
        root.addHandler(handler)
        visits = [
            (name, visit)
            for name in CAST
            for visit in walk(stage.app, stage.cast[name], start=stage.starts)
        ]
        root.removeHandler(handler)
        TOURS.append(Tour(visits, words.getvalue()))
        assert not stage.memory.changed(), "reading wrote something"
    return TOURS[0]
