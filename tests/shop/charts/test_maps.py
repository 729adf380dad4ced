"""The tile maps: every division once, prefectures in one piece, neighbours near."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from shop.charts import Row, amounts, counts, tile_map_banners, tile_map_provinces
from shop.charts.grids import CELL, PREFECTURES, Grid, banners, provinces

PLAIN = counts()
DIVISIONS = Path(__file__).parents[3] / "shop/regions/data/divisions_counties.csv"
SPECIAL = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}
ZONES = {"150172", "150271", "150571", "152571", "152971"}  # development zones, no divisions
BORDERS = (
    "新疆西藏 新疆青海 新疆甘肃 西藏青海 西藏四川 西藏云南 青海甘肃 青海四川 甘肃宁夏 甘肃陕西 甘肃四川 甘肃内蒙古 "
    "宁夏陕西 宁夏内蒙古 陕西内蒙古 陕西山西 陕西河南 陕西湖北 陕西重庆 陕西四川 山西内蒙古 山西河北 山西河南 "
    "内蒙古河北 内蒙古辽宁 内蒙古吉林 内蒙古黑龙江 黑龙江吉林 吉林辽宁 辽宁河北 河北北京 河北天津 北京天津 "
    "河北山东 河北河南 山东河南 山东安徽 山东江苏 河南安徽 河南湖北 四川重庆 四川贵州 四川云南 重庆贵州 重庆湖北 "
    "重庆湖南 云南贵州 云南广西 贵州广西 贵州湖南 湖北安徽 湖北江西 湖北湖南 安徽江苏 安徽浙江 安徽江西 江苏浙江 "
    "江苏上海 上海浙江 浙江福建 浙江江西 江西福建 江西广东 江西湖南 湖南广东 湖南广西 广西广东 广东福建 "
    "广东香港 广东澳门 广东海南 福建台湾"
)  # by land, or across a strait
UNTRUE = {
    "北京-辽宁",
    "天津-山东",
    "天津-江苏",
    "澳门-香港",
    "福建-香港",
    "四川-宁夏",
    "河南-重庆",
    "湖北-贵州",
    "台湾-浙江",
    "海南-澳门",
}  # what no grid avoids


def divisions(prefix: str, level: str) -> dict[str, str]:
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] == level]
    return {row["code"]: row["name"] for row in rows if row["code"].startswith(prefix)}


def spots(grid: Grid) -> dict[tuple[int, int], str]:
    return {(cell.x // CELL, cell.y // CELL): cell.code for cell in grid.cells}


def test_every_banner_stands_once_on_a_cell_of_its_own() -> None:
    grid = banners()
    expected = divisions("15", "county")
    for zone in ZONES:
        del expected[zone]
    assert {cell.code: cell.name for cell in grid.cells} == expected
    assert (len(grid.cells), len(spots(grid))) == (103, 103)
    assert Counter(grid.groups.values()).most_common(1) == [("呼伦贝尔市", 14)]


def test_every_province_stands_once_on_a_cell_of_its_own() -> None:
    grid = provinces()
    assert {cell.code: cell.name for cell in grid.cells} == divisions("", "province") | SPECIAL
    assert (len(grid.cells), len(spots(grid))) == (34, 34)


@pytest.mark.parametrize("prefecture", PREFECTURES)
def test_a_prefecture_is_in_one_piece(prefecture: str) -> None:
    own = {spot for spot, code in spots(banners()).items() if code.startswith(prefecture)}
    reached: set[tuple[int, int]] = set()
    waiting = [next(iter(own))]
    while waiting:
        x, y = spot = waiting.pop()
        reached.add(spot)
        near = {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)}
        waiting += (near & own) - reached
    assert reached == own


def test_prefectures_lie_as_they_do_on_the_ground() -> None:
    places: dict[str, list[tuple[int, int]]] = {}
    for spot, code in spots(banners()).items():
        places.setdefault(PREFECTURES[code[:4]][0], []).append(spot)
    west_to_east = [
        "阿拉善盟",
        "乌海市",
        "巴彦淖尔市",
        "包头市",
        "呼和浩特市",
        "乌兰察布市",
        "锡林郭勒盟",
        "赤峰市",
        "通辽市",
    ]
    middles = [sum(x for x, _ in places[name]) * 100 // len(places[name]) for name in west_to_east]
    assert middles == sorted(middles)
    north_to_south = ["呼伦贝尔市", "兴安盟", "通辽市"]
    downs = [sum(y for _, y in places[name]) * 100 // len(places[name]) for name in north_to_south]
    assert downs == sorted(downs)


def test_provinces_stand_beside_their_true_neighbours() -> None:
    names = {cell.code: "".join(part for part, _ in cell.lines) for cell in provinces().cells}
    at = {name: spot for spot, code in spots(provinces()).items() for name in [names[code]]}
    true = {
        frozenset((first, second))
        for pair in BORDERS.split()
        for first in at
        for second in at
        if pair == first + second
    }
    assert len(true) == len(BORDERS.split())
    near = {
        frozenset((a, b))
        for a, (x, y) in at.items()
        for b, (u, v) in at.items()
        if a != b and max(abs(x - u), abs(y - v)) == 1
    }
    assert all(any(name in pair for pair in near & true) for name in at)
    assert len(near & true) >= 60
    side_by_side = {
        frozenset((a, b))
        for a, (x, y) in at.items()
        for b, (u, v) in at.items()
        if abs(x - u) + abs(y - v) == 1
    }
    assert {"-".join(sorted(pair)) for pair in side_by_side - true} == UNTRUE


def test_darker_is_more_and_unknown_is_not_nothing() -> None:
    values = {"150430": 500, "150421": 90, "150422": 10, "150423": 0, "150425": -5}
    chart = tile_map_banners(
        values, PLAIN, marked=["150430", "150102"], link=lambda code: f"/{code}"
    )
    tiles = {tile.code: tile for tile in chart.tiles}
    assert [tiles[code].level for code in values] == [3, 2, 1, 0, 0]
    assert (tiles["150102"].level, tiles["150102"].exact, tiles["150102"].is_marked) == (
        None,
        None,
        True,
    )
    assert (tiles["150430"].exact, tiles["150430"].url, tiles["150430"].is_marked) == (
        "500",
        "/150430",
        True,
    )
    assert [(each.level, each.low, each.high) for each in chart.legend] == [
        (1, "1", "89"),
        (2, "90", "499"),
        (3, "500", None),
    ]
    assert (chart.has_zero, chart.has_negative, chart.has_unknown, chart.has_marks) == (True,) * 4


def test_the_legend_of_whole_things_names_the_last_of_a_class_and_of_others_the_next() -> None:
    values = {code: n for n, code in enumerate(("150430", "150421", "150422", "150423"), start=1)}
    pieces = tile_map_banners(values, counts("%s 件")).legend
    assert [(each.low, each.high) for each in pieces] == [
        (None, "1 件"), (None, "2 件"), (None, "3 件"), ("4 件", None)
    ]  # fmt: skip
    yuan = tile_map_banners({code: n * 100 for code, n in values.items()}, amounts()).legend
    assert [(each.low, each.high) for each in yuan] == [
        (None, "¥2"), ("¥2", "¥3"), ("¥3", "¥4"), ("¥4", None)
    ]  # fmt: skip


def test_the_table_of_a_map_begins_with_the_most() -> None:
    chart = tile_map_banners({"150430": 500, "150102": 900}, PLAIN)
    assert chart.rows[:2] == (
        Row("新城区", ("呼和浩特市", "900")),
        Row("敖汉旗", ("赤峰市", "500")),
    )
    assert (len(chart.rows), chart.rows[-1].cells[1], chart.has_links) == (103, None, False)


def test_a_place_without_a_tile_is_counted_in_the_table() -> None:
    chart = tile_map_banners({"152571": 7, "999999": 1}, PLAIN, names={"152571": "乌拉盖"})
    assert chart.rows[:2] == (Row("乌拉盖", (None, "7")), Row("999999", (None, "1")))
    assert not chart.is_empty


def test_provinces_have_no_groups() -> None:
    chart = tile_map_provinces({"110000": 12_345_678}, amounts(), names={"110000": "Beijing"})
    assert chart.rows[0] == Row("Beijing", ("¥123,456.78",))
    assert (chart.borders, chart.captions, chart.has_groups) == ("", (), False)
    assert [(each.level, each.low, each.high) for each in chart.legend] == [(1, None, None)]


def test_a_map_without_values_is_empty() -> None:
    assert tile_map_banners({}, PLAIN).is_empty
    assert tile_map_provinces({}, PLAIN).is_empty


def test_one_prefecture_stands_alone() -> None:
    chart = tile_map_banners({"150430": 500}, PLAIN, prefecture="1504")
    assert {tile.code[:4] for tile in chart.tiles} == {"1504"}
    assert (min(tile.x for tile in chart.tiles), min(tile.y for tile in chart.tiles)) == (0, 0)
    assert chart.borders
    assert not chart.has_groups
    assert chart.width < tile_map_banners({}, PLAIN).width


def test_a_small_map_has_every_tile_and_names_those_with_a_value() -> None:
    values = {"150430": 500, "150421": 0, "150102": 900, "152571": 7}
    chart = tile_map_banners(values, PLAIN)
    squares = {shape.level: shape.path.count("M") for shape in chart.shapes}
    assert sum(squares.values()) == len(chart.tiles)
    assert squares[None] == chart.unknown == len(chart.tiles) - 3
    assert [(league.name, [tile.code for tile in league.tiles]) for league in chart.leagues] == [
        ("呼和浩特市", ["150102"]),
        ("赤峰市", ["150430", "150421"]),
    ]
    assert tile_map_provinces({"110000": 1}, PLAIN).leagues == ()


def test_places_are_called_as_the_page_calls_them() -> None:
    chart = tile_map_banners({"150430": 500}, PLAIN, called=lambda code, name: f"{code} {name}")
    assert next(tile for tile in chart.tiles if tile.code == "150430").name == "150430 敖汉旗"
    assert chart.leagues[0].name == "150400 赤峰市"
    assert chart.rows[0].cells[0] == "150400 赤峰市"
