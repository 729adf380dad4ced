"""The stage of the tests of unit orders."""

import pytest
from sqlalchemy.orm import scoped_session

from tests.factories.orders import Stage, make_stage


@pytest.fixture
def stage(session: scoped_session) -> Stage:  # type: ignore[type-arg]
    """A unit, its people and two sellers; in the test's own transaction."""
    return make_stage()
