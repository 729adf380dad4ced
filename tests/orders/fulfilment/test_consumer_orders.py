"""A consumer's paid order: sent off by the seller, received by the consumer."""

from dataclasses import replace

import pytest

from orders.fulfilment import operations
from orders.fulfilment.amounts import accepted_amounts
from orders.models import Order
from orders.placing import Delivery, Wanted, place
from orders.purchasing.queries import find_order, is_sellers
from orders.states import OrderEventKind
from shop.actor import Actor
from shop.errors import InvalidTransition, NotFound
from shop.money import Money
from tests.factories.orders import AT, Stage, advance, facts_of, lots_of, make_person, stage_sums
from tests.factories.shelf import AOHAN


@pytest.fixture
def consumer(stage: Stage) -> Actor:
    return replace(make_person(stage.unit), organisation_id=None, organisation_name=None)


def consumer_order(stage: Stage, consumer: Actor, *, paid: bool = True) -> Order:
    delivery = Delivery("戊", "13800000000", "试验小区", AOHAN)
    wanted = [Wanted(stage.shelf.offer.id, 2)]
    order = place(wanted, delivery, key="k", actor=consumer, at=AT).orders[0]
    if paid:
        order.apply(OrderEventKind.PAY, actor=consumer, at=AT)
    return order


def test_an_unpaid_order_is_not_there_for_the_seller(stage: Stage, consumer: Actor) -> None:
    order = consumer_order(stage, consumer, paid=False)
    with pytest.raises(NotFound):
        find_order(is_sellers(stage.seller), order.number)


def test_it_is_dispatched_and_received(stage: Stage, consumer: Actor) -> None:
    order = consumer_order(stage, consumer)
    advance(stage, order, "dispatched")
    assert [(a.batch_id, a.quantity) for a in order.lines[0].allocations] == [
        (stage.shelf.batch.id, 2)
    ]
    assert lots_of(stage.shelf.offer.id) == [(98, 0, 2)]
    assert accepted_amounts(order) == {}
    operations.receive_order(order.number, actor=consumer, at=AT)
    assert order.status == "completed"
    assert accepted_amounts(order) == {order.lines[0].id: Money(59_60)}
    sums = stage_sums(order)
    assert (sums["accepted"], sums["completed"]) == (Money(59_60), Money(59_60))


def test_only_its_consumer_receives_it_and_once(stage: Stage, consumer: Actor) -> None:
    order = consumer_order(stage, consumer)
    advance(stage, order, "dispatched")
    before = facts_of(order)
    with pytest.raises(NotFound):
        operations.receive_order(order.number, actor=stage.buyer, at=AT)
    assert facts_of(order) == before
    operations.receive_order(order.number, actor=consumer, at=AT)
    after = facts_of(order)
    with pytest.raises(InvalidTransition):
        operations.receive_order(order.number, actor=consumer, at=AT)
    assert facts_of(order) == after


def test_a_consumer_order_is_not_weighed(stage: Stage, consumer: Actor) -> None:
    order = consumer_order(stage, consumer)
    with pytest.raises(InvalidTransition):
        order.apply(OrderEventKind.WEIGH, actor=consumer, at=AT)
    assert order.status == "paid"
