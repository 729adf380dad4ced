"""Conversations with the provider that are cut off, late, or doubled."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalog.models import StockLot
from orders.payments import jobs
from orders.payments.current import EXTENSION
from orders.payments.dealings import NotPayable, ask_provider, payment_page
from orders.payments.gateway import GatewayUnavailable
from orders.payments.inbox import receive_event
from orders.payments.models import Payment, PaymentAnomaly, Refund
from orders.payments.refunds import send_refund
from orders.quota.models import LedgerEntry
from shop import clock
from shop.audit import AuditEntry
from shop.db import db, transaction
from shop.outbox import OutboxMessage
from tests.factories.shelf import make_shelf
from tests.orders.books import check_books
from tests.orders.consumers import newest
from tests.orders.payments.fake_provider import FakeProvider
from tests.orders.payments.test_orderings import placed
from tests.support.database import World


@pytest.fixture
def provider(database: World, app: Flask) -> Iterator[FakeProvider]:
    provider = FakeProvider()
    app.extensions[EXTENSION] = provider
    with app.test_request_context():
        yield provider
    del app.extensions[EXTENSION]


def a_purchase(on_hand: int = 100) -> tuple[int, int]:
    """Its id and its lot's."""
    with transaction():
        made = make_shelf(on_hand=on_hand)
        purchase = placed(made)
        return purchase.id, made.lot.id


def state(purchase_id: int) -> tuple[str, str]:
    payment = db.session.scalars(select(Payment).where(Payment.purchase_id == purchase_id)).one()
    return payment.purchase.status, payment.status


def deliver(provider: FakeProvider, at: datetime) -> None:
    while provider.events:
        event = provider.events.pop(0)
        with transaction():
            receive_event(event, at=at)


def test_a_lost_answer_is_resumed_with_the_same_key(provider: FakeProvider) -> None:
    purchase_id, _ = a_purchase()
    provider.loses_answers = 1
    with pytest.raises(GatewayUnavailable):
        payment_page(purchase_id, at=clock.now())
    assert state(purchase_id) == ("open", "created")
    first = payment_page(purchase_id, at=clock.now())
    assert payment_page(purchase_id, at=clock.now()) == first
    assert len(provider.sessions) == 1
    assert state(purchase_id) == ("open", "open")


def test_a_message_before_the_answer_finds_its_purchase(provider: FakeProvider) -> None:
    purchase_id, _ = a_purchase()
    provider.loses_answers = 1
    with pytest.raises(GatewayUnavailable):
        payment_page(purchase_id, at=clock.now())
    provider.pay(next(iter(provider.sessions.values())))
    deliver(provider, clock.now())
    assert state(purchase_id) == ("paid", "paid")
    with pytest.raises(NotPayable):
        payment_page(purchase_id, at=clock.now())


def test_after_the_deadline_there_is_no_page(provider: FakeProvider) -> None:
    purchase_id, _ = a_purchase()
    with pytest.raises(NotPayable):
        payment_page(purchase_id, at=clock.now() + timedelta(minutes=32))


def test_money_after_expiry_gets_the_goods_if_they_are_there(provider: FakeProvider) -> None:
    purchase_id, lot_id = a_purchase()
    payment_page(purchase_id, at=clock.now())
    (kept,) = provider.sessions.values()
    paid = provider.tell("paid", kept)
    late = clock.now() + timedelta(minutes=32)
    jobs.expire_unpaid(late)
    assert state(purchase_id) == ("expired", "expired")
    assert db.session.get_one(StockLot, lot_id).held == 0
    db.session.rollback()
    with transaction():
        assert receive_event(paid, at=late) == "paid"
    assert state(purchase_id) == ("paid", "paid")
    check_books([purchase_id])


def test_money_after_expiry_goes_back_when_the_goods_are_gone(provider: FakeProvider) -> None:
    purchase_id, lot_id = a_purchase(on_hand=3)
    payment_page(purchase_id, at=clock.now())
    (kept,) = provider.sessions.values()
    late = clock.now() + timedelta(minutes=32)
    provider.loses_answers = 1
    jobs.expire_unpaid(late)
    with transaction():
        sold = update(StockLot).where(StockLot.id == lot_id).values(sold=2, on_hand=1)
        db.session.execute(sold)
    kept.status = "open"
    provider.pay(kept)
    deliver(provider, late)
    assert state(purchase_id) == ("expired", "paid")
    refund_id = newest(Refund).id
    db.session.rollback()
    provider.loses_answers = 1
    with pytest.raises(GatewayUnavailable):
        send_refund({"refund_id": refund_id}, late)
    send_refund({"refund_id": refund_id}, late)
    deliver(provider, late)
    assert state(purchase_id) == ("expired", "refunded")
    noted = select(PaymentAnomaly.reason).where(PaymentAnomaly.payment_id == newest(Payment).id)
    assert db.session.scalars(noted).all() == ["paid_late"]
    check_books([purchase_id], is_settled=True)


@pytest.mark.parametrize("seconds", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("expire_first", [True, False])
def test_nobody_is_paid_and_cancelled_around_the_deadline(
    provider: FakeProvider, seconds: int, expire_first: bool
) -> None:
    purchase_id, _ = a_purchase()
    payment_page(purchase_id, at=clock.now())
    (kept,) = provider.sessions.values()
    edge = kept.request.expires_at + timedelta(seconds=seconds)
    if expire_first:
        jobs.expire_unpaid(edge)
    provider.pay(kept)
    deliver(provider, edge)
    jobs.expire_unpaid(edge + timedelta(seconds=60))
    deliver(provider, edge)
    assert state(purchase_id) in {("paid", "paid"), ("expired", "expired")}
    assert (state(purchase_id)[0] == "paid") == kept.is_paid
    check_books([purchase_id], is_settled=True)


def test_money_on_its_way_keeps_the_goods_for_a_day(provider: FakeProvider) -> None:
    purchase_id, _ = a_purchase()
    payment_page(purchase_id, at=clock.now())
    (kept,) = provider.sessions.values()
    kept.status = "complete"
    late = clock.now() + timedelta(minutes=32)
    jobs.expire_unpaid(late)
    assert state(purchase_id) == ("open", "open")
    db.session.rollback()
    jobs.expire_unpaid(late + timedelta(days=1))
    assert state(purchase_id) == ("expired", "expired")


def test_a_silent_payment_is_asked_about(provider: FakeProvider) -> None:
    purchase_id, _ = a_purchase()
    payment_page(purchase_id, at=clock.now())
    provider.pay(next(iter(provider.sessions.values())))
    jobs.reconcile(clock.now())
    assert state(purchase_id) == ("open", "open")
    db.session.rollback()
    for _ in range(2):
        jobs.reconcile(clock.now() + timedelta(minutes=11))
    assert state(purchase_id) == ("paid", "paid")
    check_books([purchase_id])


def test_webhook_and_return_page_at_once_are_one_payment(
    provider: FakeProvider, app: Flask
) -> None:
    purchases = [a_purchase()[0] for _ in range(20)]
    for purchase_id in purchases:
        payment_page(purchase_id, at=clock.now())
    for kept in list(provider.sessions.values()):
        provider.pay(kept)
    events, provider.events = provider.events, []
    before = count_all()
    at = clock.now()

    def webhook(number: int) -> None:
        with app.app_context(), transaction():
            receive_event(events[number], at=at)

    def come_back(number: int) -> None:
        with app.test_request_context():
            ask_provider(purchases[number], at=at)

    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        jobs_ = [pool.submit(act, n) for n in range(20) for act in (webhook, come_back)]
        for job in jobs_:
            job.result()
    grown = [now - then for then, now in zip(before, count_all(), strict=True)]
    # a ledger entry, one audit line, a message to the seller and one to the buyer for each
    assert grown == [20, 20, 40]
    assert {state(purchase_id) for purchase_id in purchases} == {("paid", "paid")}
    check_books(purchases)


def count_all() -> list[int]:
    return [
        db.session.scalar(select(func.count()).select_from(model).where(condition)) or 0
        for model, condition in (
            (LedgerEntry, LedgerEntry.stage == "paid"),
            (AuditEntry, AuditEntry.action == "orders:purchase:pay"),
            (OutboxMessage, OutboxMessage.topic.in_(
                ("orders:order:paid", "orders:purchase:changed"))),
        )
    ]  # fmt: skip
