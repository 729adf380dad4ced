"""The reviewers' one queue: whose things, in which order, and what comes after a decision."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from producers.models import Certificate, Producer
from shop.accounts.models import Organisation
from shop.db import db
from tests.factories.shelf import AOHAN
from tests.support.database import World
from tests.support.people import signed_in

NAMES = ("reviewer", "operator", "official", "city-official", "department")


def rows_of(body: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(body))
    found: list[list[Any]] = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    return found


def test_the_longest_waiting_stands_first(app: Flask, database: World) -> None:
    client = signed_in(app, "reviewer")
    head, *rows = rows_of(client.get("/review.xlsx").response.data)
    since = [row[head.index("提交时间")] for row in rows]
    assert len(since) > 1
    assert since == sorted(since)
    kinds = {row[head.index("事项")] for row in rows}
    assert kinds <= {"供应商申请", "证书", "商品"}
    assert len(kinds) > 1


def test_a_tab_holds_its_kind_only(app: Flask, database: World) -> None:
    client = signed_in(app, "reviewer")
    page = client.get("/review?kind=certificates")
    assert [link for link in page.reader.links if link.startswith("/review/certificates/")]
    assert not [link for link in page.reader.links if link.startswith("/review/offers/")]
    for kind in ("plans", "x", "0", "null"):
        client.get(f"/review?kind={kind}", status=404)
        client.get(f"/review.xlsx?kind={kind}", status=404)
        client.get(f"/review/history?kind={kind}", status=404)


def test_finance_and_departments_see_the_filings_that_are_theirs(
    app: Flask, database: World
) -> None:
    for name in ("official", "department"):
        client = signed_in(app, name)
        page = client.get("/review")
        plans = [link for link in page.reader.links if link.startswith("/official/plans/")]
        for link in dict.fromkeys(plans):
            text = client.get(link).text
            assert "审核通过" in text or "财政确认" in text, link
    signed_in(app, "auditor").get("/review", status=403)


def test_after_a_decision_comes_the_next_and_the_history_tells(app: Flask, database: World) -> None:
    client = signed_in(app, "reviewer")
    page = client.get("/review?kind=certificates")
    first, second, *_ = dict.fromkeys(
        link for link in page.reader.links if link.startswith("/review/certificates/")
    )
    shown = client.get(first)
    assert "待审第 1 项" in shown.text
    answer = client.submit(shown, "/refusal", reason="扫描件看不清")
    assert answer.location == second
    history = client.get("/review/history")
    assert "扫描件看不清" in history.text
    assert first in history.reader.links
    assert "扫描件看不清" not in signed_in(app, "operator").get("/review/history").text


def test_the_history_is_a_sheet_with_the_same_decisions(app: Flask, database: World) -> None:
    client = signed_in(app, "reviewer")
    for kind, reason in (("certificates", "扫描件看不清"), ("offers", "请补充净含量")):
        page = client.get(f"/review?kind={kind}")
        first = next(link for link in page.reader.links if link.startswith(f"/review/{kind}/"))
        client.submit(client.get(first), "/refusal", reason=reason)
    head, *rows = rows_of(client.get("/review/history.xlsx").response.data)
    page = client.get("/review/history")
    assert [row[head.index("原因")] for row in rows] == ["请补充净含量", "扫描件看不清"]
    assert all(str(cell) in page.text for row in rows for cell in row)
    head, *rows = rows_of(client.get("/review/history.xlsx?kind=certificates").response.data)
    assert [row[head.index("事项")] for row in rows] == ["证书"]
    assert rows_of(signed_in(app, "operator").get("/review/history.xlsx").response.data)[1:] == []
    signed_in(app, "auditor").get("/review/history.xlsx", status=403)


def test_what_does_not_wait_stays_where_it_is(app: Flask, database: World) -> None:
    client = signed_in(app, "reviewer")
    with app.app_context():
        approved = db.session.scalar(
            select(Certificate.public_id)
            .join(Producer, Producer.id == Certificate.holder_id)
            .where(Certificate.status == "approved", Producer.county_code == AOHAN)
        )
    here = f"/review/certificates/{approved}"
    page = client.get(here)
    assert "待审第" not in page.text
    assert client.submit(page, "/revocation", reason="已失效").location == here


def test_the_last_decision_leads_back_to_the_desk(app: Flask, database: World) -> None:
    client = signed_in(app, "official")
    for _turn in range(20):
        page = client.get("/review")
        plans = [link for link in page.reader.links if link.startswith("/official/plans/")]
        if not plans:
            break
        answer = client.submit(client.get(plans[0]), "return", reason="请核对总额")
        assert answer.location.startswith(("/official/plans/", "/review"))
    assert answer.location == "/review"
    assert "没有等待审核的事项" in client.get("/review").text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["/review", "/review/history"])
def test_the_desk_asks_few_queries(
    app: Flask, database: World, count_queries: Any, name: str, path: str
) -> None:
    client = signed_in(app, name)
    with count_queries() as queries:
        client.get(path)
    assert queries.count <= 12, queries.statements


def test_the_desk_of_another_county_is_empty_of_this_one(app: Flask, database: World) -> None:
    with app.app_context():
        office = db.session.scalars(
            select(Organisation).where(Organisation.kind == "county_bureau")
        ).first()
        assert office is not None
        office.region_code = "150100"
        db.session.commit()
    page = signed_in(app, "reviewer").get("/review")
    assert "没有等待审核的事项" in page.text
