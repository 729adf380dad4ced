"""The frame of a report: columns, rows, totals and the sentence of what counts.

A page and a workbook are made from the same `Report`, so that they cannot differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shop.money import Money


class Kind(StrEnum):
    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    RATIO = "ratio"


@dataclass(frozen=True)
class Ratio:
    """A share of two amounts in fen; nothing where there is nothing to divide by."""

    numerator: int
    denominator: int


Value = str | int | Money | Ratio | None


@dataclass(frozen=True)
class Column:
    """One column; short words (a day, a number) are never broken on a page."""

    key: str
    label: str
    kind: Kind = Kind.MONEY
    is_short: bool = False


@dataclass(frozen=True)
class Group:
    """Columns that stand together. Groups of one `view` make one table of a page."""

    label: str
    columns: Sequence[Column]
    view: str = ""


@dataclass(frozen=True)
class Row:
    """One line: its heading, where the heading leads, its values, and where each value leads."""

    label: str
    values: Mapping[str, Value]
    url: str | None = None
    links: Mapping[str, str] = field(default_factory=dict)

    def is_nothing(self, groups: Sequence[Group]) -> bool:
        """Whether all its amounts and counts in these columns are nothing."""
        columns = [column for group in groups for column in group.columns]
        measured = [each for each in columns if each.kind in (Kind.MONEY, Kind.COUNT)]
        return bool(measured) and not any(self.values.get(each.key) for each in measured)


@dataclass(frozen=True)
class Report:
    """A whole report. `parameters` are the filters in words.

    Where rows of several channels stand below each other, each channel has a totals row of its
    own: `totals` and `more_totals`. Channels are never added together.
    """

    title: str
    question: str
    row_label: str
    groups: Sequence[Group]
    rows: Sequence[Row]
    totals: Row | None
    sentences: Sequence[str]
    parameters: Sequence[tuple[str, str]]
    more_totals: Sequence[Row] = ()

    def shown(self, view: str) -> list[Group]:
        """The groups of one view."""
        return [group for group in self.groups if group.view == view]

    @property
    def foot(self) -> list[Row]:
        """The rows of totals; none where there is nothing to add up."""
        return [self.totals, *self.more_totals] if self.totals else []

    @property
    def columns(self) -> list[Column]:
        return [column for group in self.groups for column in group.columns]
