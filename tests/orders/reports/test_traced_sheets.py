"""An order and a batch as sheets: they add up to their pages, and tell no more."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from orders.models import Order
from orders.quota.scope import Scope
from orders.reports.tracing import trace_order
from shop.actor import system_actor
from shop.db import db
from tests.orders.reports.test_batches import filled_batch
from tests.support.database import World
from tests.support.people import signed_in

STAGES = {"placed": "已下单", "accepted": "已验收", "paid": "已付款", "completed": "已完成"}
Tables = dict[str, list[list[Any]]]


def tables_of(body: bytes) -> Tables:
    book = CalamineWorkbook.from_filelike(BytesIO(body))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def completed_order(app: Flask) -> str:
    with app.app_context():
        wanted = select(Order.number).where(Order.status == "completed").order_by(Order.id)
        number = db.session.scalars(wanted).first()
        assert number is not None
        return number


def test_an_orders_sheet_adds_up_to_its_page(app: Flask, database: World) -> None:
    number = completed_order(app)
    client = signed_in(app, "official")
    page = client.get(f"/official/orders/{number}")
    tables = tables_of(client.get(f"/official/orders/{number}.xlsx").response.data)
    assert list(tables) == ["数据", "来源", "经过", "说明"]
    head, *lines, totals = tables["数据"]
    with app.app_context():
        traced = trace_order(number, Scope(), actor=system_actor("到期处理"))
    assert len(lines) == len(traced.lines)
    for stage, label in STAGES.items():
        at = head.index(f"{label}（分）")
        entered = traced.entered(stage)
        assert sum(int(line[at] or 0) for line in lines) == int(totals[at]) == entered.fen
        assert str(entered) in page.text
    assert len(tables["来源"]) == 1 + sum(len(line.sources) for line in traced.lines)
    assert len(tables["经过"]) == 1 + len(traced.events)
    assert number in str(tables["说明"])


def test_a_batchs_sheet_adds_up_to_its_page(app: Flask, database: World) -> None:
    public_id, number, pseudonyms = filled_batch(app, "150400")
    client = signed_in(app, "official")
    page = client.get(f"/official/batches/{public_id}")
    tables = tables_of(client.get(f"/official/batches/{public_id}.xlsx").response.data)
    head, *shares, totals = tables["数据"]
    assert {row[0] for row in shares} == pseudonyms
    assert sum(row[-1] for row in shares) == totals[-1]
    assert totals[head.index("交售数量")] in page.text
    assert number in [row[0] for row in tables["取自这一批次的订单"]]


@pytest.mark.parametrize("name", ["operator", "buyer", "coop", "reviewer"])
def test_who_sees_no_pseudonyms_gets_none_in_a_sheet(
    app: Flask, database: World, name: str
) -> None:
    public_id, number, pseudonyms = filled_batch(app, "150400")
    client = signed_in(app, name)
    client.get(f"/official/batches/{public_id}.xlsx", status=403)
    if name == "operator":
        text = str(tables_of(client.get(f"/official/orders/{number}.xlsx").response.data))
        assert not [each for each in pseudonyms if each in text]
    else:
        client.get(f"/official/orders/{number}.xlsx", status=403)


def test_what_is_not_theirs_is_not_found(app: Flask, database: World) -> None:
    client = signed_in(app, "city-official")
    for path in ("/official/orders/A00000000000000.xlsx", "/official/batches/none.xlsx"):
        client.get(path, status=404)


def test_a_batch_reached_from_an_order_stands_below_it(app: Flask, database: World) -> None:
    public_id, number, _pseudonyms = filled_batch(app, "150430")
    client = signed_in(app, "official")
    order = client.get(f"/official/orders/{number}")
    link = next(link for link in order.reader.links if f"/official/batches/{public_id}" in link)
    way = client.get(link).response.text.split("breadcrumbs")[1].split("</nav>")[0]
    for name in ("内蒙古自治区", "赤峰市", "敖汉旗", f"订单 {number}", "批次"):
        assert name in way
    alone = client.get(f"/official/batches/{public_id}").response.text
    assert f"订单 {number}" not in alone.split("breadcrumbs")[1].split("</nav>")[0]


def test_what_narrows_a_table_is_shown_and_taken_back(app: Flask, database: World) -> None:
    client = signed_in(app, "official")
    page = client.get("/official/totals?by=region&category=0101&fund=canteen")
    assert "资金来源：食堂" in page.text
    back = [link for link in page.reader.links if "category=0101" in link and "fund=" not in link]
    assert back
    assert "资金来源：食堂" not in client.get(back[0]).text
    assert "已选条件" not in client.get("/official/totals").text


def test_pages_below_a_figure_stand_within_the_navigation_they_came_from(
    app: Flask, database: World
) -> None:
    public_id, _number, _pseudonyms = filled_batch(app, "150430")
    client = signed_in(app, "official")
    for path, label in (
        (f"/official/batches/{public_id}", "订单明细"),
        ("/official/idle", "采购执行情况"),
    ):
        html = client.get(path).response.text
        (marked,) = [
            link for link in html.split("section-nav")[1].split("</nav>")[0].split("<a ")
            if 'aria-current="true"' in link
        ]  # fmt: skip
        assert label in marked


def test_a_department_that_buys_for_itself_stands_once_on_the_way(
    app: Flask, database: World
) -> None:
    with app.app_context():
        order = db.session.scalars(
            select(Order).where(Order.budget_unit_id.is_not(None)).order_by(Order.id)
        ).first()
        assert order is not None
        order.department_id = order.budget_unit_id
        assert order.budget_unit is not None
        number, name = order.number, order.budget_unit.name
        db.session.commit()
    html = signed_in(app, "official").get(f"/official/orders/{number}").response.text
    way = re.sub(r"<[^>]+>", "", html.split("breadcrumbs")[1].split("</nav>")[0])
    assert way.count(name) == 1
