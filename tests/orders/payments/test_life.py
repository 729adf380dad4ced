"""A purchase's life in any order of events, with lost answers: the books always agree (A7)."""

import os
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from orders.checkout.operations import ask_refund
from orders.models import Order, Purchase
from orders.payments import jobs
from orders.payments.current import EXTENSION
from orders.payments.dealings import (
    NotPayable,
    PaymentUnclear,
    ask_provider,
    end_unpaid,
    payment_page,
)
from orders.payments.gateway import GatewayError, PaymentEvent
from orders.payments.inbox import receive_event
from orders.payments.models import Payment, Refund
from orders.payments.refunds import send_refund
from orders.states import OrderEventKind
from shop import clock
from shop.actor import Actor, system_actor
from shop.db import db, transaction
from shop.errors import InvalidTransition
from tests.factories.shelf import make_shelf
from tests.orders.books import check_books
from tests.orders.payments.fake_provider import FakeProvider
from tests.orders.payments.test_orderings import placed
from tests.support.database import World

SYSTEM = system_actor("试验")


class Life(RuleBasedStateMachine):
    """One purchase of two sellers, one provider, one clock."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.provider = FakeProvider()
        self.app.extensions[EXTENSION] = self.provider
        self.now = clock.now()
        self.pending: list[PaymentEvent] = []
        self.delivered: list[PaymentEvent] = []
        self.context = self.app.test_request_context()
        self.context.push()
        with transaction():
            purchase = placed(make_shelf(on_hand=3), make_shelf(on_hand=3))
            self.purchase_id, user_id = purchase.id, purchase.user_id
        self.actor = Actor(name="试验人", user_id=user_id)

    def teardown(self) -> None:
        self._take()
        for event in list(self.pending):
            self._deliver(event)
        self.now += timedelta(days=2)
        for _ in range(3):
            jobs.expire_unpaid(self.now)
            self._send_refunds()
            self._take()
            for event in list(self.pending):
                self._deliver(event)
            jobs.retry_waiting_events(self.now)
        check_books([self.purchase_id], is_settled=True)
        assert self._status() in {"paid", "expired", "cancelled", "refunded"}
        db.session.rollback()
        self.context.pop()

    @rule(loses=st.booleans())
    def go_to_pay(self, loses: bool) -> None:
        self._with_losses(loses, lambda: payment_page(self.purchase_id, at=self.now))

    @rule()
    def pay(self) -> None:
        for kept in self.provider.sessions.values():
            self.provider.pay(kept)
        self._take()

    @rule()
    def fail(self) -> None:
        for kept in self.provider.sessions.values():
            if kept.status == "open":
                self.provider.tell("failed", kept)
        self._take()

    @rule()
    def dispute(self) -> None:
        for kept in self.provider.sessions.values():
            if kept.is_paid:
                self.provider.tell("disputed", kept)
        self._take()

    @precondition(lambda self: self.pending)
    @rule(which=st.integers(0, 9))
    def deliver_any(self, which: int) -> None:
        self._deliver(self.pending[which % len(self.pending)])

    @precondition(lambda self: self.delivered)
    @rule(which=st.integers(0, 9))
    def deliver_again(self, which: int) -> None:
        self._deliver(self.delivered[which % len(self.delivered)])

    @rule(loses=st.booleans())
    def come_back(self, loses: bool) -> None:
        self._with_losses(loses, lambda: ask_provider(self.purchase_id, at=self.now))

    @rule(loses=st.booleans())
    def cancel(self, loses: bool) -> None:
        self._with_losses(
            loses,
            lambda: end_unpaid(
                self.purchase_id, OrderEventKind.CANCEL, actor=self.actor, at=self.now
            ),
        )

    @rule(minutes=st.sampled_from([1, 5, 40]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(loses=st.booleans())
    def expire(self, loses: bool) -> None:
        self._with_losses(loses, lambda: jobs.expire_unpaid(self.now))

    @rule(which=st.integers(0, 1))
    def refund_one(self, which: int) -> None:
        try:
            with transaction():
                orders = db.session.scalars(
                    select(Order).where(Order.purchase_id == self.purchase_id).order_by(Order.id)
                ).all()
                ask_refund(orders[which], "不要了", actor=self.actor, at=self.now)
        except InvalidTransition:
            pass

    @rule(loses=st.booleans())
    def work(self, loses: bool) -> None:
        self._with_losses(loses, self._send_refunds)

    @invariant()
    def the_books_agree(self) -> None:
        check_books([self.purchase_id])
        db.session.rollback()

    def _with_losses(self, loses: bool, act: object) -> None:
        self.provider.loses_answers = 1 if loses else 0
        try:
            act()  # type: ignore[operator]
        except (GatewayError, NotPayable, PaymentUnclear):
            pass
        finally:
            self.provider.loses_answers = 0
            db.session.rollback()
        self._take()

    def _take(self) -> None:
        self.pending += self.provider.events
        self.provider.events = []

    def _deliver(self, event: PaymentEvent) -> None:
        with transaction():
            receive_event(event, at=self.now)
        if event in self.pending:
            self.pending.remove(event)
            self.delivered.append(event)

    def _send_refunds(self) -> None:
        asked = db.session.scalars(
            select(Refund.id).join(Payment).where(
                Payment.purchase_id == self.purchase_id, Refund.status == "asked"
            )
        ).all()  # fmt: skip
        db.session.rollback()
        for refund_id in asked:
            send_refund({"refund_id": refund_id}, self.now)

    def _status(self) -> str:
        return db.session.get_one(Purchase, self.purchase_id).status


def live(app: Flask, sequences: int) -> None:
    class Lived(Life):
        pass

    Lived.app = app
    case = Lived.TestCase
    case.settings = settings(
        max_examples=sequences, stateful_step_count=14, deadline=None,
        suppress_health_check=list(HealthCheck), database=None,
        derandomize="HYPOTHESIS_RANDOM" not in os.environ,
    )  # fmt: skip
    try:
        case("runTest").runTest()
    finally:
        app.extensions.pop(EXTENSION, None)


def test_fifty_lives(database: World, app: Flask) -> None:
    live(app, 50)


@pytest.mark.long
def test_five_hundred_lives(database: World, app: Flask) -> None:
    live(app, 500)
