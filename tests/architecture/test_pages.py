"""Every kind of page is on the list that pictures, walk and bench go by, and can be reached."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.support.database import World
from tests.support.page import PageClient
from tests.support.pages import EVERYTHING, NO_PAGES, PageType, address_of
from tests.support.people import signed_in
from tests.support.readiness import make_ready
from tests.support.walk import endpoint_of

FILE_ENDINGS = (".css", ".json", ".xlsx", ".svg", ".csv", ".webmanifest", ".js", ".txt")


def page_endpoints(app: Flask) -> set[str]:
    """Every view that shows a page to people."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
        and not rule.rule.endswith(FILE_ENDINGS)
        and rule.endpoint not in NO_PAGES
    }


def not_listed(endpoints: set[str], reached: set[str]) -> list[str]:
    return sorted(endpoints - reached)


@pytest.fixture
def clients(app: Flask, database: World) -> dict[str | None, PageClient]:
    people = {page.person for page in EVERYTHING if page.person}
    made: dict[str | None, PageClient] = {None: PageClient(app.test_client())}
    made |= {name: signed_in(app, name) for name in sorted(people)}
    for name, client in made.items():
        make_ready(name, client)
    return made


def visit(client: PageClient, page: PageType) -> str:
    """The page's own path, after it has answered as the list says."""
    address = address_of(page, lambda at: client.get(at).reader.links)
    client.get(address, status=page.status)
    return urlsplit(address).path


def test_every_page_is_listed_and_can_be_reached(
    app: Flask, clients: dict[str | None, PageClient]
) -> None:
    reached, lost = set(), []
    for page in EVERYTHING:
        try:
            reached.add(endpoint_of(app, visit(clients[page.person], page), "get"))
        except Exception as reason:
            lost.append(f"{page.name}: {reason!r:.300}")
    lost += [f"not listed: {name}" for name in not_listed(page_endpoints(app), reached)]
    assert not lost, "\n".join(lost)


def test_names_are_given_once() -> None:
    assert [name for name, count in Counter(p.name for p in EVERYTHING).items() if count > 1] == []


def test_the_check_itself_sees_a_page_that_is_not_listed() -> None:
    assert not_listed({"a.shown", "b.shown"}, {"a.shown"}) == ["b.shown"]
