"""What the table of a chart shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: its heading and its cells, already in words. None is no value."""

    label: str
    cells: tuple[str | None, ...]
    url: str | None = None
