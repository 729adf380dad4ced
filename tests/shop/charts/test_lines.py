"""Lines over periods, and the small line of a word's size."""

import pytest

from shop.charts import Row, Series, amounts, counts, lines, sparkline

YUAN, PLAIN = amounts(), counts()


def test_points_stand_between_the_first_and_the_last_period() -> None:
    chart = lines(["1月", "2月", "3月"], [Series("832", [0, 50, 100], "/832")], PLAIN)
    line = chart.lines[0]
    assert line.paths == ("0,208 500,104 1000,0",)
    assert [(point.x, point.y, point.exact) for point in line.points] == [
        ("16.00%", 226, "0"),
        ("42.00%", 122, "50"),
        ("68.00%", 18, "100"),
    ]
    assert (line.last_short, line.label_y, line.marker) == ("100", 18, "circle")
    assert [(tick.text, tick.y, tick.is_zero) for tick in chart.ticks] == [
        ("0", 226, True),
        ("50", 122, False),
        ("100", 18, False),
    ]
    assert chart.rows == (Row("1月", ("0",)), Row("2月", ("50",)), Row("3月", ("100",)))
    assert (chart.headings, chart.across, chart.has_links) == (("832",), "68.00%", True)


def test_a_gap_breaks_the_line_and_a_lonely_point_stays() -> None:
    chart = lines(list("abcde"), [Series("A", [1, 2, None, 4, None])], PLAIN)
    line = chart.lines[0]
    assert line.paths == ("0,156 250,104",)
    assert [point.period for point in line.points] == ["a", "b", "d"]
    assert line.last is not None
    assert (line.last.period, line.last_short) == ("d", "4")
    assert chart.rows[2] == Row("c", (None,))


def test_labels_of_lines_that_end_together_stand_apart() -> None:
    chart = lines(["1", "2"], [Series(name, [0, 100]) for name in "ABC"], PLAIN)
    places = [line.label_y for line in chart.lines]
    assert places == [18, 52, 86]
    assert len({line.marker for line in chart.lines}) == 3


def test_values_below_zero_have_room() -> None:
    chart = lines(["1", "2"], [Series("A", [-300, 500])], PLAIN)
    assert [tick.text for tick in chart.ticks] == ["-400", "-200", "0", "200", "400", "600"]
    assert [tick.y for tick in chart.ticks if tick.is_zero] == [143]


def test_a_series_without_values_has_no_line_but_its_column() -> None:
    chart = lines(["1", "2"], [Series("A", [1, 2]), Series("B", [None, None])], PLAIN)
    assert (chart.lines[1].last, chart.lines[1].paths) == (None, ())
    assert chart.rows[0].cells == ("1", None)


def test_a_phone_names_fewer_periods_and_always_the_last() -> None:
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    chart = lines(months, [Series("A", list(range(12)))], PLAIN)
    assert [period.text for period in chart.periods] == months[2::3]
    assert [period.text for period in chart.periods if period.on_phone] == [
        "2026-06",
        "2026-12",
    ]


def test_one_period_is_a_point() -> None:
    chart = lines(["1"], [Series("A", [5])], PLAIN)
    assert (chart.lines[0].paths, chart.lines[0].points[0].x) == ((), "16.00%")


def test_nothing_known_is_an_empty_chart() -> None:
    assert lines([], [], PLAIN).is_empty
    assert lines(["1"], [Series("A", [None])], YUAN).is_empty


def test_uneven_or_too_many_series_are_refused() -> None:
    with pytest.raises(ValueError, match="one value for each"):
        lines(["1", "2"], [Series("A", [1])], PLAIN)
    with pytest.raises(ValueError, match="told apart"):
        lines(["1"], [Series(name, [1]) for name in "ABCDEFG"], PLAIN)


def test_a_small_line_fills_its_box() -> None:
    drawn = sparkline([3, 5, None, 9, 6])
    assert drawn.paths == ("3,21 26,15", "71,3 93,12")
    assert (drawn.last, drawn.is_empty) == ((93, 12), False)


def test_a_flat_line_runs_midway_and_none_is_none() -> None:
    assert sparkline([2, 2]).paths == ("3,12 93,12",)
    assert sparkline([]).is_empty
    assert sparkline([None]).is_empty
    assert sparkline([4]).last == (3, 12)
