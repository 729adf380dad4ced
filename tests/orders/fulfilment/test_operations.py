"""Deliveries: batches, dispatch, two people, catch weight, all refused."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from orders.fulfilment import operations
from orders.fulfilment.amounts import accepted_amounts, payment_rules, payment_term
from orders.fulfilment.models import Dispatch
from orders.fulfilment.operations import Weighed, Weighing
from orders.models import Order
from orders.placing import Wanted
from orders.purchasing.content import ContentChanged
from shop.db import db
from shop.errors import InvalidInput, InvalidTransition, NotFound, OutOfStock, SamePerson
from shop.money import Money
from tests.factories.orders import (
    AT,
    Stage,
    advance,
    all_of,
    facts_of,
    lots_of,
    make_order,
    mark_of,
    stage_sums,
)
from tests.factories.shelf import make_batch, make_lot


def kilograms(stage: Stage, grams: int = 20_500) -> list[Wanted]:
    return [Wanted(stage.other_shelf.offer.id, grams)]


def kilogram_order(stage: Stage, until: str = "dispatched") -> tuple[Stage, Order]:
    swapped = replace(stage, seller=stage.other_seller)
    return swapped, make_order(swapped, until, wanted=kilograms(stage))


def test_dispatch_claims_stock_and_writes_a_delivery_note(stage: Stage) -> None:
    order = make_order(stage, "dispatched")
    note = db.session.scalars(select(Dispatch).where(Dispatch.order_id == order.id)).one()
    assert note.note_number.startswith("D260630")
    assert note.dispatched_on == date(2026, 6, 30)
    assert lots_of(stage.shelf.offer.id) == [(90, 0, 10)]


def test_a_second_dispatch_is_refused(stage: Stage) -> None:
    order = make_order(stage, "dispatched")
    before = facts_of(order)
    with pytest.raises(InvalidTransition):
        advance(stage, order, "dispatched")
    assert facts_of(order) == before


def test_a_seller_may_fill_a_line_from_other_lots(stage: Stage) -> None:
    other = make_lot(stage.shelf.offer, make_batch(stage.shelf.producer, stage.shelf.base), 7)
    order = make_order(stage, "confirmed")
    line = order.lines[0]
    chosen = {line.id: {stage.shelf.lot.id: 4, other.id: 6}}
    operations.assign_batches(order.number, chosen, actor=stage.seller, at=AT)
    assert {(a.stock_lot_id, a.quantity) for a in line.allocations} == {
        (stage.shelf.lot.id, 4), (other.id, 6),
    }  # fmt: skip
    advance(stage, order, "dispatched")
    assert lots_of(stage.shelf.offer.id) == [(96, 0, 4), (1, 0, 6)]


def test_lots_must_add_up_belong_to_the_offer_and_suffice(stage: Stage) -> None:
    small = make_lot(stage.shelf.offer, make_batch(stage.shelf.producer, stage.shelf.base), 3)
    order = make_order(stage, "confirmed")
    line, lot = order.lines[0], stage.shelf.lot
    before = facts_of(order)
    for chosen, refusal in (
        ({lot.id: 9}, InvalidInput),
        ({stage.other_shelf.lot.id: 10}, InvalidInput),
        ({lot.id: 6, small.id: 4}, OutOfStock),
    ):
        with pytest.raises(refusal), db.session.begin_nested():
            operations.assign_batches(order.number, {line.id: chosen}, actor=stage.seller, at=AT)
    assert facts_of(order) == before


def test_catch_weight_alone_drives_the_money(stage: Stage) -> None:
    """20.5 kg ordered at 12.34; 21.337 kg came, 0.5 kg refused: 20.837 kg is 257.13."""
    stage, order = kilogram_order(stage)
    line = order.lines[0]
    weighing = Weighing({line.id: Weighed(21_337, 500, "有霉变")})
    operations.weigh_delivery(order.number, weighing, actor=stage.buyer, at=AT)
    assert accepted_amounts(order) == {}
    advance(stage, order, "accepted")
    assert accepted_amounts(order) == {line.id: Money(257_13)}
    assert stage_sums(order) == {"placed": Money(252_97), "accepted": Money(257_13)}


def test_the_weigher_cannot_accept_nor_send_back(stage: Stage) -> None:
    order = make_order(stage, "weighed")
    before = facts_of(order)
    with pytest.raises(SamePerson):
        operations.accept_delivery(order.number, mark_of(order), actor=stage.buyer, at=AT)
    with pytest.raises(SamePerson):
        operations.send_back(order.number, "重称", actor=stage.buyer, at=AT)
    assert facts_of(order) == before


def test_an_acceptance_of_another_weighing_is_refused(stage: Stage) -> None:
    order = make_order(stage, "weighed")
    seen = mark_of(order)
    operations.send_back(order.number, "数错了", actor=stage.receiver, at=AT)
    line = order.lines[0]
    again = Weighing({line.id: Weighed(9)})
    operations.weigh_delivery(order.number, again, actor=stage.buyer, at=AT)
    before = facts_of(order)
    with pytest.raises(ContentChanged):
        operations.accept_delivery(order.number, seen, actor=stage.receiver, at=AT)
    assert facts_of(order) == before
    operations.accept_delivery(order.number, mark_of(order), actor=stage.receiver, at=AT)
    assert stage_sums(order)["accepted"] == Money(268_20)


@pytest.mark.parametrize(
    "weighed",
    [Weighed(31), Weighed(5, 6, "坏"), Weighed(10, 1), Weighed(-1), Weighed(10, -1, "坏")],
    ids=[
        "too much",
        "refused more than came",
        "no reason",
        "less than nothing",
        "negative refusal",
    ],
)
def test_impossible_weights_are_refused(stage: Stage, weighed: Weighed) -> None:
    order = make_order(stage, "dispatched")
    before = facts_of(order)
    with pytest.raises(InvalidInput):
        operations.weigh_delivery(
            order.number, Weighing({order.lines[0].id: weighed}), actor=stage.buyer, at=AT
        )
    with pytest.raises(InvalidInput):
        operations.weigh_delivery(order.number, Weighing({}), actor=stage.buyer, at=AT)
    assert facts_of(order) == before


def test_a_wholly_refused_delivery_ends_and_counts_nowhere(stage: Stage) -> None:
    order = make_order(stage, "dispatched")
    refused = Weighing({order.lines[0].id: Weighed(10, 10, "变质")})
    operations.weigh_delivery(order.number, refused, actor=stage.buyer, at=AT)
    advance(stage, order, "accepted")
    assert order.status == "returned"
    assert order.ended_at == AT
    assert stage_sums(order) == {"placed": Money(0)}
    assert lots_of(stage.shelf.offer.id) == [(90, 0, 10)]


def test_another_unit_cannot_weigh(stage: Stage) -> None:
    order = make_order(stage, "dispatched")
    before = facts_of(order)
    with pytest.raises(NotFound):
        operations.weigh_delivery(order.number, Weighing(all_of(order)), actor=stage.seller, at=AT)
    assert facts_of(order) == before


def test_the_time_to_pay_follows_the_rule_of_the_day(stage: Stage) -> None:
    rules = payment_rules()
    old = payment_term(date(2025, 5, 31), rules)
    new = payment_term(date(2026, 6, 30), rules)
    assert old is not None
    assert "728" in old.source
    assert new is not None
    assert (new.due_on, new.days) == (date(2026, 7, 30), 30)
    assert new.days_over(date(2026, 8, 1)) == 2
    assert payment_term(date(2019, 1, 1), rules) is None
