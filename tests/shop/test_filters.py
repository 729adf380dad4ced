"""How amounts and names read, by their size and by the page's language."""

import pytest
from flask import Flask, session
from markupsafe import Markup

from shop.money import Money
from shop.web.filters import big_money, named


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [
        (0, "¥0.00", "¥0.00"),
        (999_999, "¥9,999.99", "¥9,999.99"),
        (1_000_000, "1.00 万元", "¥10.00K"),
        (1_234_567_890, "1,234.57 万元", "¥12.35M"),
        (9_999_994_999, "9,999.99 万元", "¥100.00M"),
        (9_999_995_000, "1.00 亿元", "¥100.00M"),
        (99_999_500, "100.00 万元", "¥1.00M"),
        (10_000_000_000, "1.00 亿元", "¥100.00M"),
        (-123_456_789_012_345, "-12,345.68 亿元", "-¥1,234.57bn"),
    ],
)
def test_a_large_amount_reads_by_its_size(app: Flask, fen: int, chinese: str, english: str) -> None:
    with app.test_request_context("/"):
        session["locale"] = "zh_Hans_CN"
        assert big_money(Money(fen)) == chinese
    with app.test_request_context("/"):
        session["locale"] = "en"
        assert big_money(Money(fen)) == english


def test_no_amount_reads_as_nothing(app: Flask) -> None:
    with app.test_request_context("/"):
        assert big_money(None) == ""


def test_a_chinese_name_on_an_english_page_says_so(app: Flask) -> None:
    with app.test_request_context("/"):
        session["locale"] = "en"
        assert named("敖汉旗 <1>") == '<span lang="zh-Hans">敖汉旗 &lt;1&gt;</span>'
        assert named("Aohan") == "Aohan"
        assert named(Markup("<b>敖汉旗</b>")) == "<b>敖汉旗</b>"
        assert named(None) is None
    with app.test_request_context("/"):
        session["locale"] = "zh_Hans_CN"
        assert named("敖汉旗") == "敖汉旗"
