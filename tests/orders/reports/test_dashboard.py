"""The dashboard: the reports' own figures, few queries, and short ways to what they are made of."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from orders.models import Channel
from orders.quota.scope import Scope
from orders.quota.stages import Stage
from orders.reports import dashboard, facts, idle, procurement
from orders.reports.procurement import of_units
from shop.money import Money, total
from tests.support.counting import Queries
from tests.support.database import World
from tests.support.people import signed_in

Counter = Callable[[], AbstractContextManager[Queries]]
TODAY = date(2026, 6, 30)
BANNER = "150430"


def year(region: str = "150000") -> Any:
    return dashboard.year_of(region, 2026, TODAY)


def fen(cell: object) -> int:
    """The whole number in a cell of a workbook."""
    assert isinstance(cell, int | float)
    assert cell == int(cell)
    return int(cell)


@pytest.mark.parametrize("region", ["000000", "150000", "150400", BANNER])
def test_the_dashboard_has_the_reports_own_figures(app: Flask, session: Any, region: str) -> None:
    with app.test_request_context():
        found = dashboard.dashboard(year(region), Scope(), today=TODAY)
        report = procurement.procurement(procurement.normalised(year(region)), Scope())
        assert dict(report.totals.values) == dict(found.values)  # type: ignore[union-attr]


def test_months_and_categories_come_to_the_same(app: Flask, session: Any) -> None:
    with app.test_request_context():
        found = dashboard.dashboard(year(), Scope(), today=TODAY)
    for channel in Channel:
        for stage in Stage:
            whole = of_units(found.totals, channel, stage)
            for groups in (found.months, found.categories, found.counties):
                assert total(of_units(each, channel, stage) for each in groups.values()) == whole
    assert set(found.months) <= set(range(1, 13))
    assert set(found.category_names) == set(found.categories)


def test_the_parts_of_a_flow_come_to_what_was_placed(app: Flask, session: Any) -> None:
    found = facts.added_up(facts.figures(year(), Scope()).values())
    for channel in Channel:
        for fund in ("canteen", "union", "other"):
            parts = dashboard.parts(found, channel, fund)
            whole = parts.completed + parts.accepted + parts.paid + parts.placed
            assert whole == found.progress.of_fund(channel, fund, Stage.PLACED)


@pytest.mark.parametrize("name", ["official", "city-official", "department", "auditor"])
def test_each_office_lands_on_its_own_division(app: Flask, database: World, name: str) -> None:
    client = signed_in(app, name)
    page = client.get("/official")
    assert "2026年度总览" in page.text
    assert "只有通过832平台采购并且已付款的金额计入预留份额" in page.text
    client.get("/official?region=440000", status=200 if name == "auditor" else 404)


@pytest.mark.parametrize("name", ["official", "city-official", "department", "auditor", "operator"])
@pytest.mark.parametrize("query", ["", "?year=2025"])
def test_the_dashboard_asks_twelve_queries_at_most(
    app: Flask, count_queries: Counter, name: str, query: str
) -> None:
    client = signed_in(app, name)
    with count_queries() as queries:
        client.get(f"/official{query}")
    assert queries.count <= 12, queries.statements


def test_two_steps_from_the_dashboard_to_the_orders_of_a_banner(
    app: Flask, database: World
) -> None:
    client = signed_in(app, "official")
    page = client.get("/official")
    (tile, *_) = [link for link in page.reader.links if f"region={BANNER}" in link]
    orders = [u for u in client.get(tile).reader.links if "stage=completed" in u and "unit=" in u]
    assert any("/official/orders/A" in link for u in orders for link in client.get(u).reader.links)


def test_units_that_bought_nothing_are_one_step_away(app: Flask, database: World) -> None:
    client = signed_in(app, "official")
    page = client.get("/official")
    (link, *_) = [link for link in page.reader.links if link.startswith("/official/idle")]
    with app.app_context():
        every, some, reserved = idle.count_idle(year(), Scope("150000"))
        figures = facts.added_up(facts.figures(year(), Scope("150000")).values())
    assert (figures.idle, figures.idle_reserved) == (every, some)
    assert some > 0
    listed = client.get(link)
    assert listed.text.count("¥") >= some
    assert str(reserved) in listed.text
    book = CalamineWorkbook.from_filelike(BytesIO(client.get("/official/idle.xlsx").response.data))
    head, *rows, foot = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert len(rows) == some
    at = head.index("预留份额（分）")
    assert Money(sum(fen(row[at]) for row in rows)) == reserved == Money(fen(foot[at]))


@pytest.mark.parametrize("query", ["all=0", "all=x", "from=x", "region=x"])
def test_hostile_questions_about_idle_units_are_refused(
    app: Flask, database: World, query: str
) -> None:
    client = signed_in(app, "official")
    for path in ("/official/idle", "/official/idle.xlsx"):
        assert client.client.get(f"{path}?{query}").status_code in {404, 422}


def test_tables_are_sorted_by_their_columns(app: Flask, database: World) -> None:
    client = signed_in(app, "official")
    query = "region=150430&by=unit&view=channel"
    amounts = {}
    for sort in ("fupin832_paid", "-fupin832_paid"):
        page = client.get(f"/official/totals?{query}&sort={sort}")
        assert 'aria-sort="' in page.response.get_data(as_text=True)
        answer = client.get(f"/official/totals.xlsx?{query}&sort={sort}").response
        book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
        head, *rows, _foot = book.get_sheet_by_name(book.sheet_names[0]).to_python()
        at = head.index("单位采购：832平台（计入） 已付款（分）")
        amounts[sort] = [fen(row[at]) for row in rows]
    assert amounts["fupin832_paid"] == sorted(amounts["fupin832_paid"])
    assert amounts["-fupin832_paid"] == sorted(amounts["fupin832_paid"], reverse=True)
    client.get("/official/totals?sort=nothing", status=422)


def test_every_page_says_where_one_is(app: Flask, database: World) -> None:
    client = signed_in(app, "official")
    page = client.get("/official/orders?region=150430&stage=completed&channel=fupin832")
    number = next(link for link in page.reader.links if link.startswith("/official/orders/A"))
    text = client.get(number).text
    for words in ("内蒙古自治区", "赤峰市", "敖汉旗"):
        assert words in text
    batch = next(
        link for link in client.get(number).reader.links if link.startswith("/official/batches/")
    )
    assert number.rsplit("/", 1)[1] in batch
    assert number in client.get(batch).reader.links
    foreign = batch.partition("?")[0] + "?order=A00000000000000"
    assert "A00000000000000" not in client.get(foreign).text
