from collections.abc import Iterator

import pytest
from flask import Flask

from tests.orders.consumers import Shop, open_shop
from tests.support.database import World


@pytest.fixture
def shop(database: World, app: Flask) -> Iterator[Shop]:
    """The shop with a local Stripe as a real HTTP server; webhooks wait to be delivered."""
    with open_shop(app) as opened:
        yield opened
