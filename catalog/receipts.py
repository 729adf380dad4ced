"""How a product's deliveries were received, for its page: the orders above say it.

`app.extensions["product_receipts"]` holds the source; a shop without orders has none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask, current_app

PERIOD = timedelta(days=365)
"""One round of the seasons: every harvest is in it once, and nothing older than the last."""

FEWEST_BUYERS = 3
"""Of two buyers, each could take its own deliveries away and read the other's."""


@dataclass(frozen=True)
class Receipts:
    """Counts of the deliveries of one product in a period; no names.

    `first` and `last` are the period's days, both in it. `delivered` and `rejected` are what
    units weighed, in the measure of the content (grams, millilitres, pieces).
    """

    first: date
    last: date
    by_units: int = 0
    by_consumers: int = 0
    units: int = 0
    consumers: int = 0
    whole: int = 0
    refused: int = 0
    delivered: int = 0
    rejected: int = 0
    latest: date | None = None

    @property
    def accepted(self) -> int:
        """Deliveries of which something was kept."""
        return self.by_units + self.by_consumers

    @property
    def is_told(self) -> bool:
        """Whether the counts may be shown: enough different buyers stand behind them."""
        return self.units + self.consumers >= FEWEST_BUYERS


ReceiptsOf = Callable[[int, date, date], Receipts]
EXTENSION = "product_receipts"


def set_receipts(app: Flask, found: ReceiptsOf) -> None:
    app.extensions[EXTENSION] = found


def receipts_of(product_id: int, on: date) -> Receipts:
    """The record up to the evening before, so that a page kept for the day is right all day."""
    last = on - timedelta(days=1)
    first = on - PERIOD
    found: ReceiptsOf | None = current_app.extensions.get(EXTENSION)
    return found(product_id, first, last) if found else Receipts(first, last)
