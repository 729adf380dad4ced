"""Tile maps: one tile for each division, darker for more, hatched where nothing is known."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from shop.charts.grids import CELL, INSET, Caption, Cell, Grid, banners, banners_of, provinces
from shop.charts.measure import Measure
from shop.charts.rows import Row
from shop.charts.scale import class_of, cuts

TILE = CELL - 2 * INSET

Link = Callable[[str], str | None]
Called = Callable[[str, str], str]
"""What a place is called on the page, by its code and its recorded name."""


@dataclass(frozen=True, slots=True)
class Tile:
    """`level` is 0 for nothing (or less), 1 to 5 for more and more, None where nothing is known."""

    code: str
    name: str
    lines: tuple[tuple[str, int], ...]
    x: int
    y: int
    level: int | None
    exact: str | None
    url: str | None
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the legend: from `low` up to, but not with, `high`; either may be open.

    Of whole things `high` is the last one inside, and `low` is None where it is the only one.
    """

    level: int
    low: str | None
    high: str | None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """All tiles of one level as one path: the map where it is too small for words."""

    level: int | None
    path: str


@dataclass(frozen=True, slots=True)
class League:
    """A prefecture's tiles with a value, the highest first."""

    name: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class MapChart:
    """`shapes` and `leagues` stand for a map of many tiles where there is no room for it."""

    tiles: tuple[Tile, ...]
    shapes: tuple[Shape, ...]
    leagues: tuple[League, ...]
    unknown: int
    captions: tuple[Caption, ...]
    borders: str
    legend: tuple[Class, ...]
    rows: tuple[Row, ...]
    width: int
    height: int
    tile: int
    has_zero: bool
    has_negative: bool
    has_unknown: bool
    has_marks: bool
    has_groups: bool
    has_links: bool
    is_empty: bool


def tile_map_banners(
    values: Mapping[str, int],
    measure: Measure,
    *,
    marked: Collection[str] = (),
    link: Link | None = None,
    names: Mapping[str, str] | None = None,
    prefecture: str | None = None,
    called: Called | None = None,
) -> MapChart:
    """Inner Mongolia's 103 county-level divisions by code, e.g. {"150430": 1_200_00}.

    A division without a value is not known: say 0 where it is nothing. `marked` are the listed
    ones. Values of other codes (development zones) have no tile but stand in the table, under
    their name in `names`. `link` gives a code's address or None. `prefecture`, the first four
    digits of a code, leaves out all the others. Without `called` places have their recorded names.
    """
    grid = banners_of(prefecture) if prefecture else banners()
    if called is not None:
        grid = _named(grid, called)
    return _map(grid, values, measure, marked, link, names or {})


def tile_map_provinces(
    values: Mapping[str, int],
    measure: Measure,
    *,
    marked: Collection[str] = (),
    link: Link | None = None,
    names: Mapping[str, str] | None = None,
) -> MapChart:
    """China's 34 provincial divisions by code, e.g. {"110000": 5_000_00}; else as above."""
    return _map(provinces(), values, measure, marked, link, names or {})


def _named(grid: Grid, called: Called) -> Grid:
    cells = tuple(replace(cell, name=called(cell.code, cell.name)) for cell in grid.cells)
    groups = {code: called(f"{code[:4]}00", name) for code, name in grid.groups.items()}
    return replace(grid, cells=cells, groups=groups)


def _map(
    grid: Grid,
    values: Mapping[str, int],
    measure: Measure,
    marked: Collection[str],
    link: Link | None,
    names: Mapping[str, str],
) -> MapChart:
    placed = {cell.code for cell in grid.cells}
    shown = {code: value for code, value in values.items() if code in placed}
    found = cuts(shown.values())
    tiles = tuple(_tile(cell, values, found, measure, marked, link, names) for cell in grid.cells)
    rows = [(values.get(tile.code), _row(tile, grid)) for tile in tiles]
    for code in values.keys() - placed:
        cells = (*([None] if grid.groups else []), measure.exact(values[code]))
        url = link(code) if link else None
        rows.append((values[code], Row(names.get(code, code), cells, url)))
    rows.sort(key=lambda row: (row[0] is None, -(row[0] or 0)))
    return MapChart(
        tiles=tiles,
        shapes=_shapes(tiles) if grid.groups else (),
        leagues=_leagues(tiles, values, grid),
        unknown=len(placed) - len(shown),
        captions=grid.captions,
        borders=grid.borders,
        legend=_legend(found, shown, measure),
        rows=tuple(row for _, row in rows),
        width=grid.width,
        height=grid.height,
        tile=TILE,
        has_zero=any(value <= 0 for value in shown.values()),
        has_negative=any(value < 0 for value in shown.values()),
        has_unknown=len(shown) < len(placed),
        has_marks=any(tile.is_marked for tile in tiles),
        has_groups=bool(grid.groups),
        has_links=any(tile.url for tile in tiles),
        is_empty=not values,
    )


def _shapes(tiles: tuple[Tile, ...]) -> tuple[Shape, ...]:
    paths: dict[int | None, list[str]] = {}
    for tile in tiles:
        square = f"M{tile.x + INSET} {tile.y + INSET}h{TILE}v{TILE}h-{TILE}z"
        paths.setdefault(tile.level, []).append(square)
    return tuple(Shape(level, "".join(path)) for level, path in paths.items())


def _leagues(tiles: tuple[Tile, ...], values: Mapping[str, int], grid: Grid) -> tuple[League, ...]:
    found: dict[str, list[Tile]] = {}
    for tile in sorted(tiles, key=lambda tile: (-values.get(tile.code, 0), tile.code)):
        if tile.level is not None and tile.code in grid.groups:
            found.setdefault(grid.groups[tile.code], []).append(tile)
    return tuple(League(name, tuple(known)) for name, known in found.items())


def _tile(
    cell: Cell,
    values: Mapping[str, int],
    found: tuple[int, ...],
    measure: Measure,
    marked: Collection[str],
    link: Link | None,
    names: Mapping[str, str],
) -> Tile:
    value = values.get(cell.code)
    return Tile(
        code=cell.code,
        name=names.get(cell.code, cell.name),
        lines=cell.lines,
        x=cell.x,
        y=cell.y,
        level=None if value is None else class_of(value, found),
        exact=None if value is None else measure.exact(value),
        url=link(cell.code) if link else None,
        is_marked=cell.code in marked,
    )


def _row(tile: Tile, grid: Grid) -> Row:
    group = [grid.groups[tile.code]] if grid.groups else []
    return Row(tile.name, (*group, tile.exact), tile.url)


def _legend(
    found: tuple[int, ...], shown: Mapping[str, int], measure: Measure
) -> tuple[Class, ...]:
    if not any(value > 0 for value in shown.values()):
        return ()
    words = [measure.short(cut) for cut in found]
    if measure.is_count and found:
        firsts = zip([1, *found], found, strict=False)
        inside = [(f"{a:,}" if a < b - 1 else None, measure.short(b - 1), True) for a, b in firsts]
        bounds = [*inside, (words[-1], None, False)]
    else:
        bounds = [(a, b, False) for a, b in zip([None, *words], [*words, None], strict=True)]
    return tuple(Class(level, *bound) for level, bound in enumerate(bounds, start=1))
