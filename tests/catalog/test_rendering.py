"""The look costs no query: what a page shows was fetched before its template begins."""

from typing import Any

import pytest
from flask import Flask

from tests.support.page import PageClient
from tests.support.people import signed_in
from tests.support.rendering import rendering_of

LISTING, FRAME = "catalog/_listing.html", "catalog/kept.html"


def test_the_listing_and_its_frame_ask_the_database_nothing(app: Flask, client: PageClient) -> None:
    for name in (LISTING, FRAME):  # the first asking makes the part that is kept
        assert rendering_of(app, lambda: client.get("/products"), name, times=1).queries == []


@pytest.mark.parametrize(
    ("person", "path", "name"),
    [
        ("consumer", "/products", FRAME),
        ("buyer", "/canteen", "orders/canteen/desk.html"),
        ("official", "/official/totals", "orders/reports/totals.html"),
    ],
)
def test_a_desk_asks_nothing_while_it_is_rendered(
    app: Flask, database: Any, person: str, path: str, name: str
) -> None:
    client = signed_in(app, person)
    assert rendering_of(app, lambda: client.get(path), name, times=1).queries == []
