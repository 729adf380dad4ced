"""The workbook: nothing that runs, everything that adds up."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from shop.errors import InvalidInput
from shop.money import Money
from shop.sheets import book as module
from shop.sheets.book import neutral, original, workbook
from shop.sheets.report import Column, Group, Kind, Ratio, Report, Row

AT = datetime(2026, 6, 30, 4, tzinfo=UTC)
RISKY = [
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠a",
    "'quoted", "|pipe", "%x", '=HYPERLINK("http://example.org")', "http://example.org",
]  # fmt: skip


def report_with(rows: list[Row], totals: Row | None = None) -> Report:
    columns = [
        Column("words", "文字", Kind.TEXT),
        Column("amount", "金额"),
        Column("count", "个数", Kind.COUNT),
        Column("ratio", "占比", Kind.RATIO),
    ]
    return Report(
        "采购", "问题", "单位", [Group("", columns)], rows, totals or Row("合计", {}), ["口径"],
        [("期间", "=2026")],
    )  # fmt: skip


def made(app: Flask, report: Report) -> bytes:
    with app.test_request_context():
        return workbook(report, at=AT)


def rows_of(body: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(body))
    found: list[list[Any]] = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    return found


@pytest.mark.parametrize("text", RISKY)
def test_risky_text_is_neutral_and_survives_the_round_trip(app: Flask, text: str) -> None:
    body = made(app, report_with([Row(text, {"words": text})]))
    cells = rows_of(body)[1]
    for shown in cells[:2]:
        assert shown[0] not in "=+-@\t\r＝＋－＠"
        assert original(shown) == text
    with ZipFile(BytesIO(body)) as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist())
    assert b"<f>" not in parts
    assert b"<hyperlink" not in parts


@pytest.mark.parametrize("text", ["敖汉旗", "", "a=b", "1+1", "150430"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text
    assert original(text) == text


def test_amounts_are_exact_in_yuan_and_in_fen(app: Flask) -> None:
    fen = [1, 10, 99, 12_345_678_901, -5, 9_007_199_254_740_991]
    rows = [Row(str(n), {"amount": Money(n), "count": n}) for n in fen]
    found = rows_of(made(app, report_with(rows)))[1:-1]
    assert [int(row[3]) for row in found] == fen
    assert [round(row[2] * 100) for row in found[:5]] == fen[:5]


def test_a_share_of_nothing_is_an_empty_cell(app: Flask) -> None:
    rows = [Row("a", {"ratio": Ratio(1, 3)}), Row("b", {"ratio": Ratio(1, 0)})]
    first, second = rows_of(made(app, report_with(rows)))[1:3]
    assert first[5] == pytest.approx(0.333333, abs=1e-9)
    assert second[5] == ""


def test_there_is_one_header_row_and_a_sheet_of_parameters(app: Flask) -> None:
    body = made(app, report_with([Row("a", {"amount": Money(1)})]))
    assert rows_of(body)[0] == ["单位", "文字", "金额（元）", "金额（分）", "个数", "占比"]
    book = CalamineWorkbook.from_filelike(BytesIO(body))
    words = book.get_sheet_by_name(book.sheet_names[1]).to_python()
    assert ["期间", "'=2026"] in words
    assert ["口径", "口径"] in words
    assert words[-1] == ["生成时间", "2026-06-30 12:00:00 +0800"]


def test_too_many_rows_are_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 1)
    with pytest.raises(InvalidInput):
        made(app, report_with([Row("a", {}), Row("b", {})]))


def test_several_tables_are_one_workbook_with_a_sheet_each(app: Flask) -> None:
    first = report_with([Row("甲", {"count": 1})])
    second = replace(report_with([Row("乙", {"count": 2})]), title="另一张表" * 10)
    with app.test_request_context():
        body = workbook(first, second, at=AT)
    book = CalamineWorkbook.from_filelike(BytesIO(body))
    assert book.sheet_names == ["数据", ("另一张表" * 10)[:31], "说明"]
    assert book.get_sheet_by_name(book.sheet_names[1]).to_python()[1][0] == "乙"
    words = str(book.get_sheet_by_name("说明").to_python())
    assert first.title in words
    assert second.title in words


def test_each_table_of_a_workbook_has_its_limit(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 1)
    long = report_with([Row("甲", {}), Row("乙", {})])
    with app.test_request_context(), pytest.raises(InvalidInput):
        workbook(report_with([]), long, at=AT)
