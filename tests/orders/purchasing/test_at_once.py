"""Several requests at once: one passes, the others are refused (bar A10)."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from orders.fulfilment.operations import accept_delivery
from orders.models import Order
from orders.purchasing import operations
from orders.purchasing.content import order_mark
from orders.quota.models import LedgerEntry
from shop.db import db, transaction
from shop.errors import DomainError
from shop.money import Money
from tests.factories.orders import AT, make_order, make_person, make_stage, mark_of
from tests.support.database import World


def at_once(app: Flask, calls: Sequence[Callable[[], Any]]) -> list[str]:
    """Run each call in a thread and transaction of its own; the name of what became of each."""

    def run(call: Callable[[], Any]) -> str:
        with app.app_context():
            try:
                with transaction():
                    call()
            except DomainError as refusal:
                return type(refusal).__name__
            return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def test_two_approvers_at_once_are_one_approval(database: World, app: Flask) -> None:
    with app.app_context(), transaction():
        stage = make_stage()
        order = make_order(stage)
        number, seen = order.number, order_mark(order)
        actors = [stage.approver, make_person(stage.unit, *stage.approver.roles)] * 2
    calls = [partial(operations.approve, number, seen, actor=who, at=AT) for who in actors]
    assert at_once(app, calls) == ["InvalidTransition"] * 3 + ["done"]
    with app.app_context():
        order = db.session.scalars(select(Order).where(Order.number == number)).one()
        assert [event.event for event in order.events] == ["place", "approve"]


def test_a_cancellation_and_a_confirmation_at_once_are_one_of_them(
    database: World, app: Flask
) -> None:
    with app.app_context(), transaction():
        stage = make_stage()
        number = make_order(stage, "approved").number
    outcome = at_once(
        app,
        [
            lambda: operations.cancel(number, "不要了", actor=stage.buyer, at=AT),
            lambda: operations.confirm(number, actor=stage.seller, at=AT),
        ],
    )
    assert outcome == ["InvalidTransition", "done"]


def test_two_acceptances_at_once_count_once(database: World, app: Flask) -> None:
    with app.app_context(), transaction():
        stage = make_stage()
        order = make_order(stage, "weighed")
        number, order_id, seen = order.number, order.id, mark_of(order)
        actors = [stage.receiver, stage.approver, stage.receiver, stage.buyer]
    calls = [partial(accept_delivery, number, seen, actor=who, at=AT) for who in actors]
    outcome = at_once(app, calls)
    assert outcome.count("done") == 1
    with app.app_context():
        entered = db.session.scalar(
            select(func.sum(LedgerEntry.delta)).where(
                LedgerEntry.order_id == order_id, LedgerEntry.stage == "accepted"
            )
        )
        assert entered == Money(298_00)
