"""What a producer sells today, for its page: the catalogue above says it through a function.

`app.extensions["producer_goods"]` holds it; a shop without a catalogue has none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask, current_app


@dataclass(frozen=True)
class Goods:
    """The first cards of what can be bought, and how many there are in all."""

    cards: list[Any] = field(default_factory=list)
    number: int = 0


GoodsOf = Callable[[int, date], Goods]
EXTENSION = "producer_goods"


def set_goods(app: Flask, found: GoodsOf) -> None:
    app.extensions[EXTENSION] = found


def goods_of(producer_id: int, on: date) -> Goods:
    """What can be bought of this producer on a day."""
    found: GoodsOf | None = current_app.extensions.get(EXTENSION)
    return found(producer_id, on) if found else Goods()
