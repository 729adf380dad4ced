"""The cast on its stage: everybody signed in, the clock standing still."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from orders.payments import stripe_gateway
from tests.conftest import NOON, TEST_DATABASE
from tests.support.database import World
from tests.support.stage import Stage, set_stage

# The walks over forms need a quick way back after a form was accepted, which SQLite has; who may
# do what, and whose things are found, is asked on both databases.
collect_ignore = ["test_forms.py", "test_stored_text.py"] if TEST_DATABASE != "sqlite" else []


KEPT: dict[str, Stage] = {}


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
