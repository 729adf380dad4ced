"""Tables as pages and as .xlsx: a page and a workbook are made from the same `Report`."""

from shop.sheets.answer import sheet, sheet_head
from shop.sheets.book import MAX_ROWS, MIME, workbook
from shop.sheets.order import in_order
from shop.sheets.report import Column, Group, Kind, Ratio, Report, Row, Value

__all__ = [
    "MAX_ROWS", "MIME", "Column", "Group", "Kind", "Ratio", "Report", "Row", "Value", "in_order", "sheet", "sheet_head",
    "workbook",
]  # fmt: skip
