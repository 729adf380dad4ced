"""The stage of the tests of unit orders."""

import pytest
from flask import Flask
from sqlalchemy.orm import scoped_session

from tests.factories.orders import Stage, make_stage
from tests.orders.purchasing.cast import Cast, open_cast
from tests.support.database import World


@pytest.fixture
def stage(session: scoped_session) -> Stage:  # type: ignore[type-arg]
    """A unit, its people and two sellers; in the test's own transaction."""
    return make_stage()


@pytest.fixture
def cast(database: World, app: Flask) -> Cast:
    """The same, committed, with everybody signed in."""
    return open_cast(app)
