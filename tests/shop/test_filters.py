"""How amounts and names read, by their size and by the page's language."""

import csv
import re
from pathlib import Path

import pytest
from flask import Flask, session
from flask_babel import force_locale
from markupsafe import Markup

from catalog.storage import WAYS, storage_choices, storage_shown
from producers.issuers import ISSUERS, issuer_shown
from shop.actor import SYSTEM_NAMES, name_shown
from shop.money import Money
from shop.web.filters import big_money, measure, month_name, named


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


def test_a_weight_reads_like_every_other_number(app: Flask) -> None:
    with app.test_request_context("/"):
        assert measure(1_320_500, "kilogram", "袋") == "1,320.5 千克"
        assert measure(15_000, "kilogram", "袋") == "15 千克"
        assert measure(1_860, "pack", "袋") == "1,860 袋"


@pytest.mark.parametrize(("locale", "expected"), [("zh_Hans_CN", "6 月"), ("en", "June")])
def test_a_month_has_a_name(app: Flask, locale: str, expected: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert month_name(6) == expected


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


def test_the_systems_own_actors_are_named_in_the_pages_language(app: Flask) -> None:
    with app.test_request_context("/"):
        session["locale"] = "en"
        assert name_shown("支付渠道") == "Payment provider"
        assert name_shown("林小满") == "林小满"
    with app.test_request_context("/"):
        session["locale"] = "zh_Hans_CN"
        assert name_shown("到期处理") == "到期处理"


def test_every_system_actor_has_a_name_to_show() -> None:
    found = {
        name
        for room in ("shop", "producers", "catalog", "orders")
        for file in Path(room).rglob("*.py")
        for name in re.findall(r'system_actor\("([^"]+)"\)', file.read_text(encoding="utf-8"))
    }
    assert found
    assert found <= set(SYSTEM_NAMES)


def test_every_known_kind_of_certificate_has_an_issuer_with_an_english_name(app: Flask) -> None:
    with Path("producers/data/certificate_types.csv").open(encoding="utf-8", newline="") as file:
        shipped = {row["issuer"] for row in csv.DictReader(file)}
    assert shipped == set(ISSUERS)
    with app.test_request_context("/"):
        session["locale"] = "en"
        assert all(issuer_shown(issuer).isascii() for issuer in shipped)
        assert issuer_shown("敖汉旗市场监督管理局") == "敖汉旗市场监督管理局"


def test_how_goods_are_kept_has_english_words_and_a_choice_of_what_is_on_record(app: Flask) -> None:
    with Path("demo/data/products.csv").open(encoding="utf-8", newline="") as file:
        assert {row["storage"] for row in csv.DictReader(file)} <= set(WAYS)
    with app.test_request_context("/"):
        session["locale"] = "en"
        assert storage_shown("常温") == "Room temperature"
        assert storage_shown("地窖") == "地窖"
        assert [way for way, _shown in storage_choices("地窖")] == [*WAYS, "地窖"]
        assert [way for way, _shown in storage_choices("常温")] == [*WAYS]
