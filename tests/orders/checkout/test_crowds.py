"""Many buyers at once against real worker processes: exactly what there is gets sold (A1-A3)."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from catalog.models import Hold, StockLot
from orders.cart.models import Cart, CartLine
from orders.checkout.quote import mark
from orders.models import Order, Purchase
from orders.payments.models import Payment
from shop import clock
from shop.accounts.models import User
from shop.db import db
from tests.factories.shelf import Shelf, make_shelf
from tests.orders.books import check_books
from tests.orders.consumers import ADDRESS, Consumer, make_consumer
from tests.support.database import World

ROOT = Path(__file__).resolve().parents[3]
SECRETS = {"STRIPE_SECRET_KEY": "sk_test_local", "STRIPE_WEBHOOK_SECRET": "whsec_local"}
FOREVER = {"valid_from": date(2020, 1, 1), "valid_to": None}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: list[str], port: int, settings: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **settings}, start_new_session=True
    )
    try:
        wait_for(port)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"nothing answers on port {port}")


@dataclass
class Town:
    """The shop under gunicorn with two workers, and a local Stripe beside it."""

    app: Flask
    port: int


@pytest.fixture
def town(database: World, app: Flask) -> Iterator[Town]:
    database.written = True
    pay_port, port = free_port(), free_port()
    settings = {
        **SECRETS,
        "DATABASE_URL": database.url,
        "VAR_DIR": str(database.var),
        "STRIPE_API_BASE": f"http://127.0.0.1:{pay_port}",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WEB_WORKERS": "2",
    }
    stripe = [sys.executable, "-m", "orders.payments.localstripe", "--port", str(pay_port)]
    web = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--log-level", "warning"]
    now = time_machine.escape_hatch.datetime.datetime.now(clock.BUSINESS_ZONE)
    # The servers live in the true present, and so must the people who visit them.
    with (
        started(stripe, pay_port, settings),
        started(web, port, settings),
        time_machine.travel(now, tick=True),
    ):
        yield Town(app, port)


def shelves(count: int, on_hand: int) -> list[Shelf]:
    return [make_shelf(on_hand=on_hand, certificate=FOREVER) for _ in range(count)]


def fill_cart(person: Consumer, wanted: list[tuple[Shelf, int]]) -> str:
    """Put goods straight into the records; the mark of what the page would show."""
    cart = Cart(user_id=person.user_id, updated_at=clock.now())
    db.session.add(cart)
    db.session.flush()
    for made, quantity in wanted:
        db.session.add(
            CartLine(
                cart_id=cart.id, offer_id=made.offer.id, quantity=quantity,
                seen_price=made.offer.price,
            )
        )  # fmt: skip
    return mark((made.offer.id, quantity, made.offer.price.fen) for made, quantity in wanted)


@dataclass
class Visitor:
    """A browser of its own, at the point of pressing the button."""

    port: int
    cookie: str
    values: dict[str, str]

    def press(self) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Cookie": f"session={self.cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request("POST", "/checkout/placement", urlencode(self.values), headers)
            answer = connection.getresponse()
            body = answer.read().decode()
            return answer.status, answer.getheader("Location", "") or body
        finally:
            connection.close()


def visitor(town: Town, person: Consumer, seen: str, number: int) -> Visitor:
    """Signed in, with the CSRF token that the checkout page would carry."""
    from flask import g, session
    from flask_wtf.csrf import generate_csrf

    with town.app.test_request_context():
        session["_user_id"], session["_fresh"] = person.token, True
        g.pop("csrf_token", None)  # kept from the visitor before: the context is the test's
        token = generate_csrf()
        signer = town.app.session_interface.get_signing_serializer(town.app)  # type: ignore[attr-defined]
        cookie = signer.dumps(dict(session))
    values = {**ADDRESS, "csrf_token": token, "seen": seen, "key": f"crowd-key-{number:08d}"}
    return Visitor(town.port, cookie, values)


def crowd(town: Town, wanted: list[list[tuple[Shelf, int]]]) -> list[Visitor]:
    """A visitor for each list of goods; inside an application context, committed."""
    people = [make_consumer() for _ in wanted]
    marks = [fill_cart(person, each) for person, each in zip(people, wanted, strict=True)]
    db.session.commit()
    pairs = zip(people, marks, strict=True)
    return [visitor(town, person, seen, n) for n, (person, seen) in enumerate(pairs)]


def rush(visitors: list[Visitor], at_once: int) -> list[tuple[int, str]]:
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda each: each.press(), visitors))


def check_sold(lot_id: int, expected: int) -> None:
    db.session.rollback()
    assert db.session.get_one(StockLot, lot_id).held == expected
    held = select(func.sum(Hold.quantity)).where(Hold.stock_lot_id == lot_id, Hold.status == "live")
    assert db.session.scalar(held) == expected
    ours = Purchase.idempotency_key.like("crowd-key-%")
    check_books(db.session.scalars(select(Purchase.id).where(ours)).all())
    states = select(Payment.status).join(Purchase).where(ours)
    assert set(db.session.scalars(states)) == {"open"}


def run_last_fifty(town: Town, *, seconds: int) -> None:
    with town.app.app_context():
        (rice,) = shelves(1, on_hand=50)
        visitors = crowd(town, [[(rice, 1)]] * 200)
        begun = time.monotonic()
        answers = rush(visitors, at_once=50)
        took = time.monotonic() - begun
        assert Counter(status for status, _ in answers) == {303: 50, 409: 150}
        assert all("库存不足" in body or "已售完" in body for s, body in answers if s == 409)
        check_sold(rice.lot.id, 50)
        assert took <= seconds, took


def test_two_hundred_buyers_for_fifty_units(town: Town) -> None:
    """The everyday run shares its cores with other tests; the long one measures the bar of 15 s."""
    run_last_fifty(town, seconds=60)


@pytest.mark.long
@pytest.mark.parametrize("turn", range(20))
def test_two_hundred_buyers_for_fifty_units_again(town: Town, turn: int) -> None:
    run_last_fifty(town, seconds=15)


def test_the_last_unit_goes_to_exactly_one(town: Town) -> None:
    with town.app.app_context():
        for made in shelves(3, on_hand=1):
            visitors = crowd(town, [[(made, 1)]] * 50)
            answers = rush(visitors, at_once=50)
            assert Counter(status for status, _ in answers) == {303: 1, 409: 49}
            assert db.session.get_one(StockLot, made.lot.id, populate_existing=True).held == 1
            db.session.rollback()


def test_baskets_of_five_goods_in_any_order_never_deadlock(town: Town) -> None:
    draw = Random(5)
    with town.app.app_context():
        goods = shelves(5, on_hand=60)
        baskets = [[(made, 1) for made in draw.sample(goods, 5)] for _ in range(100)]
        answers = rush(crowd(town, baskets), at_once=50)
        assert Counter(status for status, _ in answers) == {303: 60, 409: 40}
        for made in goods:
            check_sold(made.lot.id, 60)
        ours = (
            select(func.count(Order.id))
            .join(Purchase)
            .where(Purchase.idempotency_key.like("crowd-key-%"))
        )
        assert db.session.scalar(ours) == 60 * 5


def test_eight_clients_place_quickly(town: Town) -> None:
    """A floor far below the figure of bin/bench, to notice when placing becomes slow."""
    with town.app.app_context():
        goods = shelves(4, on_hand=1000)
        baskets = [[(goods[n % 4], 1), (goods[(n + 1) % 4], 2)] for n in range(120)]
        visitors = crowd(town, baskets)
        rush(visitors[:16], at_once=8)
        begun = time.monotonic()
        answers = rush(visitors[16:], at_once=8)
        took = time.monotonic() - begun
        assert {status for status, _ in answers} == {303}
        print(f"{len(answers) / took:.1f} placements/s")
        assert len(answers) / took >= 8
        assert db.session.scalar(select(func.count(User.id))) or 0 >= 120
