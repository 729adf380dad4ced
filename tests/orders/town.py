"""The shop under real server processes, and visitors who press the button at the same moment."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import time_machine
from flask import Flask

from orders.cart.models import Cart, CartLine
from orders.checkout.quote import mark
from shop import clock
from shop.db import db
from tests.factories.shelf import Shelf, make_shelf
from tests.orders.consumers import ADDRESS, Consumer, make_consumer
from tests.support.database import World

ROOT = Path(__file__).resolve().parents[2]
WEB = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--log-level", "warning"]
SECRETS = {"STRIPE_SECRET_KEY": "sk_test_local", "STRIPE_WEBHOOK_SECRET": "whsec_local"}
FOREVER = {"valid_from": date(2020, 1, 1), "valid_to": None}


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


@contextmanager
def open_town(app: Flask, database: World, **extra: str) -> Iterator[Town]:
    """The shop and the place to pay, with extra settings of the environment; ended at the end."""
    settings, port, pay_port = street(database, extra)
    with true_present():
        stripe = [sys.executable, "-m", "orders.payments.localstripe", "--port", str(pay_port)]
        with started(stripe, pay_port, settings), started(WEB, port, settings):
            yield Town(app, port)


def street(database: World, extra: dict[str, str]) -> tuple[dict[str, str], int, int]:
    """Settings for servers over this world, with the ports of the shop and of the place to pay."""
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
        **extra,
    }
    return settings, port, pay_port


@contextmanager
def true_present() -> Iterator[None]:
    """Servers live in the true present, and so must the people who visit them."""
    now = time_machine.escape_hatch.datetime.datetime.now(clock.BUSINESS_ZONE)
    with time_machine.travel(now, tick=True):
        yield


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
    user_id: int
    cookie: str
    values: dict[str, str]
    page: str = ""

    def press(self) -> tuple[int, str]:
        return self.post("/checkout/placement", self.values)

    def post(self, path: str, values: dict[str, str]) -> tuple[int, str]:
        """The answer's status, and where it leads or its text."""
        values = {"csrf_token": self.values["csrf_token"], **values}
        return connect(self.port, "POST", path, urlencode(values), self.cookie)


def connect(port: int, method: str, path: str, body: str, cookie: str = "") -> tuple[int, str]:
    """One request on a connection of its own: the status, and where it leads or the text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": f"session={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, answer.getheader("Location", "") or text
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
    return Visitor(town.port, person.user_id, cookie, values)


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
