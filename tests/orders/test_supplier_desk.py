"""The supplier's desk says what waits, and nothing of others."""

from datetime import timedelta

from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from orders.supplier_desk.queries import desk_of
from shop.db import db
from tests.factories.shelf import make_certificate, make_producer, make_shelf
from tests.factories.supply import TODAY, demo_producer, staff_of
from tests.support.database import World
from tests.support.people import signed_in


def test_certificates_are_shown_by_the_reminder_they_reached(
    session: scoped_session[Session],
) -> None:
    producer = make_producer()
    for left in (-1, 0, 8, 45, 90, 91):
        make_certificate(producer, valid_to=TODAY + timedelta(days=left))
    make_certificate(producer, valid_to=None)
    make_certificate(producer, valid_to=TODAY, status="submitted", approved_at=None)
    make_certificate(make_producer(), valid_to=TODAY)
    desk = desk_of(staff_of(producer), producer, TODAY)
    found = [(each.days_left, each.reached) for each in desk.expiring]
    assert found == [(0, 7), (8, 30), (45, 90), (90, 90)]


def test_stock_below_five_smallest_orders_is_running_out(session: scoped_session[Session]) -> None:
    shelf = make_shelf(on_hand=49, offer={"minimum": 10})
    desk = desk_of(staff_of(shelf.producer), shelf.producer, TODAY)
    assert [(low.id, low.free) for low in desk.running_out] == [(shelf.offer.id, 49)]
    shelf.lot.received = shelf.lot.on_hand = 50
    db.session.flush()
    assert desk_of(staff_of(shelf.producer), shelf.producer, TODAY).running_out == []


def test_a_refused_listing_stays_until_it_is_handed_in_again(
    session: scoped_session[Session],
) -> None:
    shelf = make_shelf(offer={"status": "draft", "status_reason": "图片不符", "listed_at": None})
    desk = desk_of(staff_of(shelf.producer), shelf.producer, TODAY)
    assert [row.id for row in desk.returned] == [shelf.offer.id]
    shelf.offer.status = "submitted"
    db.session.flush()
    assert desk_of(staff_of(shelf.producer), shelf.producer, TODAY).returned == []


def test_the_desk_names_the_own_producer(database: World, app: Flask) -> None:
    with app.app_context():
        name = demo_producer("coop@demo.example").name
    assert name in signed_in(app, "coop").get("/supplier").text
    signed_in(app, "buyer").get("/supplier", status=403)
