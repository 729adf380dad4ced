"""A committed stage for page tests: who signs in, what is bought."""

from dataclasses import dataclass
from typing import Any

from flask import Flask

from orders.models import Order
from shop.accounts.models import User
from shop.actor import Actor
from shop.db import db, transaction
from tests.factories.orders import Stage, make_order, make_stage
from tests.support.page import Page, PageClient
from tests.support.people import try_sign_in


@dataclass
class Cast:
    """Browsers of the people, and the words of the stage that outlive its session."""

    app: Flask
    buyer: PageClient
    approver: PageClient
    receiver: PageClient
    seller: PageClient
    other_seller: PageClient
    packs: str
    kilograms: str
    uscc: str
    stage: Stage

    def order(self, until: str = "placed") -> str:
        """The number of a new order of 10 packs (298.00), brought as far as asked."""
        with self.app.app_context(), transaction():
            self.stage = _again(self.stage)
            return make_order(self.stage, until).number

    def read(self, number: str) -> tuple[str, list[str]]:
        """Status and events of an order."""
        with self.app.app_context():
            order = db.session.scalars(db.select(Order).filter_by(number=number)).one()
            return order.status, [event.event for event in order.events]


def open_cast(app: Flask) -> Cast:
    with app.app_context(), transaction():
        stage = make_stage()
        emails = {
            name: email_of(getattr(stage, name))
            for name in ("buyer", "approver", "receiver", "seller", "other_seller")
        }
        words = {
            "packs": stage.shelf.offer.public_id,
            "kilograms": stage.other_shelf.offer.public_id,
            "uscc": stage.unit.uscc,
        }
        for record in (stage.unit, stage.shelf.offer, stage.other_shelf.offer):
            _ = record.id
    browsers = {name: _browser(app, email) for name, email in emails.items()}
    everything: dict[str, Any] = {**browsers, **words}
    return Cast(app=app, stage=stage, **everything)


def email_of(actor: Actor) -> str:
    return db.session.get_one(User, actor.user_id).email


def fill(cast: Cast, page: Page, **changes: str) -> Page:
    """The review of an order of 10 packs and 20.5 kg."""
    values = {
        f"quantity-{cast.packs}": "10",
        f"quantity-{cast.kilograms}": "20.5",
        "delivery_on": "2026-07-05",
        "step": "review",
    }
    form = page.form("bulk-order")
    return cast.buyer.post("/canteen/orders/new", form.filled(**{**values, **changes}), status=200)


def _browser(app: Flask, email: str) -> PageClient:
    client = PageClient(app.test_client())
    try_sign_in(client, email)
    return client


def _again(stage: Stage) -> Stage:
    """The stage's records in this session."""
    stage.unit = db.session.merge(stage.unit)
    for shelf in (stage.shelf, stage.other_shelf):
        shelf.offer = db.session.merge(shelf.offer)
    return stage
