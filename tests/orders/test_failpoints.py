"""Killed at every named step, started again, asked again: nothing lost, doubled or left (A11)."""

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

from orders.invariants.command import violations
from orders.models import Order, Purchase
from orders.payments.models import Payment, Refund
from shop.accounts.models import Notice
from shop.db import db
from shop.outbox import MessageStatus, OutboxMessage, external_handlers, handlers
from tests.orders.books import check_books
from tests.orders.town import (
    ROOT,
    Town,
    Visitor,
    connect,
    crowd,
    shelves,
    started,
    street,
    true_present,
)
from tests.orders.works import Works
from tests.support.database import World

POINTS = sorted(
    name
    for package in ("shop", "orders")
    for path in (ROOT / package).rglob("*.py")
    for name in re.findall(r'failpoint\("([^"]+)"\)', path.read_text())
)
EVERYDAY = ("orders:place:held", "orders:session:answered", "orders:refund:answered")


@contextmanager
def opened(app: Flask, database: World, point: str) -> Iterator[tuple[Town, Works, Path]]:
    """A shop armed with a failpoint, and the folder in which the place to pay keeps its books."""
    settings, port, pay_port = street(database, {})
    folder = database.var / "pay"
    pay = [sys.executable, "-m", "orders.payments.localstripe", "--port", str(pay_port)]
    pay += ["--webhook-url", f"http://127.0.0.1:{port}/webhooks/stripe"]
    works = Works(settings, port)
    with true_present(), started([*pay, "--state-dir", str(folder)], pay_port, settings):
        works.start(point)
        try:
            yield Town(app, port), works, folder
        finally:
            works.stop()


def purchase_of(visitor: Visitor) -> Purchase:
    """The only one that was placed with this visitor's key."""
    theirs = select(Purchase).where(Purchase.user_id == visitor.user_id)
    return db.session.scalars(theirs.execution_options(populate_existing=True)).one()


def payment_of(visitor: Visitor) -> Payment:
    wanted = select(Payment).join(Purchase).where(Purchase.user_id == visitor.user_id)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def pay(page: str) -> None:
    place = urlsplit(page)
    form = urlencode({"outcome": "paid", "method": "card"})
    assert connect(place.port or 0, "POST", place.path, form)[0] == 303


def is_quiet() -> bool:
    """Nothing that a worker handles is left."""
    topics = [*handlers(), *external_handlers()]
    left = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.status == MessageStatus.WAITING,
        OutboxMessage.topic.in_([topic for topic in topics if topic.startswith("orders:")]),
    )
    return not db.session.scalar(left)


def four_purchases(town: Town, works: Works) -> list[Visitor]:
    """One is paid, one paid and given back, one given up, one left open."""
    (rice,) = shelves(1, on_hand=10)
    visitors = crowd(town, [[(rice, 1)]] * 4)
    for visitor in visitors:
        status, page = works.ask(visitor.press)
        assert (status, urlsplit(page).path[:5]) == (303, "/pay/"), page
        visitor.page = page
    paid, returned, given_up, _ = visitors
    for visitor in (paid, returned):
        pay(visitor.page)
    works.until(lambda: {purchase_of(v).status for v in (paid, returned)} == {"paid"})
    number = db.session.scalar(select(Order.number).where(Order.user_id == returned.user_id))
    reason = {"reason": "试验"}
    status, _ = works.ask(lambda: returned.post(f"/orders/{number}/refund", reason))
    assert status in (302, 409)  # 409: it was asked before the server died
    works.until(lambda: purchase_of(returned).status == "refunded")
    path = f"/purchases/{purchase_of(given_up).number}/cancellation"
    assert works.ask(lambda: given_up.post(path, {}))[0] == 302
    works.until(is_quiet)
    return visitors


def check(visitors: list[Visitor], folder: Path) -> None:
    paid, returned, given_up, left = (purchase_of(visitor) for visitor in visitors)
    assert (paid.status, returned.status, left.status) == ("paid", "refunded", "open")
    assert given_up.status in ("cancelled", "expired")
    assert payment_of(visitors[3]).session_url == visitors[3].page
    check_books([paid.id, returned.id, given_up.id, left.id], is_settled=True)
    assert db.session.scalars(
        select(Refund.status).join(Payment).where(Payment.purchase_id == returned.id)
    ).all() == ["done"]
    known = {payment_of(visitor).provider_session_id for visitor in visitors}
    with sqlite3.connect(folder / "localstripe.sqlite3") as books:
        rows = books.execute("SELECT id FROM object WHERE kind = 'checkout.session'").fetchall()
    books.close()
    assert {row[0] for row in rows} == known, "a page to pay on belongs to nobody"
    told = select(Notice.user_id, Notice.kind).where(
        Notice.user_id.in_([visitor.user_id for visitor in visitors])
    )
    notices = db.session.execute(told).tuples().all()
    assert len(notices) == len(set(notices)) >= 2
    money = ("I1", "I2", "I3", "I4", "I5", "I6", "I7")
    assert {name: found for name, found in violations().items() if name in money and found} == {}


def run(app: Flask, database: World, point: str) -> None:
    with opened(app, database, point) as (town, works, folder), app.app_context():
        visitors = four_purchases(town, works)
        assert works.deaths == 1, "the failpoint was not reached"
        check(visitors, folder)


def test_there_are_enough_places_to_die() -> None:
    assert len(POINTS) == len(set(POINTS)) >= 15
    assert set(EVERYDAY) <= set(POINTS)


@pytest.mark.parametrize("point", EVERYDAY)
def test_whoever_asks_again_finds_everything_whole(app: Flask, database: World, point: str) -> None:
    run(app, database, point)


@pytest.mark.long
@pytest.mark.parametrize("point", POINTS)
def test_whoever_asks_again_finds_everything_whole_twenty_times(
    app: Flask, database: World, point: str
) -> None:
    for _ in range(20):
        run(app, database, point)
        database.restore()
