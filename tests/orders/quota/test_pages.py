"""A unit's year, its filing, the review and the rules, as people meet them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from orders.quota import labels, queries
from orders.quota.models import LedgerEntry, QuotaPlan, QuotaRule
from orders.quota.stages import Stage
from shop.accounts.models import Organisation, User
from shop.audit import AuditEntry
from shop.db import db
from shop.money import Money
from shop.web.limits import LONGEST_QUERY
from tests.support.counting import Queries
from tests.support.database import World
from tests.support.grid import GRID
from tests.support.page import PageClient
from tests.support.people import email_of, signed_in

Counter = Callable[[], AbstractContextManager[Queries]]
YEAR = 2027
FILING = f"/quota/filing?year={YEAR}"


def unit_of(name: str) -> Organisation:
    """The organisation of one of the demo world's people."""
    statement = (
        select(Organisation)
        .join(User, User.email == email_of(name))
        .where(User.memberships.any(organisation_id=Organisation.id))
    )
    return db.session.scalars(statement).one()


def plan_of(app: Flask, name: str = "buyer", year: int = YEAR) -> QuotaPlan | None:
    with app.app_context():
        plan = queries.plan_of(unit_of(name).id, year)
        if plan is not None:
            db.session.expunge_all()
        return plan


def audited(app: Flask, action: str) -> int:
    with app.app_context():
        statement = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
        return db.session.scalar(statement) or 0


def file(app: Flask, status: int = 302, **values: Any) -> Any:
    client = signed_in(app, "buyer")
    return client.submit(client.get(FILING), "plan-form", status=status, **values)


def test_a_unit_sees_plan_rule_and_progress_by_channel(app: Flask, database: World) -> None:
    page = signed_in(app, "buyer").get("/quota?year=2026")
    for words in ("832平台（计入预留份额", "本平台（单独列示", "只有通过832平台采购并且已付款",
                  "按全国最低标准执行", "财库〔2021〕19号", "cz.wuxi.gov.cn"):  # fmt: skip
        assert words in page.text
    assert any(url.startswith("https://cz.wuxi.gov.cn/") for url in page.reader.links)
    assert "https://" not in page.text
    page = signed_in(app, "approver").get("/quota?year=2025")
    assert "内财购函〔2025〕98号" in page.text


def test_every_figure_of_a_unit_leads_to_its_entries(app: Flask, database: World) -> None:
    client = signed_in(app, "buyer")
    links = [u for u in client.get("/quota?year=2026").reader.links if "/quota/entries" in u]
    assert len(links) == 2 * 4 * 4
    with app.app_context():
        progress = queries.progress_of(unit_of("buyer").id, 2026)
    for address in links:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        channel, stage = asked["channel"], asked["stage"]
        amount = (
            progress.of_fund(channel, asked["fund"], stage)
            if "fund" in asked
            else progress.of(channel, stage)
        )
        text = client.get(address).text
        assert re.search(rf"合计( \d+ 条)? {re.escape(str(amount))}", text)
        rows = entries_sheet(client, address)
        assert sum((row[0] for row in rows[:-1]), 0) == amount.fen
        assert [row[0] for row in rows[-1:]] == ([amount.fen] if amount else [])


def entries_sheet(client: PageClient, address: str) -> list[list[Any]]:
    """Whole fen and the words beside them, row by row, the totals last."""
    answer = client.client.get(address.replace("/entries?", "/entries.xlsx?"))
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    head, *rows = book.get_sheet_by_index(0).to_python()
    at = head.index("金额（分）")
    return [[round(float(str(row[at]))), *row] for row in rows]


def test_entries_of_several_figures_are_never_added_up(app: Flask, database: World) -> None:
    client = signed_in(app, "buyer")
    page, rows = (
        client.get("/quota/entries?year=2026"),
        entries_sheet(client, "/quota/entries?year=2026"),
    )
    with app.app_context():
        progress = queries.progress_of(unit_of("buyer").id, 2026)
    totals = [row for row in rows if str(row[1]).startswith("合计：")]
    kept = [
        (f"合计：{name} · {labels.STAGES[stage]}", progress.of(channel, stage).fen)
        for channel, name in labels.CHANNELS.items()
        for stage in Stage
    ]
    assert [(row[1], row[0]) for row in totals] == [each for each in kept if each[1]]
    assert all(str(label) in page.text for label, amount in kept if amount)


def test_filing_computes_the_share_and_is_recorded(app: Flask, database: World) -> None:
    before = audited(app, "quota:plan:file")
    page = file(app, base_amount="123456.78", ratio="10")
    assert page.location == f"/quota?year={YEAR}"
    plan = plan_of(app)
    assert plan is not None
    assert (plan.reserved, plan.ratio, plan.status) == (Money(1_234_568), 1000, "filed")
    assert audited(app, "quota:plan:file") == before + 1


def test_the_share_may_be_raised_and_not_lowered(app: Flask, database: World) -> None:
    page = file(app, status=422, base_amount="100000", ratio="10", reserved="9999.99")
    assert "只能上调" in page.text
    assert plan_of(app) is None
    file(app, base_amount="100000", ratio="10", reserved="12000")
    plan = plan_of(app)
    assert plan is not None
    assert plan.reserved == Money(1_200_000)


def test_below_the_floor_needs_an_approval(app: Flask, database: World) -> None:
    page = file(app, status=422, base_amount="100000", ratio="5")
    assert "豁免批准文号" in page.text
    assert plan_of(app) is None
    file(
        app,
        base_amount="100000",
        ratio="5",
        exemption_number="财库函1号",
        exemption_authority="财政部",
    )
    plan = plan_of(app)
    assert plan is not None
    assert (plan.reserved, plan.special_case) == (Money(500_000), "exemption")


def test_filing_again_replaces_what_is_not_yet_checked(app: Flask, database: World) -> None:
    file(app, base_amount="100000", ratio="10")
    file(app, base_amount="200000", ratio="15")
    plan = plan_of(app)
    assert plan is not None
    assert plan.reserved == Money(3_000_000)
    with app.app_context():
        count = select(func.count()).select_from(QuotaPlan).where(QuotaPlan.year == YEAR)
        assert db.session.scalar(count) == 1


@pytest.mark.parametrize("field", ["base_amount", "ratio", "reserved"])
def test_hostile_numbers_are_refused_at_the_field(app: Flask, database: World, field: str) -> None:
    client = signed_in(app, "buyer")
    page = client.get(FILING)
    fine = {"base_amount": "100000", "ratio": "10"}
    allowed = {"base_amount": {"1.5"}, "ratio": set(), "reserved": set()}[field]
    for value in GRID:
        if value not in allowed:
            answer = client.submit(page, "plan-form", status=422, **{**fine, field: value})
            assert "请先改正下列问题" in answer.text
    assert plan_of(app) is None


@pytest.mark.parametrize("path", ["/quota", "/quota/filing", "/quota/entries", "/official/plans"])
def test_hostile_years_are_not_found(app: Flask, database: World, path: str) -> None:
    client = signed_in(app, "official" if path.startswith("/official") else "buyer")
    for value in [*GRID, "2020", "2028", "2O26"]:
        too_long = 414 if len(value) > LONGEST_QUERY else 404
        assert client.client.get(path, query_string={"year": value}).status_code == too_long


def test_a_unit_without_a_canteen_files_its_remark_only(app: Flask, database: World) -> None:
    with app.app_context():
        unit_of("buyer").canteen_mode = "none"
        db.session.commit()
    client = signed_in(app, "buyer")
    page = client.get(FILING)
    assert "不单独预留份额" in page.text
    assert "base_amount" not in page.form("plan-form").fields
    client.submit(page, "plan-form", remark="食材由上级供应")
    plan = plan_of(app)
    assert plan is not None
    assert (plan.reserved, plan.remark) == (Money(0), "无食堂；食材由上级供应")


def test_a_shared_canteen_names_who_reports(app: Flask, database: World) -> None:
    with app.app_context():
        unit, other = unit_of("buyer"), unit_of("department")
        unit.canteen_mode, unit.reporting_unit_id = "shared_reported", other.id
        name = other.name
        db.session.commit()
    client = signed_in(app, "buyer")
    client.submit(client.get(FILING), "plan-form")
    plan = plan_of(app)
    assert plan is not None
    assert plan.remark == f"共用食堂，由{name}填报"
    assert plan.special_case == "shared_reported"


def review_address(app: Flask) -> str:
    with app.app_context():
        return f"/official/plans/{unit_of('buyer').public_id}/{YEAR}"


def test_department_checks_then_finance_confirms(app: Flask, database: World) -> None:
    file(app, base_amount="100000", ratio="10")
    address = review_address(app)
    department, finance = signed_in(app, "department"), signed_in(app, "official")
    finance.post(f"{address}/confirmation", department_token(finance, address), status=422)
    department.submit(department.get(address), f"{address}/check")
    department.post(f"{address}/confirmation", department_token(department, address), status=403)
    finance.submit(finance.get(address), f"{address}/confirmation")
    plan = plan_of(app)
    assert plan is not None
    assert plan.status == "confirmed"
    assert plan.confirmed_at
    assert audited(app, "quota:plan:check") == audited(app, "quota:plan:confirm") == 1
    page = signed_in(app, "buyer").get(FILING)
    assert "填报已进入审核，不能再改" in page.text


def department_token(client: Any, address: str) -> dict[str, Any]:
    """A valid token from a page, for a button that the page does not show."""
    form = client.get(address).reader.forms[0]
    return {"csrf_token": next(f for f in client.get(address).reader.forms
                               if "csrf_token" in f.fields).fields["csrf_token"][0]} if form else {}  # fmt: skip


def test_a_returned_plan_says_why_and_is_filed_again(app: Flask, database: World) -> None:
    file(app, base_amount="100000", ratio="10")
    address = review_address(app)
    finance = signed_in(app, "official")
    page = finance.submit(finance.get(address), "return", status=422, reason="")
    assert "请写明退回的原因" in page.text
    finance.submit(finance.get(address), "return", reason="总额与上年相差太大")
    assert "总额与上年相差太大" in signed_in(app, "buyer").get(f"/quota?year={YEAR}").text
    file(app, base_amount="150000", ratio="10")
    plan = plan_of(app)
    assert plan is not None
    assert (plan.status, plan.reason) == ("filed", None)


def test_officials_of_elsewhere_and_auditors_cannot_review(app: Flask, database: World) -> None:
    file(app, base_amount="100000", ratio="10")
    address = review_address(app)
    auditor = signed_in(app, "auditor")
    assert not [f for f in auditor.get(address).reader.forms if f.action.endswith("/check")]
    auditor.post(f"{address}/check", department_token(auditor, address), status=403)
    with app.app_context():
        elsewhere = unit_of("city-official")
        elsewhere.region_code = "150100"
        db.session.commit()
    signed_in(app, "city-official").get(address, status=404)


def test_the_review_list_tells_who_has_not_filed(app: Flask, database: World) -> None:
    client = signed_in(app, "official")
    everybody = client.get(f"/official/plans?year={YEAR}")
    assert "未填报" in everybody.text
    assert "没有符合条件的单位" in client.get(f"/official/plans?year={YEAR}&state=confirmed").text
    client.get("/official/plans?state=else", status=404)
    client.get("/official/plans?region=440000", status=404)
    client.get("/official/plans?region=x", status=404)


NOTICE: dict[str, Any] = {
    "year": "2026", "unit_kind": "any", "base_kind": "canteen_food", "ratio": "12.5",
    "filing_deadline": "2026-07-31", "document_number": "内财购函〔2026〕1号",
    "document_title": "试验通知", "source_ref": "https://example.org/notice",
}  # fmt: skip


def test_a_new_dated_rule_takes_over_and_the_old_one_stays(app: Flask, database: World) -> None:
    client = signed_in(app, "official")
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(QuotaRule))
    client.submit(client.get("/official/rules/new"), "rule", **NOTICE)
    page = client.get("/official/rules")
    assert "内财购函〔2026〕1号" in page.text
    assert "12.50%" in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(QuotaRule)) == (before or 0) + 1
    assert audited(app, "quota:rule:add") == 1
    assert "内财购函〔2026〕1号" in signed_in(app, "buyer").get("/quota/filing?year=2026").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ratio": "9.99"}, "不得低于上级规定的 10.00%"),
        ({"ratio": "0"}, "请填写百分比"),
        ({"encouraged_ratio": "11"}, "鼓励比例不得低于最低比例"),
        ({"filing_opens_on": "2026-08-01"}, "截止日不能早于开始日"),
        ({"filing_deadline": "2026-02-30"}, "年-月-日"),
        ({"document_number": ""}, "请填写文号"),
        ({"base_kind": "anything"}, "请先改正"),
        ({"year": "1e3"}, "之间的整数"),
        ({"confirmed": "1"}, "没有的内容"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    app: Flask, database: World, changes: dict[str, Any], words: str
) -> None:
    client = signed_in(app, "official")
    page = client.submit(
        client.get("/official/rules/new"), "rule", status=422, **{**NOTICE, **changes}
    )
    assert words in page.text
    assert audited(app, "quota:rule:add") == 0


def test_a_rule_form_says_all_that_is_wrong_at_once(app: Flask, database: World) -> None:
    client = signed_in(app, "official")
    wrong = {"encouraged_ratio": "11", "filing_opens_on": "2026-08-01", "document_number": ""}
    page = client.submit(
        client.get("/official/rules/new"), "rule", status=422, **{**NOTICE, **wrong}
    )
    for words in ("鼓励比例不得低于最低比例", "截止日不能早于开始日", "请填写文号"):
        assert words in page.text
    assert page.form("rule").fields["document_title"] == ["试验通知"]


def test_who_writes_a_rule_sees_what_it_replaces(app: Flask, database: World) -> None:
    client = signed_in(app, "official")
    assert "本地区还没有自己的规则" in client.get("/official/rules/new").text
    client.submit(client.get("/official/rules/new"), "rule", **NOTICE)
    page = client.get("/official/rules/new")
    assert "本地区还没有自己的规则" not in page.text
    assert "试验通知" in page.text


def test_unconfirmed_rules_are_shown_to_nobody(app: Flask, database: World) -> None:
    page = signed_in(app, "auditor").get("/official/rules")
    assert "博尔塔拉" in page.text
    assert "taocan_helper" not in page.response.get_data(as_text=True)


@pytest.mark.parametrize("name", ["department", "auditor", "operator"])
def test_only_finance_officials_write_rules(app: Flask, database: World, name: str) -> None:
    signed_in(app, name).get("/official/rules/new", status=403)


@pytest.mark.parametrize("path", ["/quota?year=2026", "/quota/entries?year=2026", "/quota/filing"])
def test_a_units_pages_ask_few_queries(app: Flask, count_queries: Counter, path: str) -> None:
    client = signed_in(app, "buyer")
    with count_queries() as queries_asked:
        client.get(path)
    assert queries_asked.count <= 12, queries_asked.statements


def test_a_units_page_asks_no_more_when_there_is_more(app: Flask, count_queries: Counter) -> None:
    client, counts = signed_in(app, "buyer"), []
    for year in (2021, 2026):
        with count_queries() as asked:
            client.get(f"/quota/entries?year={year}")
        counts.append(asked.count)
    assert counts[0] == counts[1]


def test_entries_are_never_changed(app: Flask, session: Any) -> None:
    from sqlalchemy.exc import DatabaseError

    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.stage == Stage.PAID)).first()
    entry.delta = Money(1)
    with pytest.raises(DatabaseError, match="append-only"):
        session.flush()
    session.rollback()
