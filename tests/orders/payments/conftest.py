from collections.abc import Iterator

import pytest

from tests.orders.payments.local_server import Local, running


@pytest.fixture
def local() -> Iterator[Local]:
    with running() as pair:
        yield pair
