"""People who buy for themselves, and a shop that takes their money from a local Stripe."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from flask import Flask
from sqlalchemy import select

from orders.payments.current import EXTENSION
from shop import clock
from shop.accounts.models import User, UserSession
from shop.accounts.sessions import token_hash
from shop.actor import Actor
from shop.db import db
from tests.factories.shelf import Shelf, make_shelf
from tests.orders.payments.local_server import Local, running, until
from tests.support.page import Page, PageClient

COUNTY = "150430"
PREFECTURE = "150400"
ADDRESS = {
    "recipient": "试验人", "phone": "13800138000", "region_code": COUNTY, "address": "试验路1号",
    "note": "",
}  # fmt: skip
_people = count(1)
T = TypeVar("T")


@dataclass
class Consumer:
    """Somebody signed in: the record's id, the session's token, an actor for operations."""

    user_id: int
    token: str

    @property
    def actor(self) -> Actor:
        return Actor(name="试验人", user_id=self.user_id)


def make_consumer() -> Consumer:
    """A person with an open session; inside an application context and a transaction."""
    at = clock.now()
    user = User(
        email=f"person-{next(_people)}-{secrets.token_hex(4)}@test.example", name="试验人",
        password_hash="-", created_at=at,
    )  # fmt: skip
    token = secrets.token_urlsafe(16)
    db.session.add(
        UserSession(
            token_hash=token_hash(token), user=user, created_at=at, last_seen_at=at,
            expires_at=at.replace(year=at.year + 1),
        )
    )  # fmt: skip
    db.session.flush()
    return Consumer(user.id, token)


def browser(app: Flask, consumer: Consumer | None = None) -> PageClient:
    client = app.test_client()
    if consumer is not None:
        with client.session_transaction() as session:
            session["_user_id"] = consumer.token
            session["_fresh"] = True
    return PageClient(client)


@dataclass
class Shop:
    """The application with a payment provider of its own."""

    app: Flask
    local: Local
    brought: int = 0

    def deliver(self) -> list[int]:
        """Bring to the shop every webhook not brought yet; the statuses it answered with."""
        until(lambda: len(self.local.inbox.received) == len(self.local.events()))
        fresh = self.local.inbox.received[self.brought :]
        self.brought += len(fresh)
        return [self.post_webhook(body, header) for body, header in fresh]

    def post_webhook(self, body: bytes, header: str) -> int:
        answer = self.app.test_client().post(
            "/webhooks/stripe", data=body, headers={"Stripe-Signature": header}
        )
        return answer.status_code


@contextmanager
def open_shop(app: Flask) -> Iterator[Shop]:
    with running() as local:
        app.extensions[EXTENSION] = local.gateway
        try:
            yield Shop(app, local)
        finally:
            del app.extensions[EXTENSION]


def newest(model: type[T]) -> T:
    """The record made last: the demo world has others."""
    key = model.id  # type: ignore[attr-defined]
    return db.session.scalars(select(model).order_by(key.desc()).limit(1)).one()


def shelf(app: Flask, **changes: object) -> Shelf:
    """A buyable offer, committed; its records stay readable."""
    with app.app_context():
        made = make_shelf(**changes)  # type: ignore[arg-type]
        db.session.commit()
        for record in (made.offer, made.lot, made.product, made.producer, made.base):
            db.session.refresh(record)
            db.session.expunge(record)
    return made


def consumer(app: Flask) -> Consumer:
    with app.app_context():
        made = make_consumer()
        db.session.commit()
    return made


def put(client: PageClient, made: Shelf, quantity: object = "2", *, status: int = 302) -> Page:
    """Add to the cart, as the product page does."""
    token = csrf(client)
    values = {"csrf_token": token, "offer": made.offer.public_id, "quantity": quantity}
    return client.post("/cart/lines", values, status=status)


def csrf(client: PageClient) -> str:
    return client.get("/cart").form("/language").fields["csrf_token"][0]


def order(client: PageClient, *, answer: int = 303, **changes: str) -> Page:
    """From the filled cart to the provider's page."""
    page = client.get("/checkout", query_string={"prefecture": PREFECTURE})
    form = page.form("placement")
    return client.post(form.action, form.filled(**{**ADDRESS, **changes}), status=answer)
