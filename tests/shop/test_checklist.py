"""The first steps of a new supplier and a new unit follow from the facts, at one query a room."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from flask import Flask, g, render_template_string, session
from sqlalchemy import text

from shop.actor import ANONYMOUS, Actor, Role
from shop.db import db, transaction
from shop.web.checklist import PUT_AWAY, first_steps
from tests.support.counting import Queries
from tests.support.database import World
from tests.support.page import CSRF_FIELD, PageClient
from tests.support.people import signed_in

MACRO = '{% from "components/checklist.html" import checklist with context %}{{ checklist(steps) }}'
Counter = Callable[[], AbstractContextManager[Queries]]


def actor_of(email: str, role: Role) -> Actor:
    row = db.session.execute(
        text(
            "SELECT u.id, m.organisation_id FROM users u JOIN memberships m ON m.user_id = u.id"
            " WHERE u.email = :email"
        ),
        {"email": f"{email}@demo.example"},
    ).one()
    return replace(
        ANONYMOUS, user_id=row[0], organisation_id=row[1], roles=frozenset({role}), name=email
    )


@pytest.fixture
def request_of(app: Flask, database: World) -> Iterator[Callable[[str, Role], Actor]]:
    """A request as one of the people, inside which the steps can be asked."""
    with app.test_request_context("/", headers={"Accept-Language": "zh-CN"}):

        def begin(email: str, role: Role) -> Actor:
            actor = g.actor = actor_of(email, role)
            return actor

        yield begin


def test_whoever_has_done_all_sees_nothing(request_of: Callable[[str, Role], Actor]) -> None:
    request_of("auditor", Role.AUDITOR)
    assert first_steps() == []


def test_a_new_supplier_sees_what_is_left(
    request_of: Callable[[str, Role], Actor], count_queries: Counter
) -> None:
    actor = request_of("coop", Role.COOPERATIVE_STAFF)
    with transaction():
        db.session.execute(
            text("UPDATE producers SET story = '' WHERE organisation_id = :id"),
            {"id": actor.organisation_id},
        )
    with count_queries() as queries:
        tasks = first_steps()
    assert queries.count <= 2
    assert tasks[0].key == "profile"
    assert not tasks[0].is_done
    assert {task.key for task in tasks} >= {"base", "households", "certificate", "offer", "batch"}
    html = render_template_string(MACRO, steps=first_steps())
    assert "补全主体资料" in html
    assert 'href="/supplier/profile"' in html
    assert "不再显示" in html


def test_a_unit_that_has_not_filed_sees_it(
    request_of: Callable[[str, Role], Actor], count_queries: Counter
) -> None:
    actor = request_of("buyer", Role.INSTITUTION_BUYER)
    with transaction():
        db.session.execute(
            text("DELETE FROM quota_plans WHERE unit_id = :id AND year = 2026"),
            {"id": actor.organisation_id},
        )
    with count_queries() as queries:
        tasks = {task.key: task for task in first_steps()}
    assert queries.count == 1
    assert not tasks["plan"].is_done
    assert tasks["people"].is_done
    assert tasks["order"].is_done


def test_put_away_it_asks_nothing(
    request_of: Callable[[str, Role], Actor], count_queries: Counter
) -> None:
    actor = request_of("buyer", Role.INSTITUTION_BUYER)
    session[PUT_AWAY] = f"{actor.user_id}-{actor.organisation_id}"
    with count_queries() as queries:
        assert first_steps() == []
    assert queries.count == 0


def test_the_button_puts_it_away(app: Flask, database: World) -> None:
    client = signed_in(app, "buyer")
    page = client.get("/canteen")
    token = next(f.fields[CSRF_FIELD][0] for f in page.reader.forms if CSRF_FIELD in f.fields)
    done = client.post("/checklist/dismissal", {"next": "/canteen", CSRF_FIELD: token})
    assert done.location == "/canteen"
    assert "第一次使用" not in client.get("/canteen").text
    away = client.post("/checklist/dismissal", {"next": "//evil.example", CSRF_FIELD: token})
    assert away.location == "/"


def test_without_a_token_it_stays(client: PageClient) -> None:
    client.post("/checklist/dismissal", {"next": "/"}, status=400)
