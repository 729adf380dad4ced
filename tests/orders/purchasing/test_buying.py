"""A unit's order list: what waits for whom, by words and month; the sheet is the page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from orders.models import Channel, Order
from orders.purchasing.buying import Asked, Sum, rows_of, sums_of
from shop.db import db, transaction
from shop.money import Money
from tests.factories.orders import Stage, make_order
from tests.orders.purchasing.cast import Cast
from tests.support.counting import Queries
from tests.support.page import PageClient

LIST, SHEET = "/canteen/orders", "/canteen/orders.xlsx"


def sheet(client: PageClient, query: str = "") -> list[list[Any]]:
    answer = client.client.get(SHEET + query)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    return list(book.get_sheet_by_index(0).to_python())


def column(rows: list[list[Any]], heading: str) -> list[Any]:
    at = rows[0].index(heading)
    return [row[at] for row in rows[1:]]


@pytest.mark.parametrize(
    ("until", "view", "buyer", "approver"),
    [
        ("placed", "to-approve", "", "approve"),
        ("approved", "under-way", "", ""),
        ("dispatched", "to-receive", "weigh", "weigh"),
        ("weighed", "to-receive", "", "accept"),
        ("accepted", "to-invoice", "invoice", ""),
    ],
)
def test_each_row_offers_this_persons_act(
    stage: Stage, until: str, view: str, buyer: str, approver: str
) -> None:
    order = make_order(stage, until)
    for name, act in (("buyer", buyer), ("approver", approver)):
        [row] = rows_of(getattr(stage, name), Asked(status=view), offset=0, limit=20)
        assert (row.order, row.act) == (order, act)


def test_the_day_that_counts_is_the_delivery_then_the_term(stage: Stage) -> None:
    order = make_order(stage, "approved")
    [row] = rows_of(stage.buyer, Asked(), offset=0, limit=20)
    assert (row.awaited_on, row.due_on, row.accepted) == (order.delivery_on, None, None)
    make_order(stage, "accepted")
    [row] = rows_of(stage.buyer, Asked(status="to-invoice"), offset=0, limit=20)
    assert (row.awaited_on, row.accepted) == (None, Money(298_00))
    assert row.due_on == date(2026, 7, 30)


def test_channels_are_summed_apart_and_ended_orders_left_out(stage: Stage) -> None:
    for _ in range(2):
        make_order(stage, "accepted")
    other, ended = make_order(stage), make_order(stage)
    other.channel, other.external_reference = Channel.FUPIN832, "832-000001"
    ended.status = "cancelled"
    db.session.flush()
    assert sums_of(stage.buyer, Asked()) == [
        Sum(Channel.FUPIN832, 1, Money(298_00), Money(0)),
        Sum(Channel.LOCAL, 2, Money(596_00), Money(596_00)),
    ]
    [total] = sums_of(stage.buyer, Asked(status="ended"))
    assert (total.count, total.ordered) == (1, Money(298_00))


def test_the_sheet_adds_up_to_the_page(cast: Cast) -> None:
    numbers = [cast.order("accepted"), cast.order("accepted"), cast.order()]
    page = cast.buyer.get(LIST)
    assert "合计 3 张订单 ¥894.00 验收 ¥596.00" in page.text
    assert f"{SHEET}" in page.reader.links
    rows = sheet(cast.buyer)
    assert {row[0] for row in rows[1:-1]} == set(numbers)
    ordered, accepted = column(rows, "订购金额（分）"), column(rows, "验收金额（分）")
    assert sum(ordered[:-1]) == ordered[-1] == 894_00
    assert sum(each for each in accepted[:-1] if each) == accepted[-1] == 596_00
    assert all("10 袋" in str(goods) for goods in column(rows, "商品")[:-1])


def test_the_sheet_is_as_filtered_as_the_page(cast: Cast) -> None:
    number = cast.order("accepted")
    cast.order()
    with cast.app.app_context(), transaction():
        order = db.session.scalars(db.select(Order).filter_by(number=number)).one()
        order.lines[0].product_name = "双生莜面"
        seller = order.seller.name
    for query in ("?status=to-invoice", "?status=accepted", "?q=双生莜面", f"?q={number[4:]}"):
        page = cast.buyer.get(LIST + query)
        assert "合计 1 张订单" in page.text
        assert [row[0] for row in sheet(cast.buyer, query)[1:]] == [number, "合计"]
    assert "合计 2 张订单" in cast.buyer.get(f"{LIST}?q={seller}").text
    assert "合计 2 张订单" in cast.buyer.get(f"{LIST}?month=2026-06").text
    empty = cast.buyer.get(f"{LIST}?month=2026-05")
    assert "没有符合条件的订单" in empty.text
    assert len(sheet(cast.buyer, "?month=2026-05")) == 1


@pytest.mark.parametrize("query", ["status=all", "month=2026-13", "month=六月", "page=0"])
def test_what_there_is_not_is_not_found(cast: Cast, query: str) -> None:
    cast.buyer.get(f"{LIST}?{query}", status=404)
    if not query.startswith("page"):
        cast.buyer.get(f"{SHEET}?{query}", status=404)


def test_words_of_others_never_become_a_formula(cast: Cast) -> None:
    number = cast.order()
    with cast.app.app_context(), transaction():
        order = db.session.scalars(db.select(Order).filter_by(number=number)).one()
        order.seller.name = "=1+2"
    assert "'=1+2" in column(sheet(cast.buyer), "供应商")


def test_another_units_orders_are_not_in_it(cast: Cast) -> None:
    cast.order()
    cast.seller.get(SHEET, status=403)


def test_its_cost_does_not_grow(
    cast: Cast, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    cast.order("accepted")
    cast.buyer.get(LIST)
    costs = []
    for _ in range(2):
        with count_queries() as page:
            cast.buyer.get(LIST)
        with count_queries() as whole:
            cast.buyer.client.get(SHEET)
        costs.append((page.count, whole.count))
        for _more in range(4):
            cast.order("accepted")
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 12
