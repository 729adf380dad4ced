"""The operator's pages and the inbox."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from shop import audit, clock, outbox
from shop.accounts.models import Notice, User
from shop.accounts.notices import notify
from shop.actor import system_actor
from shop.audit import AuditEntry
from shop.db import db, transaction
from shop.jobs import ScheduledJob, enter_jobs, known_jobs
from shop.outbox import MessageStatus, OutboxMessage
from shop.platform import words
from tests.support.database import World
from tests.support.people import email_of, signed_in

RECORDED = re.compile(r'audit\.record\(\s*\w+(?:\(\w*\))?,\s*"([a-z_:]+)"')
AT = datetime(2026, 6, 30, 2, tzinfo=UTC)


@pytest.fixture
def given_up(app: Flask, database: World) -> int:
    """A message that was set aside."""
    with app.app_context(), transaction():
        outbox.leave("test.unheard", {"n": 1}, at=AT)
        db.session.flush()
        message = db.session.scalars(
            select(OutboxMessage).order_by(OutboxMessage.id.desc())
        ).first()
        assert message is not None
        message.status, message.attempts = MessageStatus.SET_ASIDE, 8
        message.last_error = "RuntimeError · somewhere:1"
        return message.id


def test_a_message_set_aside_is_shown_with_its_error(app: Flask, given_up: int) -> None:
    page = signed_in(app, "operator").get("/platform/outbox")
    assert "test.unheard" in page.text
    assert "RuntimeError · somewhere:1" in page.text
    assert "无人处理" in page.text
    assert "清理登录尝试的记录" in page.text
    assert "没有失败的任务" not in page.text


def test_what_failed_or_waits_too_long_leads_the_page(app: Flask, database: World) -> None:
    now = clock.now()
    with app.app_context():
        enter_jobs(now)
    client = signed_in(app, "operator")
    assert "没有失败的任务" in client.get("/platform/outbox").text
    with app.app_context(), transaction():
        job = db.session.get_one(ScheduledJob, "mend-search-index")
        job.last_error = "RuntimeError · catalog/indexing.py:1"
        outbox.leave("orders:order:placed", {"order_id": 1}, at=now - timedelta(hours=1))
    text = client.get("/platform/outbox").text
    assert "定时任务“核对并补齐搜索索引”上次执行失败：RuntimeError · catalog/indexing.py:1" in text
    assert "后台程序可能没有运行" in text
    assert "没有失败的任务" not in text


def test_kinds_of_work_that_never_came_up_are_one_line(app: Flask, given_up: int) -> None:
    page = signed_in(app, "operator").get("/platform/outbox").text
    listed, folded = page.split("还没有出现过的", 1)
    assert "test.unheard" in listed
    assert "通知：全部拒收" in folded
    assert "通知：全部拒收" not in listed


def test_the_background_work_is_a_sheet_that_adds_up_to_the_page(app: Flask, given_up: int) -> None:
    client = signed_in(app, "auditor")
    page = client.get("/platform/outbox").response.text
    book = CalamineWorkbook.from_filelike(
        BytesIO(client.get("/platform/outbox.xlsx").response.data)
    )
    assert book.sheet_names == ["数据", "已搁置", "定时任务", "说明"]
    head, *kinds, totals = book.get_sheet_by_name("数据").to_python()
    for label in ("已搁置", "等待", "完成"):
        at = head.index(label)
        assert sum(float(str(row[at])) for row in kinds) == totals[at]
        figure = f'<span class="figure-label">{label}</span><strong'
        assert int(page.split(figure)[1].split(">", 1)[1].split("<")[0]) == totals[at]
    _head, (number, topic, *_more) = book.get_sheet_by_name("已搁置").to_python()
    assert (number, topic) == (str(given_up), "test.unheard")
    assert totals[head.index("已搁置")] == 1
    with app.app_context():
        assert len(book.get_sheet_by_name("定时任务").to_python()) == len(known_jobs()) + 1
    signed_in(app, "official").get("/platform/outbox.xlsx", status=403)


def test_every_job_and_every_kind_of_message_has_words(app: Flask) -> None:
    with app.app_context():
        assert set(known_jobs()) <= set(words.JOBS)
        assert {*outbox.handlers(), *outbox.external_handlers()} <= set(words.TOPICS)


@pytest.mark.parametrize(
    ("every", "expected"),
    [(timedelta(days=1), "每 1 天"), (timedelta(hours=1), "每 1 小时"),
     (timedelta(minutes=90), "每 90 分钟"), (timedelta(seconds=30), "每 30 秒")],
)  # fmt: skip
def test_an_interval_reads_in_the_largest_unit_that_fits(
    app: Flask, every: timedelta, expected: str
) -> None:
    with app.test_request_context("/"):
        assert words.interval_words(every) == expected


def test_replaying_queues_the_message_anew_and_is_recorded(app: Flask, given_up: int) -> None:
    client = signed_in(app, "operator")
    page = client.get("/platform/outbox")
    client.submit(page, f"/platform/outbox/{given_up}/replay")
    with app.app_context():
        message = db.session.get_one(OutboxMessage, given_up)
        assert (message.status, message.attempts, message.last_error) == ("waiting", 0, None)
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "shop:outbox:replay")
        ).one()
        assert (entry.subject_id, entry.before) == (
            str(given_up),
            {"status": "set_aside", "attempts": 8, "error": "RuntimeError · somewhere:1"},
        )
    client.submit(page, f"/platform/outbox/{given_up}/replay", status=409)


def test_replaying_what_is_not_there_is_not_found(app: Flask, database: World) -> None:
    client = signed_in(app, "operator")
    token = client.get("/account").form("/sign-out").fields
    client.post("/platform/outbox/999999999/replay", token, status=404)


def test_an_auditor_sees_the_messages_but_no_button(app: Flask, given_up: int) -> None:
    page = signed_in(app, "auditor").get("/platform/outbox")
    assert "test.unheard" in page.text
    assert not [form for form in page.reader.forms if "replay" in form.action]


def record(app: Flask, count: int) -> None:
    with app.app_context(), transaction():
        user = db.session.scalars(select(User).where(User.email == email_of("buyer"))).one()
        for number in range(count):
            after = {"number": number, "list": ["a"]}
            audit.record(system_actor("测试员"), "test:thing:do", user, after=after, at=AT)


def test_the_trail_is_filtered_by_each_field(app: Flask, database: World) -> None:
    record(app, 3)
    client = signed_in(app, "auditor")
    for query, expected in [
        ({"action": "test:thing"}, "本页 3 条"),
        ({"person": "测试"}, "本页 3 条"),
        ({"action": "test:thing", "day": "2026-06-30"}, "本页 3 条"),
        ({"action": "test:thing", "day": "2026-06-01", "until": "2026-07-01"}, "本页 3 条"),
        ({"action": "test:thing", "day": "2026-06-29"}, "没有符合条件的记录"),
        ({"action": "test:thing", "subject": "users"}, "本页 3 条"),
        ({"action": "test:thing", "subject": "users:0"}, "没有符合条件的记录"),
        ({"action": "test:thing", "person": "%"}, "没有符合条件的记录"),
    ]:
        assert expected in client.get("/platform/audit", query_string=query).text, query


def test_what_an_entry_is_about_is_asked_for_in_words(app: Flask, database: World) -> None:
    record(app, 2)
    client = signed_in(app, "auditor")
    for typed in ("用户", "users"):
        page = client.get("/platform/audit", query_string={"action": "test", "subject": typed})
        assert "本页 2 条" in page.text
        assert page.form("/platform/audit").fields["subject"] == ["用户"]
    with app.test_request_context("/"):
        assert words.concern_said("订单 17") == words.concern_said("订单17") == "orders:17"
        assert words.concern_said("后台任务 3") == "outbox_messages:3"
        assert words.concern_said("没有这种 3") == "没有这种 3"
        assert words.concern_words("orders") == "订单"
    page = client.get("/platform/audit", query_string={"subject": "没有这种 3"}, status=422)
    assert "没有这种对象" in page.text
    assert page.form("/platform/audit").fields["subject"] == ["没有这种 3"]


@pytest.mark.parametrize(
    "query",
    [{"day": "2026-06-02", "until": "2026-06-01"}, {"day": "2026-13-01"}, {"day": "昨天"}, {"action": "a'; --"}, {"subject": "a b"},
     {"person": "x" * 41}],
)  # fmt: skip
def test_a_wrong_filter_is_refused_at_its_field(
    app: Flask, database: World, query: dict[str, str]
) -> None:
    signed_in(app, "auditor").get("/platform/audit", query_string=query, status=422)


@pytest.mark.parametrize("key", ["0", "-1", "1.5", "１", "x", "1e3", "9" * 30])
def test_a_wrong_key_is_not_found(app: Flask, database: World, key: str) -> None:
    signed_in(app, "auditor").get("/platform/audit", query_string={"before": key}, status=404)


def test_the_trail_is_paged_by_key(app: Flask, database: World) -> None:
    record(app, 120)
    client, seen = signed_in(app, "auditor"), []
    page = client.get("/platform/audit?action=test")
    while True:
        seen.append(page.text.count("测试员"))
        older = [link for link in page.reader.links if "before=" in link]
        if not older:
            break
        page = client.get(older[0])
    assert len(seen) == 3


def test_the_trail_is_a_sheet_with_words_and_changes(app: Flask, database: World) -> None:
    record(app, 2)
    answer = signed_in(app, "auditor").get("/platform/audit.xlsx?action=test:thing").response
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    head, *rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert head[:3] == ["时间", "人员", "单位"]
    assert len(rows) == 2
    assert "编号：— → 1" in str(rows[0][6])
    signed_in(app, "auditor").get("/platform/audit.xlsx?day=x", status=422)
    signed_in(app, "official").get("/platform/audit.xlsx", status=403)


def test_every_recorded_action_has_words() -> None:
    found = set()
    for room in ("shop", "producers", "catalog", "orders"):
        for file in Path(room).rglob("*.py"):
            found |= set(RECORDED.findall(file.read_text(encoding="utf-8")))
    assert found
    assert sorted(found - set(words.ACTIONS)) == []


def test_the_trail_costs_the_same_queries_for_few_and_many(
    app: Flask, database: World, count_queries: object
) -> None:
    client = signed_in(app, "auditor")
    counts = []
    for more in (3, 300):
        record(app, more)
        with count_queries() as queries:  # type: ignore[operator]
            client.get("/platform/audit", query_string={"action": "test"})
        counts.append(queries.count)
    assert counts[0] == counts[1] <= 12


def test_the_trail_refuses_change_and_deletion(app: Flask, database: World) -> None:
    record(app, 1)
    for statement in ("UPDATE audit_entries SET actor_name = 'x'", "DELETE FROM audit_entries"):
        with app.app_context(), pytest.raises(DBAPIError), transaction():
            db.session.execute(db.text(statement))


def test_signing_in_and_out_is_recorded(app: Flask, database: World) -> None:
    client = signed_in(app, "buyer")
    client.submit(client.get("/account"), "/sign-out")
    with app.app_context():
        newest = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)
        entries = db.session.scalars(newest).all()
        found = [entry.action for entry in entries]
        assert entries[0].address == "127.0.0.1"
    assert found == ["accounts:session:end", "accounts:session:begin"]


def leave_notices(app: Flask, count: int) -> None:
    with app.app_context(), transaction():
        user = db.session.scalars(select(User).where(User.email == email_of("buyer"))).one()
        unit = user.memberships[0].organisation_id
        for number in range(count):
            key = f"test:{count}:{number}"
            notify(kind="t", subject=f"我的 {number}", dedupe_key=key, at=AT, user_id=user.id)
        key = f"test:{count}:unit"
        for _ in range(2):
            notify(
                kind="t", subject="给全单位的一句话", dedupe_key=key, at=AT, organisation_id=unit
            )


def test_the_inbox_shows_ones_own_and_the_organisations_notices(
    app: Flask, database: World
) -> None:
    leave_notices(app, 2)
    mine = signed_in(app, "buyer").get("/inbox").text
    assert "我的 0" in mine
    assert mine.count("给全单位的一句话") == 1
    colleague = signed_in(app, "approver").get("/inbox").text
    assert "我的 0" not in colleague
    assert "给全单位的一句话" in colleague
    assert "给全单位的一句话" not in signed_in(app, "coop").get("/inbox").text


def test_reading_marks_what_was_shown(app: Flask, database: World) -> None:
    leave_notices(app, 2)
    client = signed_in(app, "buyer")
    page = client.get("/inbox")
    client.submit(page, "/inbox/reading")
    assert "全部标为已读" not in client.get("/inbox").text
    with app.app_context():
        unread = select(func.count()).where(Notice.read_at.is_(None), Notice.kind == "t")
        assert db.session.scalar(unread) == 0


def test_a_notice_of_the_same_key_is_left_once(app: Flask, database: World) -> None:
    with app.app_context():
        told = []
        for _ in range(2):
            with transaction():
                told.append(notify(kind="t", subject="x", dedupe_key="k", at=AT, user_id=1))
    assert told == [True, False]


def test_the_inbox_is_listed_in_ones_own_section_only(app: Flask, database: World) -> None:
    header = signed_in(app, "operator").get("/account").text
    assert "监管与运营" in header
    assert "采购单位" not in header
    assert "供应商" not in header.replace("供应商审核", "")
