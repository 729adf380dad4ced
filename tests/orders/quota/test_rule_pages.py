"""Which rule applies to a unit on a day and why; filings and rules as sheets."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from orders.quota.explaining import Reason, judged
from orders.quota.models import QuotaPlan, QuotaRule
from orders.quota.rules import UnitKind
from orders.quota.sources import sources_of
from shop.db import db
from shop.money import Money
from tests.support.counting import Queries
from tests.support.database import World
from tests.support.people import signed_in

Counter = Callable[[], AbstractContextManager[Queries]]
LINEAGE = ["000000", "150000", "150400", "150430"]
ASKED = "/official/rules/applicable"


def rule(region: str, **changes: Any) -> QuotaRule:
    values: dict[str, Any] = {
        "year_from": 2026, "year_to": 2026, "unit_kind": "any", "confirmed": True,
        "valid_from": date(2026, 1, 1), "valid_to": None, **changes,
    }  # fmt: skip
    return QuotaRule(region_code=region, **values)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"year_from": 2025, "year_to": 2025}, Reason.OTHER_YEAR),
        ({"unit_kind": "without_canteen"}, Reason.OTHER_KIND),
        ({"valid_from": date(2026, 8, 1)}, Reason.NOT_YET),
        ({"valid_to": date(2026, 2, 1)}, Reason.NO_MORE),
        ({"valid_from": date(2026, 1, 2)}, Reason.NEWER),
        ({"unit_kind": "with_canteen"}, Reason.APPLIES),
    ],
)
def test_every_rule_says_what_decides_over_it(changes: dict[str, Any], reason: Reason) -> None:
    country = rule("000000", year_to=None)
    near = rule("150000", valid_from=date(2026, 3, 1))
    other = rule("150000", **changes)
    found = judged(
        [country, near, other], lineage=LINEAGE, year=2026, kind=UnitKind.WITH_CANTEEN,
        on=date(2026, 6, 30),
    )  # fmt: skip
    told = {id(each.rule): each.reason for each in found}
    assert told[id(other)] is reason
    assert told[id(country)] is Reason.NEARER
    assert found[0].reason is Reason.APPLIES
    assert [each.reason for each in found].count(Reason.APPLIES) == 1


def test_unconfirmed_rules_and_those_of_elsewhere_are_left_out() -> None:
    rules = [rule("150000", confirmed=False), rule("440000")]
    found = judged(
        rules, lineage=LINEAGE, year=2026, kind=UnitKind.WITH_CANTEEN, on=date(2026, 6, 30)
    )
    assert found == []


def test_an_official_asks_for_a_unit_and_reads_why(app: Flask, database: World) -> None:
    client = signed_in(app, "official")
    page = client.get(f"{ASKED}?name=第一中学")
    links = [link for link in page.reader.links if link.startswith(f"{ASKED}?unit=")]
    assert len(links) > 1
    told = client.get(links[0])
    assert "财库〔2021〕19号" in told.text
    assert "是别的年度的" in told.text
    past = client.get(links[0].replace("2026-06-30", "2025-06-30"))
    assert "内财购函〔2025〕98号" in past.text
    assert "更具体的地区另有规则" in past.text
    assert "没有名称中含有这些字的单位" in client.get(f"{ASKED}?name=不存在的单位").text


def test_a_unit_of_elsewhere_is_not_there(app: Flask, database: World) -> None:
    official = signed_in(app, "official")
    page = official.get(f"{ASKED}?name=第一中学")
    links = [link for link in page.reader.links if link.startswith(f"{ASKED}?unit=")]
    department = signed_in(app, "department")
    answers = {department.client.get(link).status_code for link in links}
    assert 404 in answers
    official.get(f"{ASKED}?unit=unknown", status=404)


@pytest.mark.parametrize("query", ["on=x", "on=2026-02-30", "name=" + "字" * 81, "on=0000-00-00"])
def test_hostile_questions_are_refused_at_the_field(
    app: Flask, database: World, query: str
) -> None:
    signed_in(app, "official").get(f"{ASKED}?{query}", status=422)


def test_unconfirmed_notices_are_counted_and_not_told(app: Flask, database: World) -> None:
    with app.app_context():
        hidden = db.session.scalars(select(QuotaRule).where(~QuotaRule.confirmed)).all()
        titles = [each.document_title for each in hidden if each.document_title]
    page = signed_in(app, "auditor").get("/official/rules")
    assert f"另有 {len(hidden)} 条" in page.text
    assert not [title for title in titles if title in page.text]


def sheet_of(body: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(body))
    found: list[list[Any]] = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    return found


def test_the_filings_are_a_sheet_that_adds_up(app: Flask, database: World) -> None:
    client = signed_in(app, "auditor")
    head, *rows, foot = sheet_of(client.get("/official/plans.xlsx?year=2026").response.data)
    at = head.index("预留份额（分）")
    with app.app_context():
        plans = db.session.scalars(select(QuotaPlan).where(QuotaPlan.year == 2026)).all()
        whole = sum(plan.reserved.fen for plan in plans)
    assert sum(int(row[at] or 0) for row in rows) == int(foot[at]) == whole
    assert str(Money(whole)) in client.get("/official/plans?year=2026").text
    open_ = sheet_of(client.get("/official/plans.xlsx?year=2026&state=open").response.data)
    states = {row[2] for row in open_[1:-1]}
    assert states <= {"未填报", "已退回"}
    client.get("/official/plans.xlsx?state=x", status=404)


def test_the_rules_are_a_sheet_of_confirmed_ones(app: Flask, database: World) -> None:
    rows = sheet_of(signed_in(app, "auditor").get("/official/rules.xlsx").response.data)
    with app.app_context():
        confirmed = db.session.scalars(select(QuotaRule).where(QuotaRule.confirmed)).all()
    assert len(rows) - 1 == len(confirmed)


@pytest.mark.parametrize(
    "path",
    ["/official/plans?year=2026", "/official/plans?state=open", "/official/rules",
     f"{ASKED}?name=第一中学"],
)  # fmt: skip
def test_these_pages_ask_few_queries(app: Flask, count_queries: Counter, path: str) -> None:
    client = signed_in(app, "official")
    with count_queries() as queries:
        page = client.get(path)
        assert page
    assert queries.count <= 12, queries.statements


def test_the_judgment_of_a_unit_is_a_sheet_with_the_same_rules(app: Flask, database: World) -> None:
    client = signed_in(app, "official")
    page = client.get(f"{ASKED}?name=第一中学")
    link = next(link for link in page.reader.links if link.startswith(f"{ASKED}?unit="))
    told = client.get(link)
    sheet = next(each for each in told.reader.links if "applicable.xlsx" in each)
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(sheet).response.data))
    head, *rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    reasons = [row[head.index("结论")] for row in rows]
    assert reasons.count("适用") == 1
    assert reasons[0] == "适用"
    assert all(str(reason) in told.text for reason in reasons)
    assert all(str(row[head.index("文号")]) in told.text for row in rows)
    client.get(f"{ASKED}.xlsx", status=404)
    client.get(f"{ASKED}.xlsx?unit=none", status=404)


def test_a_document_is_named_by_its_title_and_in_full_on_paper(app: Flask, database: World) -> None:
    page = signed_in(app, "official").get("/official/rules").response.text
    title = "关于运用政府采购政策支持乡村产业振兴的通知"
    address = "https://cz.wuxi.gov.cn/doc/2021/06/23/3334082.shtml"
    assert f'<a href="{address}" rel="noreferrer">{title}' in page
    assert f'<a href="{address}" rel="noreferrer">cz.wuxi.gov.cn</a>' in page
    assert f">{address}" not in page


def test_a_documents_addresses_are_read_by_site_the_governments_first() -> None:
    found = sources_of("https://www.example.org/a?b=1; http://x.gov.cn/c; 存档 3 号; https://[x")
    assert [place.site for place in found.places] == ["x.gov.cn", "example.org", "https://[x"]
    assert found.words == ["存档 3 号"]
    assert sources_of("").places == []
