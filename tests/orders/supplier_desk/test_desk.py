"""The supplier's desk says what waits, and nothing of others."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from orders.fulfilment.operations import Weighed, Weighing, accept_delivery, weigh_delivery
from orders.purchasing.story import open_file
from orders.supplier_desk.progress import differences, steps_of
from orders.supplier_desk.queries import desk_of
from shop.db import db
from shop.money import Money
from tests.factories.orders import AT, Stage, make_order, mark_of
from tests.factories.shelf import make_certificate, make_producer, make_shelf
from tests.factories.supply import TODAY, demo_producer, staff_of
from tests.orders.purchasing.cast import Cast
from tests.support.database import World
from tests.support.people import signed_in


def test_certificates_are_shown_by_the_reminder_they_reached(
    session: scoped_session[Session],
) -> None:
    producer = make_producer()
    for left in (-1, 0, 8, 45, 90, 91):
        make_certificate(producer, valid_to=TODAY + timedelta(days=left))
    make_certificate(producer, valid_to=None)
    make_certificate(producer, valid_to=TODAY, status="submitted", approved_at=None)
    make_certificate(make_producer(), valid_to=TODAY)
    desk = desk_of(staff_of(producer), producer, TODAY)
    found = [(each.days_left, each.reached) for each in desk.expiring]
    assert found == [(0, 7), (8, 30), (45, 90), (90, 90)]


def test_stock_below_five_smallest_orders_is_running_out(session: scoped_session[Session]) -> None:
    shelf = make_shelf(on_hand=49, offer={"minimum": 10})
    desk = desk_of(staff_of(shelf.producer), shelf.producer, TODAY)
    assert [(low.id, low.free) for low in desk.running_out] == [(shelf.offer.id, 49)]
    shelf.lot.received = shelf.lot.on_hand = 50
    db.session.flush()
    assert desk_of(staff_of(shelf.producer), shelf.producer, TODAY).running_out == []


def test_a_refused_listing_stays_until_it_is_handed_in_again(
    session: scoped_session[Session],
) -> None:
    shelf = make_shelf(offer={"status": "draft", "status_reason": "图片不符", "listed_at": None})
    desk = desk_of(staff_of(shelf.producer), shelf.producer, TODAY)
    assert [row.id for row in desk.returned] == [shelf.offer.id]
    shelf.offer.status = "submitted"
    db.session.flush()
    assert desk_of(staff_of(shelf.producer), shelf.producer, TODAY).returned == []


def test_the_desk_names_the_own_producer(database: World, app: Flask) -> None:
    with app.app_context():
        name = demo_producer("coop@demo.example").name
    assert name in signed_in(app, "coop").get("/supplier").text
    signed_in(app, "buyer").get("/supplier", status=403)


def test_the_figures_are_those_of_the_lists_behind_them(stage: Stage) -> None:
    for until in ("approved", "approved", "confirmed", "dispatched", "accepted"):
        make_order(stage, until)
    desk = desk_of(stage.seller, stage.shelf.producer, TODAY)
    assert (desk.to_confirm, len(desk.waiting), desk.to_dispatch) == (2, 2, 1)
    assert [(day.day, day.count, day.amount) for day in desk.days] == [(TODAY, 1, Money(298_00))]
    assert (desk.owed_amount, desk.paid_amount) == (Money(298_00), Money(0))
    due = desk.owed[0].term
    assert due is not None
    assert desk.overdue(due.due_on) == []
    assert desk.overdue(due.due_on + timedelta(days=1)) == desk.owed


def test_every_figure_leads_to_its_list(cast: Cast) -> None:
    for until in ("approved", "confirmed", "accepted"):
        cast.order(until)
    page = cast.seller.get("/supplier")
    for address, words in {
        "/supplier/orders?status=to-confirm": "合计 1 张订单",
        "/supplier/orders?status=to-dispatch": "合计 1 张订单",
        "/supplier/statement?view=owed": "合计 1 张订单",
        "/supplier/statement?view=overdue": "没有逾期未收的货款",
        "/supplier/statement?view=paid": "没有登记收款",
        "/supplier/listings?status=low": "商品",
        "/supplier/certificates?state=expiring": "证书",
        "/supplier/orders?status=to-dispatch&day=2026-06-30": "合计 1 张订单",
    }.items():
        assert address in page.reader.links
        assert words in cast.seller.get(address).text


def test_the_desk_costs_the_same_however_much_there_is(cast: Cast, count_queries: Any) -> None:
    cast.order("approved")
    cast.order("accepted")
    cast.seller.get("/supplier")
    with count_queries() as few:
        cast.seller.get("/supplier")
    for until in ("approved", "confirmed", "accepted", "accepted"):
        cast.order(until)
    with count_queries() as many:
        cast.seller.get("/supplier")
    assert few.count == many.count <= 12


def test_orders_are_found_by_view_day_and_words(cast: Cast, count_queries: Any) -> None:
    first, second = cast.order("approved"), cast.order("confirmed")
    with count_queries() as queries:
        page = cast.seller.get("/supplier/orders")
    assert queries.count <= 12
    assert first in page.text
    assert second in page.text
    assert first not in cast.seller.get("/supplier/orders?status=to-dispatch").text
    assert second in cast.seller.get(f"/supplier/orders?q={second.lower()}").text
    assert first not in cast.seller.get(f"/supplier/orders?q={second}").text
    assert "没有符合条件的订单" in cast.seller.get("/supplier/orders?day=2027-01-01").text
    assert "没有符合条件的订单" in cast.seller.get("/supplier/orders?q=%25").text
    for wrong in ("status=gone", "day=2026-02-30", "day=1", "page=x"):
        cast.seller.get(f"/supplier/orders?{wrong}", status=404)


@pytest.mark.parametrize("step", ["confirmation", "refusal", "shipment"])
def test_an_old_page_does_no_harm_and_says_how_things_are(cast: Cast, step: str) -> None:
    number = cast.order("confirmed" if step == "shipment" else "approved")
    old = cast.seller.get(f"/supplier/orders/{number}")
    typed: dict[str, Any] = {"refusal": {"reason": "无货"}, "shipment": {"carrier": "丙"}}.get(
        step, {}
    )
    cast.seller.submit(old, f"/{step}", **typed)
    status, events = cast.read(number)
    again = cast.seller.submit(old, f"/{step}", status=409, **typed)
    assert "刚才的操作没有执行" in again.text
    assert cast.read(number) == (status, events)


def test_what_acceptance_changed_is_told_line_by_line(stage: Stage) -> None:
    order = make_order(stage, "dispatched")
    (line,) = order.lines
    assert differences(open_file(order)) == []
    weighing = Weighing({line.id: Weighed(9, 1, "破损")})
    weigh_delivery(order.number, weighing, actor=stage.buyer, at=AT)
    accept_delivery(order.number, mark_of(order), actor=stage.receiver, at=AT)
    db.session.expire_all()
    (found,) = differences(open_file(order))
    assert (found.quantity, found.amount, found.reason) == (-2, Money(-2 * 29_80), "破损")
    with current_app.test_request_context():
        steps = steps_of(order)
    assert steps[2:4] == [("采购方验收", "done"), ("开票", "current")]
