"""What a product's page says of its deliveries: exact counts, and none where buyers are few."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from catalog.receipts import FEWEST_BUYERS, PERIOD, Receipts, receipts_of
from orders.fulfilment.operations import Weighed, Weighing, receive_order, weigh_delivery
from orders.models import Order
from orders.placing import Delivery, Wanted, place
from orders.states import OrderEventKind
from shop.accounts.models import Organisation
from shop.db import db
from tests.factories.orders import (
    AT,
    TODAY,
    Stage,
    advance,
    make_order,
    make_person,
    make_stage,
    make_unit,
)
from tests.factories.shelf import AOHAN, left_readable
from tests.support.counting import Queries
from tests.support.page import PageClient

TOMORROW = TODAY + timedelta(days=1)


def record(stage: Stage, on: date = TOMORROW) -> Receipts:
    db.session.flush()
    return receipts_of(stage.shelf.offer.product_id, on)


def deliver(stage: Stage, rejected: int = 0, unit: Organisation | None = None) -> Order:
    """Ten packs, of which so many are sent back, to this unit or the stage's own."""
    if unit is not None:
        stage = replace(
            stage,
            unit=unit,
            buyer=replace(make_person(unit), roles=stage.buyer.roles),
            approver=replace(make_person(unit), roles=stage.approver.roles),
            receiver=replace(make_person(unit), roles=stage.receiver.roles),
        )
    order = make_order(stage, "dispatched")
    line = order.lines[0]
    weights = {line.id: Weighed(line.quantity, rejected, "破损" if rejected else None)}
    weigh_delivery(order.number, Weighing(weights), actor=stage.buyer, at=AT)
    advance(stage, order, "accepted")
    return order


def receive(stage: Stage, packs: int = 2) -> Order:
    """A consumer who ordered, paid and received."""
    person = replace(make_person(stage.unit), organisation_id=None, organisation_name=None)
    delivery = Delivery("戊", "13800000000", "试验小区", AOHAN)
    wanted = [Wanted(stage.shelf.offer.id, packs)]
    order = place(wanted, delivery, key="k", actor=person, at=AT).orders[0]
    order.apply(OrderEventKind.PAY, actor=person, at=AT)
    advance(stage, order, "dispatched")
    receive_order(order.number, actor=person, at=AT)
    return order


def test_nothing_was_delivered(stage: Stage) -> None:
    make_order(stage, "weighed")
    assert record(stage) == Receipts(TOMORROW - PERIOD, TODAY)


def test_deliveries_are_counted_by_buyer_and_by_what_was_sent_back(stage: Stage) -> None:
    deliver(stage)
    deliver(stage, rejected=1)
    deliver(stage, rejected=3, unit=make_unit())
    receive(stage)
    found = record(stage)
    assert (found.by_units, found.units) == (3, 2)
    assert (found.by_consumers, found.consumers) == (1, 1)
    assert (found.accepted, found.whole, found.refused) == (4, 2, 0)
    content = stage.shelf.offer.product.content
    assert (found.rejected, found.delivered) == (4 * content, 30 * content)
    assert found.latest == TODAY
    assert found.is_told


def test_what_was_sent_back_altogether_is_told_and_not_counted_as_accepted(stage: Stage) -> None:
    deliver(stage, rejected=10)
    found = record(stage)
    assert (found.accepted, found.refused, found.units, found.whole) == (0, 1, 0, 0)
    assert found.rejected == found.delivered
    assert found.latest is None
    assert not found.is_told


def test_a_record_ends_the_evening_before_and_begins_a_year_earlier(stage: Stage) -> None:
    deliver(stage)
    assert record(stage, TODAY).accepted == 0
    assert record(stage, TODAY + PERIOD).accepted == 1
    assert record(stage, TODAY + PERIOD + timedelta(days=1)).accepted == 0


def test_only_this_product_counts(stage: Stage) -> None:
    deliver(stage)
    other = receipts_of(stage.other_shelf.offer.product_id, TOMORROW)
    assert other.accepted == 0


@pytest.fixture
def shown(app: Flask, client: PageClient) -> Stage:
    """A stage whose pages can be asked for."""
    with app.app_context(), left_readable():
        made = make_stage()
    app.extensions["catalog_fragments"].clear()
    return made


def test_counts_are_hidden_until_three_buyers_stand_behind_them(
    app: Flask,
    client: PageClient,
    shown: Stage,
    count_queries: Callable[[], AbstractContextManager[Queries]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = f"/products/{shown.shelf.offer.public_id}"
    kept = Receipts(date(2025, 6, 30), date(2026, 6, 29))
    few = replace(kept, by_units=5, units=FEWEST_BUYERS - 1, whole=4, latest=date(2026, 6, 1))
    many = replace(
        few, by_consumers=7, consumers=1, whole=10, refused=1, rejected=125, delivered=10_000
    )

    def text(told: Receipts) -> str:
        monkeypatch.setitem(app.extensions, "product_receipts", lambda *_: told)
        app.extensions["catalog_fragments"].clear()
        return client.get(address).text

    assert "还没有收货记录" in text(kept)
    words = text(few)
    assert "有收货记录" in words
    assert "还没有" not in words
    assert "5 次" not in words
    words = text(many)
    for told in (
        "12 次送货", "2 家单位验收 5 次", "个人确认收到 7 次", "10 次送货", "另有 1 次全部拒收",
        "1.25%", "2026年6月", "截至 2026-06-29",
    ):  # fmt: skip
        assert told in words
    monkeypatch.undo()
    app.extensions["catalog_fragments"].clear()
    with count_queries() as queries:
        client.get(address)
    assert queries.count <= 12
