"""How values read: exact in a table, short on a chart."""

import pytest

from shop.charts import amounts, counts
from shop.charts.text import shorten, spread, width

YUAN, ENGLISH, SHOPS = amounts(), amounts("en"), counts("%s 家")


@pytest.mark.parametrize(
    ("fen", "exact", "short"),
    [
        (0, "¥0.00", "¥0"),
        (1, "¥0.01", "¥0.01"),
        (123, "¥1.23", "¥1.23"),
        (1_250, "¥12.50", "¥12.5"),
        (12_345, "¥123.45", "¥123"),
        (999_999, "¥9,999.99", "1 万元"),
        (1_000_000, "¥10,000.00", "1 万元"),
        (12_345_678, "¥123,456.78", "12.3 万元"),
        (99_999_999_99, "¥99,999,999.99", "1 亿元"),
        (1_234_567_890_123, "¥12,345,678,901.23", "123 亿元"),
        (-23_456_700, "-¥234,567.00", "-23.5 万元"),
    ],
)
def test_money_is_written_by_its_size(fen: int, exact: str, short: str) -> None:
    assert (YUAN.exact(fen), YUAN.short(fen)) == (exact, short)


def test_money_in_english_has_english_sizes() -> None:
    assert [ENGLISH.short(fen) for fen in (-1_250, 1_234_500, 123_456_789_00, 10**12)] == [
        "-¥12.5",
        "¥12.3K",
        "¥123M",
        "¥10bn",
    ]
    assert ENGLISH.exact(-123_456) == "-¥1,234.56"


def test_counts_carry_their_word() -> None:
    assert (SHOPS.exact(12_345), SHOPS.short(0), counts().short(-7)) == ("12,345 家", "0 家", "-7")


def test_the_ticks_of_an_axis_have_one_size() -> None:
    assert YUAN.ticks(range(-2_000_000, 4_000_001, 2_000_000)) == [
        "-2 万元",
        "0",
        "2 万元",
        "4 万元",
    ]
    assert YUAN.ticks([0, 500_000, 1_000_000]) == ["0", "0.5 万元", "1 万元"]
    assert YUAN.ticks([]) == []


def test_a_wide_character_takes_the_room_of_two() -> None:
    assert (width("敖汉A1"), width("")) == (2 * 13 + 2 * 7, 0)


@pytest.mark.parametrize(
    ("room", "shown"), [(78, "达尔罕茂明安"), (77, "达尔罕茂…"), (27, "达…"), (13, "…")]
)
def test_a_text_too_wide_for_its_room_is_cut(room: int, shown: str) -> None:
    assert shorten("达尔罕茂明安", room) == shown


def test_labels_keep_their_order_and_distance() -> None:
    assert spread([10, 12, 100], 20, 0, 120) == [10, 30, 100]
    assert spread([100, 12, 10], 20, 0, 120) == [100, 30, 10]
    assert spread([115, 118, 119], 20, 0, 120) == [80, 100, 120]
    assert spread([5], 20, 0, 120) == [5]
    assert spread([], 20, 0, 120) == []


def test_too_many_labels_stand_evenly() -> None:
    assert spread([1, 2, 3, 4], 50, 0, 90) == [0, 30, 60, 90]
