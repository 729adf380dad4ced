"""Bars and stacked bars: what is drawn, where, and what the table says."""

import pytest

from shop.charts import Item, Row, Stack, amounts, bars, counts, stacked

YUAN, PLAIN = amounts(), counts()


def test_the_largest_comes_first_and_the_unknown_last() -> None:
    chart = bars([Item("A", 100), Item("B", None), Item("C", 400, "/c"), Item("D", 0)], PLAIN)
    assert [(bar.label, bar.kind, bar.x, bar.width, bar.top) for bar in chart.bars] == [
        ("C", "more", "0.00%", "100.00%", 0),
        ("A", "more", "0.00%", "25.00%", 44),
        ("D", "zero", "0.00%", "0.00%", 88),
        ("B", "none", "0.00%", "0.00%", 132),
    ]
    assert chart.rows == (
        Row("C", ("400",), "/c"),
        Row("A", ("100",)),
        Row("D", ("0",)),
        Row("B", (None,)),
    )
    assert (chart.height, chart.zero, chart.has_links, chart.is_empty) == (176, None, True, False)


def test_bars_keep_the_given_order_if_told() -> None:
    chart = bars([Item("A", 1), Item("B", 2)], PLAIN, ranked=False)
    assert [bar.label for bar in chart.bars] == ["A", "B"]


def test_a_limit_leaves_the_rest_to_the_table() -> None:
    chart = bars([Item(str(n), n) for n in range(5)], PLAIN, limit=2)
    assert ([bar.label for bar in chart.bars], len(chart.rows)) == (["4", "3"], 5)


def test_what_is_below_zero_stands_to_its_left() -> None:
    chart = bars([Item("A", 300), Item("B", -100)], PLAIN)
    assert chart.zero == "25.00%"
    assert [(bar.kind, bar.x, bar.width) for bar in chart.bars] == [
        ("more", "25.00%", "75.00%"),
        ("less", "0.00%", "25.00%"),
    ]


def test_a_bar_says_its_value_short_and_exactly() -> None:
    chart = bars([Item("达尔罕茂明安联合旗惠隆杂粮种植农民专业合作社", 12_345_678)], YUAN)
    assert (chart.bars[0].short, chart.bars[0].exact) == ("12.3 万元", "¥123,456.78")
    assert chart.bars[0].shown == "达尔罕茂明安联合旗惠隆杂粮种…"


def test_no_items_or_only_unknown_ones_are_an_empty_chart() -> None:
    assert bars([], PLAIN).is_empty
    assert bars([Item("A", None)], PLAIN).is_empty
    assert not bars([Item("A", 0)], PLAIN).is_empty


def test_parts_follow_one_another() -> None:
    chart = stacked(
        ["下单", "验收", "付款"], [Stack("A", [50, 0, 30], "/a"), Stack("B", [20, 0, 0])], PLAIN
    )
    assert [(part.number, part.x, part.width) for part in chart.bars[0].segments] == [
        (1, "0.00%", "62.50%"),
        (3, "62.50%", "37.50%"),
    ]
    assert [part.width for part in chart.bars[1].segments] == ["25.00%"]
    assert chart.rows == (Row("A", ("50", "0", "30", "80"), "/a"), Row("B", ("20", "0", "0", "20")))
    assert (chart.bars[0].spoken, chart.bars[0].total) == ("下单 50 · 付款 30", "80")
    assert (chart.bars[0].note, chart.bars[0].more) == ("下单 50 · 付款 30", "")
    assert (chart.height, chart.zero, chart.has_links) == (132, None, True)


def test_parts_that_must_not_be_added_have_no_sum() -> None:
    chart = stacked(["A", "B"], [Stack("X", [1, 2])], PLAIN, totals=False)
    assert (chart.bars[0].total, chart.rows[0].cells, chart.shows_totals) == ("", ("1", "2"), False)


def test_parts_below_zero_hide_nothing() -> None:
    chart = stacked(["A", "B"], [Stack("X", [60, -40])], PLAIN)
    assert chart.zero == "40.00%"
    assert [(part.x, part.width) for part in chart.bars[0].segments] == [
        ("40.00%", "60.00%"),
        ("0.00%", "40.00%"),
    ]


def test_parts_for_which_a_phone_has_no_room_are_named_where_there_is() -> None:
    names = ["渠道" * 4, "来源" * 4, "阶段" * 4]
    (bar,) = stacked(names, [Stack("X", [99, 1, 7])], PLAIN).bars
    assert bar.note == f"{names[0]} 99 · {names[1]} 1"
    assert bar.more == f" · {names[2]} 7"


def test_stacks_without_anything_are_empty() -> None:
    assert stacked(["A"], [Stack("X", [0])], PLAIN).is_empty
    assert stacked(["A"], [], PLAIN).is_empty


def test_uneven_or_too_many_series_are_refused() -> None:
    with pytest.raises(ValueError, match="one value for each"):
        stacked(["A", "B"], [Stack("X", [1])], PLAIN)
    with pytest.raises(ValueError, match="told apart"):
        stacked(list("ABCDEFG"), [Stack("X", [1] * 7)], PLAIN)
