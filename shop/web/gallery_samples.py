"""Plain values for the gallery: usual ones, empty ones, the longest names and the largest sums."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace as Sample
from typing import Any

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from shop import charts
from shop.money import Money
from shop.units import UNITS, Quantity
from shop.web.choices import choices
from shop.web.forms import AmountField, DayField, Form, LineField, MoneyField, TextBlockField

TODAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 4, 5, tzinfo=UTC)
HERE = "/gallery"
LONG_NAME = "敖汉旗惠隆杂粮种植农民专业合作社联合社（四道湾子镇白斯朗营子村）"
LONG_NAME_EN = (
    "Aohan Banner Huilong Coarse Grain Growers' Specialised Cooperative Union "
    "(Baisilangyingzi Village, Sidaowanzi Town)"
)
MONGOLIAN_NAME = "ᠥᠪᠥᠷ ᠮᠣᠩᠭᠤᠯ ᠤᠨ ᠥᠪᠡᠷᠲᠡᠭᠡᠨ ᠵᠠᠰᠠᠬᠤ ᠣᠷᠣᠨ"
LONG_WORD = "A20260630000001B20260630000002C20260630000003D20260630000004"
GRAINS = [("a", "小米 Millet"), ("b", "荞麦 Buckwheat"), ("c", LONG_NAME)]
CHOICES = choices(GRAINS)

MANY = choices([*GRAINS, *((f"{number}", f"{number:02d} 杂粮 Grain") for number in range(1, 8))])


def long_name() -> str:
    return LONG_NAME_EN if get_locale().language == "en" else LONG_NAME


class SampleForm(Form):
    """One field of every kind."""

    name = LineField("称呼 Name", [InputRequired()])
    nickname = LineField("别名 Other name")
    password = PasswordField("密码 Password", [InputRequired()])
    amount = MoneyField("单价（元） Price (yuan)", [InputRequired()])
    weight = AmountField("重量（千克） Weight (kg)")
    day = DayField("送货日期 Day of delivery")
    kind = SelectField("品类 Kind", choices=CHOICES)
    way = RadioField("方式 Way", choices=CHOICES[:2])
    covers = SelectMultipleField(
        "覆盖的商品 Products covered", choices=CHOICES, option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )  # fmt: skip
    goods = SelectMultipleField(
        "可供的商品 Products on offer", choices=MANY, option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )  # fmt: skip
    note = TextBlockField("备注 Note")
    picture = FileField("照片 Photograph")
    agreed = BooleanField("已查验随货合格证明 The certificate was seen")


def form(prefix: str, **values: Any) -> SampleForm:
    """The sample form with ids of its own."""
    return SampleForm(formdata=None, prefix=f"{prefix}-", data=values)


def wrong_form(prefix: str) -> SampleForm:
    """Everything typed wrongly, and refused in words."""
    made = form(prefix, name="", note="1", day=None)
    made.refuse("name", _("请填写。"))
    made.amount.raw_text = "十元"
    made.day.raw_text = "30.6.2026"
    for field in (made.amount, made.weight, made.day, made.kind, made.way, made.covers):
        made.refuse(field.short_name, _("请填写。"))
    made.refuse("picture", _("请重新选择文件。"))
    made.refuse("agreed", _("请先查验。"))
    made.refuse(None, _("这张表单刚才已经提交过。"))
    return made


def disabled_form(prefix: str) -> SampleForm:
    made = form(prefix, name="草原来客", amount=Money(2_480))
    for field in made:
        field.render_kw = {**(field.render_kw or {}), "disabled": True}
        field.flags.disabled = True
    return made


def card(**changes: Any) -> Sample:
    usual: dict[str, Any] = {
        "url": HERE, "picture_url": "/static/img/products/millet.webp", "picture_set": "",
        "name": "敖汉小米", "place": "赤峰市 敖汉旗", "producer_name": "惠隆合作社",
        "price": Money(2_480), "per_label": "5 kg", "certificates": [_("绿色食品")],
        "is_available": True, "unavailable_label": None, "counts_label": None,
    }  # fmt: skip
    return Sample(**{**usual, **changes})


def option(label: str, count: int | None, selected: bool = False) -> Sample:
    return Sample(label=label, value=label, count=count, selected=selected, url=HERE)


def groups(prefix: str, chosen: bool = False) -> list[Sample]:
    places = [option("赤峰市", 128, chosen), option("兴安盟", 36), option(long_name(), 0)]
    kinds = [option(f"{number:02d} 杂粮", number) for number in range(1, 13)]
    return [
        Sample(label="产地 Origin", name=f"{prefix}-place", options=places),
        Sample(label="品类 Kind", name=f"{prefix}-kind", options=kinds),
    ]


def pages(number: int, of: int, total: int) -> Sample:
    return Sample(
        number=number, pages=of, total=total,
        prev_url=HERE if number > 1 else None, next_url=HERE if number < of else None,
    )  # fmt: skip


def events() -> list[Sample]:
    return [
        Sample(label=_("验收"), at=NOW, actor="周谷雨", note=None),
        Sample(label="称重 Weighed", at=NOW, actor=long_name(), note="一件破损，当场退回。"),
        Sample(label="下单 Placed", at=NOW, actor=None, note=None),
    ]


def links() -> list[Sample]:
    """A trace chain with a link that is missing."""
    made = [
        ("base", "基地 Base", "四道湾子旱作基地", "1,200 亩", HERE),
        ("household", "户 Households", "带动 23 户", None, None),
        ("cooperative", "合作社 Cooperative", long_name(), None, HERE),
        ("certificate", "证书 Certificate", None, None, None),
    ]
    return [
        Sample(kind=kind, kind_label=label, title=title, detail=detail, url=url)
        for kind, label, title, detail, url in made
    ]


def channel(label: str, counts: bool, *fen: int) -> Sample:
    names = ("placed", "accepted", "paid", "completed")
    amounts = {name: Money(one) for name, one in zip(names, fen, strict=True)}
    return Sample(label=label, counts=counts, **amounts)


def icon_names() -> list[str]:
    """Every picture of the sprite."""
    sprite = Path(current_app.static_folder or "") / "img" / "icons.svg"
    return re.findall(r'id="([a-z-]+)"', sprite.read_text(encoding="utf-8"))


def samples() -> dict[str, Any]:
    """Everything that the states of the gallery name."""
    return {
        "today": TODAY, "now": NOW, "here": HERE, "long_name": long_name(),
        "long_word": LONG_WORD, "long_text": long_name() * 6,
        "none_yet": None, "little": Money(5), "some": Money(2_480), "negative": Money(-123_456),
        "large": Money(999_999_999), "huge": Money(9_999_999_999), "wan": Money(123_456_789), "yi": Money(98_765_432_109),
        "packs": Quantity(12, UNITS["piece"]), "tonnes": Quantity(98_765_432, UNITS["kg"]),
        "soon": date(2026, 7, 3), "far": date(2027, 12, 31), "past": date(2026, 6, 1),
        "form": form, "wrong_form": wrong_form, "disabled_form": disabled_form,
        "card": card, "groups": groups, "pages": pages, "events": events(), "links": links(),
        "channel": channel, "Sample": Sample, "icon_names": icon_names, "charts": charts,
        "yuan": charts.amounts(get_locale().language), "mongolian_name": MONGOLIAN_NAME,
    }  # fmt: skip
