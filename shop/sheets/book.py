"""A report as .xlsx: one header row, exact numbers, no text that a spreadsheet could run.

Amounts stand twice: yuan with two decimals, and whole fen, so that adding up is exact.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from shop.clock import BUSINESS_ZONE
from shop.errors import InvalidInput
from shop.money import Money
from shop.sheets.report import Column, Kind, Ratio, Report, Row, Value

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 100_000
LONGEST_NAME = 31  # of a table in a workbook
LEADING = frozenset("=+-@\t\r\n|%'" + "＝＋－＠")
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before a risky beginning."""
    return f"'{text}" if text[:1] in LEADING else text


def original(text: str) -> str:
    """What `neutral` was given."""
    return text[1:] if text[:1] == "'" else text


def workbook(report: Report, *more: Report, at: datetime) -> bytes:
    """The bytes: a table of the report, one of each of `more` under its title, and what counts.

    Raises InvalidInput when one has more rows than one sheet should hold.
    """
    if any(len(each.rows) > MAX_ROWS for each in (report, *more)):
        raise InvalidInput(_("结果超过 %(most)d 行，请缩小范围后再下载。", most=MAX_ROWS))
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, OPTIONS)
    book.set_properties({"title": neutral(report.title), "created": at.replace(tzinfo=None)})
    formats = {
        Kind.MONEY: book.add_format({"num_format": "#,##0.00"}),
        Kind.COUNT: book.add_format({"num_format": "0"}),
        Kind.RATIO: book.add_format({"num_format": "0.00%"}),
        Kind.TEXT: book.add_format(),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
    }
    _write_rows(book.add_worksheet(_("数据")), report, formats)
    for each in more:
        _write_rows(book.add_worksheet(each.title[:LONGEST_NAME]), each, formats)
    _write_parameters(book.add_worksheet(_("说明")), [report, *more], at)
    book.close()
    return buffer.getvalue()


def headings(report: Report) -> list[str]:
    """The header row: every amount has a yuan and a fen column; names are told apart by group."""
    found = [report.row_label]
    for group in report.groups:
        for column in group.columns:
            label = f"{group.label} {column.label}" if group.label else column.label
            money = column.kind is Kind.MONEY
            both = [_("%(label)s（元）", label=label), _("%(label)s（分）", label=label)]
            found += both if money else [label]
    return found


def cells(columns: Sequence[Column], row: Row) -> list[tuple[Kind, Any]]:
    """One row's cells in the order of `headings`."""
    found: list[tuple[Kind, Any]] = [(Kind.TEXT, row.label)]
    for column in columns:
        value: Value = row.values.get(column.key)
        if isinstance(value, Money):
            found += [(Kind.MONEY, value.yuan), (Kind.COUNT, value.fen)]
        elif column.kind is Kind.MONEY:
            found += [(Kind.TEXT, None), (Kind.TEXT, None)]
        else:
            found.append((column.kind, _quotient(value) if isinstance(value, Ratio) else value))
    return found


def _quotient(ratio: Ratio) -> Decimal | None:
    if not ratio.denominator:
        return None
    exact = Decimal(ratio.numerator) / Decimal(ratio.denominator)
    return exact.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)


def _write_rows(sheet: Any, report: Report, formats: dict[Any, Any]) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 32)
    heads = headings(report)
    sheet.set_column(1, len(heads), 16)
    for index, text in enumerate(heads):
        sheet.write_string(0, index, neutral(text), formats["head"])
    columns = report.columns
    for number, row in enumerate([*report.rows, *report.foot], 1):
        for index, (kind, value) in enumerate(cells(columns, row)):
            if value is None:
                continue
            if isinstance(value, int | Decimal):
                sheet.write_number(number, index, value, formats[kind])
            else:
                sheet.write_string(number, index, neutral(str(value)))


def _of_money() -> str:
    return _(
        "金额以元列示，另有以分为单位的整数列，可直接相加核对；表末为合计，各渠道分别合计，不相加。"
    )


def _words_of(report: Report) -> list[tuple[str, str]]:
    return [
        (_("报表"), report.title),
        (_("内容"), report.question),
        *report.parameters,
        *((_("口径"), sentence) for sentence in report.sentences),
    ]


def _write_parameters(sheet: Any, reports: Sequence[Report], at: datetime) -> None:
    made = at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M:%S %z")
    kinds = {column.kind for report in reports for column in report.columns}
    rows = [
        *(row for report in reports for row in _words_of(report)),
        *([(_("单位"), _of_money())] if Kind.MONEY in kinds else []),
        (_("文字"), _("以 = + - @ 等符号开头的文字前加了一个撇号，以防被当作公式。")),
        (_("生成时间"), made),
    ]
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 100)
    for number, (term, words) in enumerate(rows):
        sheet.write_string(number, 0, neutral(str(term)))
        sheet.write_string(number, 1, neutral(str(words)))
