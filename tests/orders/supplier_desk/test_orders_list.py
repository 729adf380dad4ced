"""The list of a seller's orders: pictures, the next act in the row, the whole of it as a sheet."""

from typing import Any

from flask import Flask

from orders.models import Order
from orders.supplier_desk.selling import Asked, orders_of
from shop.db import db
from tests.factories.supply import demo_producer, staff_of
from tests.orders.purchasing.cast import Cast
from tests.support.database import World
from tests.support.people import signed_in
from tests.support.workbook import sheet_rows


def test_the_next_act_stands_in_the_row(cast: Cast) -> None:
    approved, confirmed = cast.order("approved"), cast.order("confirmed")
    dispatched, accepted = cast.order("dispatched"), cast.order("accepted")
    links = cast.seller.get("/supplier/orders").reader.links
    assert f"/supplier/orders/{confirmed}#next-step" in links
    assert f"/supplier/orders/{dispatched}/delivery-note" in links
    assert f"/supplier/orders/{accepted}/invoice" in links
    assert f"/supplier/orders/{approved}#next-step" not in links


def test_an_order_confirmed_from_the_list_leads_back_to_the_next_one(cast: Cast) -> None:
    number = cast.order("approved")
    page = cast.seller.get("/supplier/orders?status=to-confirm")
    answer = cast.seller.submit(page, f"/{number}/confirmation?after=list")
    assert answer.location == "/supplier/orders?status=to-confirm"
    assert cast.read(number)[0] == "confirmed"
    assert f"已确认订单 {number}" in cast.seller.follow(answer).text


def test_the_list_costs_the_same_however_many_orders(cast: Cast, count_queries: Any) -> None:
    cast.order("approved")
    with count_queries() as few:
        cast.seller.get("/supplier/orders")
    for until in ("approved", "confirmed", "accepted"):
        cast.order(until)
    with count_queries() as many:
        page = cast.seller.get("/supplier/orders")
    assert few.count == many.count <= 12
    assert page.response.text.count("sale-pictures") == 4


def test_the_sheet_holds_all_that_was_asked_for(database: World, app: Flask) -> None:
    with app.test_request_context("/"):
        actor = staff_of(demo_producer("coop@demo.example"))
        found: list[Order] = list(db.session.scalars(orders_of(actor, Asked())))
        numbers = [order.number for order in found]
        added = [order.total.fen for order in found if order.status not in Asked().left_out]
    client = signed_in(app, "coop")
    page = client.get("/supplier/orders")
    assert "/supplier/orders.xlsx" in page.reader.links
    head, *body = sheet_rows(client.get("/supplier/orders.xlsx").response.data)
    assert len(numbers) > 3
    assert [row[0][1] for row in body[: len(numbers)]] == numbers
    assert ("n", str(sum(added))) in body[len(numbers)]
    assert ("s", "采购方") in head


def test_the_sheet_is_filtered_like_the_page(cast: Cast) -> None:
    first, second = cast.order("approved"), cast.order("confirmed")
    page = cast.seller.get("/supplier/orders?status=to-confirm")
    assert "/supplier/orders.xlsx?status=to-confirm" in page.reader.links
    rows = sheet_rows(cast.seller.get("/supplier/orders.xlsx?status=to-confirm").response.data)
    told = [cell[1] for row in rows for cell in row]
    assert first in told
    assert second not in told
    cast.seller.get("/supplier/orders.xlsx?status=gone", status=404)
