"""Where each division stands on a tile map: hand-placed, one cell each, read once.

The banner map keeps every prefecture in one piece, and neighbours as near as a grid allows; the
province map is drawn as is usual.
"""

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
CELL = 44
INSET = 1

# Names of the prefectures on the banner map, beside their tiles: cells across and down (tenths),
# and which end of the word stands there.
PREFECTURES: dict[str, tuple[str, int, int, str]] = {
    "1507": ("呼伦贝尔市", 158, 6, "end"),
    "1522": ("兴安盟", 158, 36, "end"),
    "1525": ("锡林郭勒盟", 148, 46, "end"),
    "1505": ("通辽市", 190, 84, "end"),
    "1504": ("赤峰市", 132, 103, "start"),
    "1509": ("乌兰察布市", 82, 103, "start"),
    "1501": ("呼和浩特市", 72, 114, "start"),
    "1502": ("包头市", 62, 58, "start"),
    "1508": ("巴彦淖尔市", 38, 66, "end"),
    "1506": ("鄂尔多斯市", 28, 126, "end"),
    "1503": ("乌海市", 19, 114, "end"),
    "1529": ("阿拉善盟", 2, 66, "start"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A division's cell; `lines` is its short name with the pixels down of each line's foot."""

    code: str
    name: str
    lines: tuple[tuple[str, int], ...]
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Caption:
    text: str
    x: int
    y: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Grid:
    """All cells of a map, its size in pixels, its captions and the borders between groups."""

    cells: tuple[Cell, ...]
    width: int
    height: int
    captions: tuple[Caption, ...]
    borders: str
    groups: dict[str, str]


@cache
def banners() -> Grid:
    """Inner Mongolia's 103 banners, counties, cities and districts."""
    cells = _cells("banner_tiles.csv")
    captions = tuple(
        Caption(name, x * CELL // 10, y * CELL // 10, anchor)
        for name, x, y, anchor in PREFECTURES.values()
    )
    groups = {cell.code: PREFECTURES[cell.code[:4]][0] for cell in cells}
    return _grid(cells, captions, groups)


@cache
def banners_of(prefecture: str) -> Grid:
    """The banners of one prefecture alone, by the first four digits of its code."""
    cells = [cell for cell in banners().cells if cell.code.startswith(prefecture)]
    left, top = min(cell.x for cell in cells), min(cell.y for cell in cells)
    moved = tuple(
        Cell(
            code=cell.code,
            name=cell.name,
            lines=tuple((text, foot - top) for text, foot in cell.lines),
            x=cell.x - left,
            y=cell.y - top,
        )
        for cell in cells
    )
    alone = _grid(moved, (), {})
    borders = _borders(moved, {cell.code: prefecture for cell in moved})
    return replace(alone, borders=borders)


@cache
def provinces() -> Grid:
    """China's 34 provincial divisions."""
    return _grid(_cells("province_tiles.csv"), (), {})


def _cells(name: str) -> tuple[Cell, ...]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return tuple(
            Cell(
                code=row["code"],
                name=row["name"],
                lines=_lines(row["tile"].split("/"), int(row["row"]) * CELL),
                x=int(row["column"]) * CELL,
                y=int(row["row"]) * CELL,
            )
            for row in csv.DictReader(file)
        )


def _lines(parts: list[str], top: int) -> tuple[tuple[str, int], ...]:
    first = top + (27 if len(parts) == 1 else 20)
    return tuple((part, first + 15 * index) for index, part in enumerate(parts))


def _grid(cells: tuple[Cell, ...], captions: tuple[Caption, ...], groups: dict[str, str]) -> Grid:
    return Grid(
        cells=cells,
        width=max(cell.x for cell in cells) + CELL,
        height=max(cell.y for cell in cells) + CELL,
        captions=captions,
        borders=_borders(cells, groups) if groups else "",
        groups=groups,
    )


def _borders(cells: tuple[Cell, ...], groups: dict[str, str]) -> str:
    """The edges where two prefectures meet or the map ends, as one path."""
    owner = {(cell.x, cell.y): groups[cell.code] for cell in cells}
    edges = []
    for cell in cells:
        x, y, own = cell.x, cell.y, groups[cell.code]
        if owner.get((x, y - CELL)) != own:
            edges.append(f"M{x} {y}h{CELL}")
        if owner.get((x - CELL, y)) != own:
            edges.append(f"M{x} {y}v{CELL}")
        if (x + CELL, y) not in owner:
            edges.append(f"M{x + CELL} {y}v{CELL}")
        if (x, y + CELL) not in owner:
            edges.append(f"M{x} {y + CELL}h{CELL}")
    return "".join(edges)
