"""What a page's template costs by itself: time and queries, apart from what its view does."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, before_render_template

from shop.db import db
from tests.support.counting import counted

TIMES = 40
MOST_MILLISECONDS = 4.0


@dataclass(frozen=True)
class Rendering:
    milliseconds: float
    queries: list[str]


def rendering_of(app: Flask, ask: Callable[[], Any], name: str, times: int = TIMES) -> Rendering:
    """`ask` gets a page; its template of this name is rendered again with the same values.

    The median of `times`. Parts that a running shop keeps are kept: they were made by an earlier
    `ask`.
    """
    found: list[Rendering] = []

    def measure(sender: Flask, template: Any, context: dict[str, Any], **more: Any) -> None:
        if found or template.name != name:
            return
        with counted(db.engine) as queries:
            template.render(dict(context))
        took = []
        for _ in range(times):
            begun = time.perf_counter()
            template.render(dict(context))
            took.append((time.perf_counter() - begun) * 1000)
        found.append(Rendering(statistics.median(took), queries.statements))

    with before_render_template.connected_to(measure, app):
        ask()
    return found[0]
