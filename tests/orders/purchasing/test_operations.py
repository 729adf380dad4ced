"""A unit's order between placing and delivery."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from orders.models import Allocation, OrderLine
from orders.purchasing import operations
from orders.purchasing.content import ContentChanged, order_mark
from shop.db import db
from shop.errors import InvalidTransition, NotFound, SamePerson
from shop.money import Money
from shop.outbox import OutboxMessage
from tests.factories.orders import (
    AT,
    Stage,
    facts_of,
    lots_of,
    make_order,
    make_person,
    make_unit,
    stage_sums,
)


def test_an_approver_approves_what_was_seen(stage: Stage) -> None:
    order = make_order(stage)
    operations.approve(order.number, order_mark(order), actor=stage.approver, at=AT)
    assert order.status == "approved"
    assert order.approved_at == AT
    assert order.events[-1].actor_name == stage.approver.name


def test_the_buyer_cannot_approve_even_as_an_approver(stage: Stage) -> None:
    order = make_order(stage)
    before = facts_of(order)
    both = replace(stage.buyer, roles=stage.buyer.roles | stage.approver.roles)
    with pytest.raises(SamePerson):
        operations.approve(order.number, order_mark(order), actor=both, at=AT)
    with pytest.raises(SamePerson):
        operations.reject(order.number, "自己", actor=both, at=AT)
    assert facts_of(order) == before


def test_an_approval_of_other_content_is_refused(stage: Stage) -> None:
    order = make_order(stage)
    seen = order_mark(order)
    order.address = "另一个地方"
    db.session.flush()
    before = facts_of(order)
    with pytest.raises(ContentChanged):
        operations.approve(order.number, seen, actor=stage.approver, at=AT)
    assert facts_of(order) == before


def test_a_second_approval_is_refused(stage: Stage) -> None:
    order = make_order(stage, "approved")
    before = facts_of(order)
    with pytest.raises(InvalidTransition):
        operations.approve(order.number, order_mark(order), actor=stage.approver, at=AT)
    assert facts_of(order) == before


@pytest.mark.parametrize("verb", ["reject", "cancel"])
def test_what_ends_early_gives_stock_and_ledger_back(stage: Stage, verb: str) -> None:
    order = make_order(stage)
    actor = stage.approver if verb == "reject" else stage.buyer
    assert stage_sums(order) == {"placed": Money(298_00)}
    getattr(operations, verb)(order.number, "不需要了", actor=actor, at=AT)
    assert order.status == ("rejected" if verb == "reject" else "cancelled")
    assert order.events[-1].note == "不需要了"
    assert stage_sums(order) == {"placed": Money(0)}
    assert lots_of(stage.shelf.offer.id) == [(100, 0, 0)]


def test_a_confirmed_order_can_no_longer_be_cancelled(stage: Stage) -> None:
    order = make_order(stage, "confirmed")
    before = facts_of(order)
    with pytest.raises(InvalidTransition):
        operations.cancel(order.number, "太晚", actor=stage.buyer, at=AT)
    assert facts_of(order) == before


def test_a_confirmed_order_has_its_batches(stage: Stage) -> None:
    order = make_order(stage, "confirmed")
    found = list(stage_allocations(order.id))
    assert [(each.batch_id, each.quantity) for each in found] == [(stage.shelf.batch.id, 10)]


def stage_allocations(order_id: int) -> list[Allocation]:
    return list(
        db.session.scalars(select(Allocation).join(OrderLine).where(OrderLine.order_id == order_id))
    )


def test_a_seller_declines_with_a_reason(stage: Stage) -> None:
    order = make_order(stage, "approved")
    operations.decline(order.number, "无货", actor=stage.seller, at=AT)
    assert order.status == "declined"
    assert stage_sums(order) == {"placed": Money(0)}
    assert lots_of(stage.shelf.offer.id) == [(100, 0, 0)]


def test_a_seller_does_not_see_an_order_that_waits_for_approval(stage: Stage) -> None:
    order = make_order(stage)
    before = facts_of(order)
    with pytest.raises(NotFound):
        operations.confirm(order.number, actor=stage.seller, at=AT)
    assert facts_of(order) == before


def test_anothers_order_is_not_found(stage: Stage) -> None:
    order = make_order(stage, "approved")
    stranger = make_person(make_unit(), *stage.approver.roles)
    before = facts_of(order)
    with pytest.raises(NotFound):
        operations.cancel(order.number, "-", actor=stranger, at=AT)
    with pytest.raises(NotFound):
        operations.confirm(order.number, actor=stage.other_seller, at=AT)
    with pytest.raises(NotFound):
        operations.cancel(order.number, "-", actor=replace(stranger, organisation_id=None), at=AT)
    assert facts_of(order) == before


def test_every_step_leaves_a_message(stage: Stage) -> None:
    order = make_order(stage, "accepted")
    topics = [
        message.topic.rpartition(":")[2]
        for message in db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        if message.payload.get("order_id") == order.id
    ]
    assert topics == ["placed", "approved", "confirmed", "dispatched", "weighed", "accepted"]
