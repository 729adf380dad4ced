"""The official's totals: page = workbook = recomputation, to the fen, at every division."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from orders.quota.scope import Scope
from orders.quota.stages import Stage
from orders.reports import facts, order_list, procurement, recomputation
from orders.reports.selection import VIEWS, Selection
from shop.money import Money
from shop.regions import queries as regions
from shop.sheets.book import MIME
from shop.sheets.report import Kind, Report, Row
from tests.support.counting import Queries
from tests.support.grid import GRID
from tests.support.people import signed_in

Counter = Callable[[], AbstractContextManager[Queries]]
SINCE, UNTIL = date(2025, 1, 1), date(2026, 6, 30)
PERIOD = "from=2025-01-01&to=2026-06-30"
NODES = ("000000", "150000", "150400", "150430")
PREFIXES = ("fupin832", "local", "consumer")


def report_of(app: Flask, **changes: Any) -> Report:
    with app.test_request_context():
        selection = procurement.normalised(Selection(SINCE, UNTIL, **changes))
        return procurement.procurement(selection, Scope())


def recomputed(region: str, until: date = UNTIL) -> dict[str, int]:
    """{column: fen} of a division, from the raw records."""

    def column(fact: recomputation.Fact) -> str:
        buyer = "consumer" if fact.fund_source == "personal" else fact.channel
        return f"{buyer}_{fact.stage}"

    found = [
        fact for fact in recomputation.facts()
        if SINCE <= fact.day <= until and regions.contains(region, fact.region_code)
    ]  # fmt: skip
    return recomputation.sums(found, column)


def foot(report: Report) -> Row:
    assert report.totals is not None
    return report.totals


def totals_of(report: Report) -> dict[str, int]:
    keys = [f"{prefix}_{stage}" for prefix in PREFIXES for stage in Stage]
    values = {key: foot(report).values[key] for key in keys}
    return {key: value.fen for key, value in values.items() if isinstance(value, Money) and value}


@pytest.mark.parametrize("region", NODES)
def test_a_divisions_totals_equal_the_recomputation(app: Flask, session: Any, region: str) -> None:
    expected = recomputed(region)
    assert expected
    assert totals_of(report_of(app, region=region)) == expected


@pytest.mark.parametrize("by", ["region", "department", "unit", "origin", "category", "fund"])
def test_every_way_of_grouping_comes_to_the_same_totals(app: Flask, session: Any, by: str) -> None:
    report = report_of(app, region="150000", by=by)
    assert totals_of(report) == recomputed("150000")
    for column in report.columns:
        if column.kind is Kind.MONEY:
            rows = [row.values[column.key] for row in report.rows]
            added = sum(value.fen for value in rows if isinstance(value, Money))
            assert foot(report).values[column.key] == Money(added)


def sum_behind(app: Flask, address: str) -> Money:
    """The sum of the orders that a figure leads to."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    with app.test_request_context():
        from orders.reports.selection import read_selection

        selection = read_selection(query, Scope(), today=UNTIL)
        _count, amounts = order_list.count_and_totals(selection, Scope())
        (of_channel,) = amounts.values()
        return of_channel[Stage(query["stage"])]


@pytest.mark.parametrize(
    ("by", "region"),
    [("region", "000000"), ("region", "150400"), ("unit", "150430"), ("department", "150000"),
     ("origin", "150000"), ("category", "150000"), ("fund", "150000")],
)  # fmt: skip
def test_every_figure_leads_to_orders_that_come_to_it(
    app: Flask, session: Any, by: str, region: str
) -> None:
    report = report_of(app, by=by, region=region)
    followed = 0
    for row in [*report.rows, foot(report)]:
        for key, value in row.values.items():
            if isinstance(value, Money) and key != "reserved" and value:
                assert sum_behind(app, row.links[key]) == value, (row.label, key)
                followed += 1
    assert followed > 5


def test_filters_narrow_the_figures_and_their_links(app: Flask, session: Any) -> None:
    whole = report_of(app, region="150000")
    parts = [report_of(app, region="150000", fund=fund) for fund in ("canteen", "union", "other")]
    paid = [foot(part).values["fupin832_paid"] for part in parts]
    added = sum(value.fen for value in paid if isinstance(value, Money))
    assert foot(whole).values["fupin832_paid"] == Money(added)
    local = report_of(app, region="150000", channel="local")
    assert foot(local).values["fupin832_paid"] == Money(0)
    assert "fupin832_paid" not in foot(local).links


def test_consumers_are_in_the_totals_and_never_in_the_share(app: Flask, session: Any) -> None:
    report = report_of(app, region="150000", buyers="consumer")
    assert foot(report).values["consumer_paid"] != Money(0)
    share = foot(report).values["share"]
    assert getattr(share, "numerator", None) == 0


def test_units_of_a_division_are_counted_once_with_their_filings(app: Flask, session: Any) -> None:
    by_region = foot(report_of(app, region="150000")).values
    by_unit = foot(report_of(app, region="150000", by="unit")).values
    by_department = foot(report_of(app, region="150000", by="department")).values
    for key in ("units", "filed", "confirmed", "idle", "orders", "reserved"):
        assert by_region[key] == by_unit[key] == by_department[key], key
    assert by_region["units"]
    assert by_region["reserved"] != Money(0)


def test_orders_of_several_channels_are_never_added_together(app: Flask, database: Any) -> None:
    client = signed_in(app, "official")
    text = client.get(f"/official/orders?stage=paid&{PERIOD}").text
    with app.app_context():
        expected = recomputed("150000")
    for prefix, words in (("fupin832", "832平台"), ("local", "本平台"), ("consumer", "个人消费")):
        assert f"合计：{words}" in text
        assert str(Money(expected[f"{prefix}_paid"])) in text
    whole = sum(expected[f"{prefix}_paid"] for prefix in PREFIXES)
    assert str(Money(whole)) not in text


def test_a_yearly_share_is_set_against_one_years_period_only(app: Flask, session: Any) -> None:
    across = foot(report_of(app, region="150000")).values["share"]
    assert getattr(across, "denominator", None) == 0
    with app.test_request_context():
        year = Selection(date(2026, 1, 1), UNTIL, region="150000")
        values = foot(procurement.procurement(year, Scope())).values
    reserved = values["reserved"]
    assert isinstance(reserved, Money)
    assert getattr(values["share"], "denominator", None) == reserved.fen > 0


def sheets(body: bytes) -> tuple[list[list[Any]], list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(body))
    first, second = book.sheet_names
    return (
        book.get_sheet_by_name(first).to_python(),
        book.get_sheet_by_name(second).to_python(),
    )


@pytest.mark.parametrize("region", ["150000", "150400", "150430"])
def test_page_and_workbook_and_recomputation_agree(app: Flask, region: str, database: Any) -> None:
    client = signed_in(app, "official")
    page = "".join(
        client.get(f"/official/totals?region={region}&{PERIOD}&view={view}").text for view in VIEWS
    )
    answer = client.get(f"/official/totals.xlsx?region={region}&{PERIOD}").response
    assert answer.mimetype == MIME
    assert "attachment" in answer.headers["Content-Disposition"]
    head, *rows, totals = sheets(answer.data)[0]
    with app.app_context():
        expected = recomputed(region)
    names = dict(zip(("fupin832", "local", "consumer"), ("832平台（计入）", "本平台（不计入）",
                                                          "个人消费（不计入）"), strict=True))  # fmt: skip
    stages = {"placed": "已下单", "accepted": "已验收", "paid": "已付款", "completed": "已完成"}
    checked = 0
    for key, fen in expected.items():
        prefix, stage = key.split("_")
        (at,) = [i for i, label in enumerate(head)
                 if names[prefix] in label and label.endswith(f"{stages[stage]}（分）")]  # fmt: skip
        assert sum(int(row[at] or 0) for row in rows) == int(totals[at]) == fen
        assert round(sum(row[at - 1] or 0 for row in rows) * 100) == fen
        assert str(Money(fen)) in page
        checked += 1
    assert checked >= 8


def test_the_workbook_says_what_counts_and_when_it_was_made(app: Flask, database: Any) -> None:
    client = signed_in(app, "official")
    answer = client.get(f"/official/orders.xlsx?stage=paid&channel=fupin832&{PERIOD}").response
    rows, words = sheets(answer.data)
    text = "\n".join(str(cell) for row in words for cell in row)
    assert "只有通过832平台采购并且已付款的金额计入预留份额" in text
    assert "2026-06-30" in text
    assert "832平台" in text
    assert rows[-1][0] == "合计"
    amount = rows[0].index("已付款（分）")
    assert sum(int(row[amount]) for row in rows[1:-1]) == int(rows[-1][amount]) > 0


def test_an_official_drills_down_from_the_region_to_a_household(app: Flask, database: Any) -> None:
    client = signed_in(app, "official")
    page = client.get(f"/official/totals?view=channel&{PERIOD}")
    for code in ("150400", "150430"):
        (address, *_) = [u for u in page.reader.links if f"region={code}" in u and "totals" in u]
        page = client.get(address)
    figures = [u for u in page.reader.links if "stage=completed" in u and "unit=" in u]
    orders = next(
        found for found in map(client.get, figures)
        if any(link.startswith("/official/orders/A") for link in found.reader.links)
    )  # fmt: skip
    order = client.get(next(u for u in orders.reader.links if u.startswith("/official/orders/A")))
    assert "农户代号" in order.text
    assert "基地所在" in order.text


ADDRESSES = (
    f"/official/totals?{PERIOD}",
    f"/official/totals?by=unit&{PERIOD}",
    f"/official/totals?by=department&{PERIOD}",
    f"/official/totals?by=origin&{PERIOD}",
    f"/official/totals?by=fund&{PERIOD}",
    f"/official/totals?by=category&view=channel&sort=-fupin832_paid&{PERIOD}",
    f"/official/idle?{PERIOD}",
    f"/official/orders?{PERIOD}",
    f"/official/orders?stage=paid&channel=fupin832&{PERIOD}",
    "/official/plans",
    "/official/rules",
    "/official/rules/new",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_asks_more_than_twelve_queries(
    app: Flask, count_queries: Counter, address: str
) -> None:
    client = signed_in(app, "official")
    with count_queries() as queries:
        client.get(address)
    assert queries.count <= 12, queries.statements


def test_an_orders_page_asks_no_more_for_more_lines(app: Flask, count_queries: Counter) -> None:
    client = signed_in(app, "auditor")
    page = client.get(f"/official/orders?{PERIOD}")
    counts = set()
    for address in [u for u in page.reader.links if u.startswith("/official/orders/")][:6]:
        with count_queries() as queries:
            client.get(address)
        counts.add(queries.count)
    assert max(counts) <= 12, counts


@pytest.mark.parametrize("name", ["from", "to", "by", "region", "origin", "fund", "channel",
                                  "buyers", "stage", "own", "department", "unit", "page",
                                  "category", "view", "sort"])  # fmt: skip
def test_hostile_filters_are_refused(app: Flask, database: Any, name: str) -> None:
    client = signed_in(app, "official")
    allowed = {"own": {"1"}, "page": set()}.get(name, set())
    for value in GRID:
        if value in allowed or (name == "page" and value.isascii() and value.isdigit()):
            continue
        for path in ("/official/totals", "/official/orders"):
            answer = client.client.get(path, query_string={name: value})
            assert answer.status_code in {404, 414, 422}, (path, name, value[:20])


@pytest.mark.parametrize("query", ["from=2026-02-30", "from=2026-06-02&to=2026-06-01", "to=26-1-1"])
def test_days_that_are_none_are_refused(app: Flask, database: Any, query: str) -> None:
    page = signed_in(app, "official").get(f"/official/totals?{query}", status=422)
    assert "日" in page.text


def test_a_plain_start_shows_this_year(app: Flask, database: Any) -> None:
    page = signed_in(app, "auditor").get("/official/totals")
    assert "2026-01-01 – 2026-06-30" in page.text
    assert "内蒙古自治区" in page.text


def test_names_and_figures_of_facts_are_of_the_ledger_only(app: Flask, session: Any) -> None:
    selection = Selection(SINCE, UNTIL, region="150000")
    found = facts.figures(selection, Scope("150000"))
    assert set(found) <= {"150000"} | {f"15{n:02d}00" for n in range(100)}
