"""A pasted list is read as people write it; nothing that was written is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.purchasing.amounts import Fault, Measured, Sold, measured, nearest
from orders.purchasing.capitals import in_capitals
from orders.purchasing.paste import Row, key_in, numeral, read_amount, read_list, read_row
from shop.money import Money


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("敖汉小米 5 袋", Row("敖汉小米", "5", "袋")),
        ("敖汉小米5袋", Row("敖汉小米", "5", "袋")),
        ("敖汉小米 5", Row("敖汉小米", "5")),
        ("敖汉小米×5", Row("敖汉小米", "5")),
        ("5袋 敖汉小米", Row("敖汉小米", "5", "袋")),
        ("1. 敖汉小米，5，袋", Row("敖汉小米", "5", "袋")),
        ("（2）敖汉小米 5 袋", Row("敖汉小米", "5", "袋")),
        ("- 羊肉 10斤", Row("羊肉", "10", "斤")),
        ("牛肉 20.5公斤", Row("牛肉", "20.5", "公斤")),
        ("敖汉小米 1,200 袋", Row("敖汉小米", "1200", "袋")),
        ("３号面粉 １０袋", Row("3号面粉", "10", "袋")),
        ("小米五袋", Row("小米", "5", "袋")),
        ("小米十二袋", Row("小米", "12", "袋")),
        ("敖汉小米 2.5kg/袋 5 袋", Row("敖汉小米 2.5kg/袋", "5", "袋")),
        ("1.5kg装小米 2", Row("1.5kg装小米", "2")),
        ("敖汉小米\t5\t袋", Row("敖汉小米", "5", "袋")),
        ("1\t敖汉小米\t2.5kg/袋\t5\t袋", Row("敖汉小米", "5", "袋")),
        ("敖汉小米\t2.5kg\t5\t袋", Row("敖汉小米", "5", "袋")),
        ("敖汉小米\t2.5kg\t5", Row("敖汉小米", "5")),
        ("millet\t5\tbags", Row("millet", "5", "bags")),
        ("敖汉小米", Row("敖汉小米")),
        ("@王师傅 土豆 100斤，要大的", Row("土豆 要大的", "100", "斤")),
        ("肥牛片,500克/盒,盒,\"1,200\"", Row("肥牛片", "1200")),
        ("12", Row("12")),
        ("http://localhost/products/abcDEF123456_-xx 5",
         Row("http://localhost/products/abcDEF123456_-xx", "5")),
    ],
)  # fmt: skip
def test_a_line_is_read_as_it_is_written(line: str, row: Row) -> None:
    assert read_row(line) == row


def test_headings_rules_and_empty_lines_are_no_rows() -> None:
    text = "明天要的货：\n序号\t品名\t数量\t单位\n1\t敖汉小米\t5\t袋\n\n-----\n  \n羊肉 3 斤\r\n"
    assert read_list(text) == [Row("敖汉小米", "5", "袋"), Row("羊肉", "3", "斤")]


@given(st.text(max_size=200))
def test_no_line_breaks_the_reading(line: str) -> None:
    row = read_row(line)
    assert read_amount(row.amount)[0] == row.number


@given(
    st.text(alphabet="敖汉小米牛肉面荞麦", min_size=2, max_size=12),
    st.integers(min_value=1, max_value=999_999),
    st.sampled_from(["袋", "盒", "箱", "公斤", "斤", ""]),
    st.sampled_from([" ", "\t", "，", "  "]),
)
def test_name_amount_and_unit_come_back(name: str, number: int, unit: str, gap: str) -> None:
    line = gap.join([name, str(number), unit] if unit else [name, str(number)])
    assert read_row(line) == Row(name, str(number), unit)


@given(st.lists(st.text(alphabet="敖汉小米0123袋 \t，", min_size=1, max_size=20), max_size=20))
def test_every_line_with_words_is_a_row(lines: list[str]) -> None:
    written = [line for line in lines if line.strip(" \t，")]
    assert len(read_list("\n".join(lines))) == len(written)


def test_chinese_numerals() -> None:
    assert [numeral(text) for text in ("五", "十", "十二", "二十", "两", "九十九", "", "斤")] == [
        5, 10, 12, 20, 2, 99, None, None,
    ]  # fmt: skip


def test_a_products_address_names_it() -> None:
    assert key_in("https://example.test/products/abcDEF123456_-xx?x=1") == "abcDEF123456_-xx"
    assert key_in("敖汉小米") is None


BAG = Sold("pack", ("袋", "bag"), 2_500, "g")
EGGS = Sold("pack", ("箱", "box"), 30, "piece")
MEAT = Sold("kilogram", ("箱", "box"), 5_000, "g")


@pytest.mark.parametrize(
    ("number", "unit", "sold", "found"),
    [
        ("5", "袋", BAG, Measured(5)),
        ("5", "", BAG, Measured(5)),
        ("5.0", "", BAG, Measured(5)),
        ("5", "Bag", BAG, Measured(5)),
        ("10", "斤", BAG, Measured(2)),
        ("5", "kg", BAG, Measured(2)),
        ("6", "千克", BAG, Measured(fault=Fault.WHOLE, around=(2, 3))),
        ("1", "斤", BAG, Measured(fault=Fault.WHOLE, around=(1,))),
        ("2.5", "袋", BAG, Measured(fault=Fault.WHOLE, around=(2, 3))),
        ("3", "箱", BAG, Measured(fault=Fault.UNIT, around=(3,))),
        ("0", "袋", BAG, Measured(fault=Fault.NUMBER)),
        ("", "袋", BAG, Measured(fault=Fault.NUMBER)),
        ("60", "枚", EGGS, Measured(2)),
        ("20.5", "", MEAT, Measured(20_500)),
        ("20", "斤", MEAT, Measured(10_000)),
        ("1", "箱", MEAT, Measured(fault=Fault.UNIT)),
        ("0.0001", "", MEAT, Measured(fault=Fault.WHOLE)),
    ],
)
def test_an_amount_is_taken_in_the_offers_measure(
    number: str, unit: str, sold: Sold, found: Measured
) -> None:
    assert measured(number, unit, sold) == found


@given(
    st.integers(1, 10_000), st.integers(1, 200), st.integers(1, 50), st.integers(0, 5_000)
)  # fmt: skip
def test_what_is_offered_instead_can_be_ordered(
    quantity: int, minimum: int, multiple: int, free: int
) -> None:
    for amount in nearest(quantity, minimum=minimum, multiple=multiple, free=free):
        assert amount >= minimum
        assert amount % multiple == 0
        assert amount <= free


def test_the_amounts_around_are_the_nearest() -> None:
    assert nearest(7, minimum=5, multiple=5) == [5, 10]
    assert nearest(2, minimum=5, multiple=5) == [5]
    assert nearest(50, minimum=5, multiple=5, free=23) == [20]
    assert nearest(50, minimum=5, multiple=5, free=4) == []


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"), (5, "伍分"), (150, "壹元伍角整"), (105, "壹元零伍分"),
        (16409_02, "壹万陆仟肆佰零玖元零贰分"), (1680_32, "壹仟陆佰捌拾元叁角贰分"),
        (100_045_000_00, "壹亿零肆万伍仟元整"), (-298_00, "负贰佰玖拾捌元整"),
        (1_004_50, "壹仟零肆元伍角整"), (10_000_000_100, "壹亿零壹元整"),
    ],
)  # fmt: skip
def test_amounts_in_capitals(fen: int, words: str) -> None:
    assert in_capitals(Money(fen)) == words
