"""A change of a producer that listings show: packages above are told through a list of functions.

`app.extensions["on_supply_change"]` holds them; the catalogue adds its own in its wiring.
"""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

Told = Callable[[int, datetime], None]
EXTENSION = "on_supply_change"


def told_of_changes(app: Flask) -> list[Told]:
    """The functions to call; made on first use, whichever package asks first."""
    found: list[Told] = app.extensions.setdefault(EXTENSION, [])
    return found


def tell_supply_change(producer_id: int, at: datetime) -> None:
    """Call them inside the current transaction with the producer's id."""
    for told in told_of_changes(current_app):
        told(producer_id, at)
