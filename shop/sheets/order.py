"""The rows of a report in the order of one of its columns."""

from collections.abc import Sequence
from fractions import Fraction

from flask_babel import lazy_gettext as _l

from shop.errors import InvalidInput
from shop.money import Money
from shop.sheets.report import Ratio, Report, Row, Value

NAME = "name"
"""Stands for the rows' headings."""


def in_order(report: Report, sort: str | None) -> Sequence[Row]:
    """By `column` upwards or `-column` downwards; what has no value stands last both ways.

    Raises InvalidInput for a column that the report has not.
    """
    if sort is None:
        return report.rows
    key, downwards = sort.removeprefix("-"), sort.startswith("-")
    if key != NAME and key not in {column.key for column in report.columns}:
        raise InvalidInput(_l("不能按这一列排序，请从表头选择。"))
    valued = [
        (row, _weight(row.label if key == NAME else row.values.get(key))) for row in report.rows
    ]
    known = [(row, weight) for row, weight in valued if weight is not None]
    known.sort(key=lambda each: each[1], reverse=downwards)
    return [row for row, _ in known] + [row for row, weight in valued if weight is None]


def _weight(value: Value) -> int | str | Fraction | None:
    if isinstance(value, Money):
        return value.fen
    if isinstance(value, Ratio):
        return Fraction(value.numerator, value.denominator) if value.denominator else None
    return value
