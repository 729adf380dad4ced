"""How values read on a page: one way for each kind."""

import re
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_skeleton, get_month_names
from flask import Flask
from flask_babel import format_date, format_datetime, get_locale, gettext
from markupsafe import Markup, escape

from shop.actor import name_shown
from shop.money import Money
from shop.regions import english
from shop.regions.models import Region
from shop.units import UNITS, PriceBasis, Quantity, plain_decimal


def money(amount: Money | None) -> str:
    return "" if amount is None else str(amount)


def wan_yuan(amount: Money) -> str:
    """万元 with two decimals, rounded half up, for official tables (totals are summed first)."""
    fen = amount.fen
    hundredths = (abs(fen) + 5_000) // 10_000
    sign = "-" if fen < 0 and hundredths else ""
    return f"{sign}{hundredths // 100:,}.{hundredths % 100:02d}"


# From how many fen, a unit of how many fen, and its word. What would round up to the next
# unit is written in that one.
CHINESE_SIZES = ((10**10 - 5_000, 10**10, "亿元"), (10**6, 10**6, "万元"))
ENGLISH_SIZES = ((10**11 - 500_000, 10**11, "bn"), (10**8 - 500, 10**8, "M"), (10**6, 10**5, "K"))


def big_money(amount: Money | None) -> str:
    """By its size: 元 to the fen, 万元 and 亿元 with two decimals; in English ¥, K, M and bn.

    For dashboards; what is exact stands beside it or on hover.
    """
    if amount is None:
        return ""
    steps = ENGLISH_SIZES if get_locale().language == "en" else CHINESE_SIZES
    size = abs(amount.fen)
    sign = "-" if amount.fen < 0 else ""
    for least, unit, word in steps:
        if size >= least:
            hundredths = (size * 100 + unit // 2) // unit
            figure = f"{hundredths // 100:,}.{hundredths % 100:02d}"
            return f"{sign}¥{figure}{word}" if word.isascii() else f"{sign}{figure} {word}"
    return str(amount)


def percent(numerator: int, denominator: int) -> str:
    """A share with two decimals, rounded half up; a dash where there is nothing to divide by."""
    if not denominator:
        return "—"
    hundredths = (abs(numerator) * 20_000 + denominator) // (2 * denominator)
    sign = "-" if numerator < 0 else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}%"


def day(value: date | None) -> str:
    return "" if value is None else format_date(value, "yyyy-MM-dd")


def month(value: date) -> str:
    """2026年6月, or Jun 2026."""
    return format_skeleton("yMMM", value, locale=get_locale())


def month_name(number: int) -> str:
    """One of the twelve: 6 月, or June."""
    locale = get_locale()
    return (
        str(get_month_names(locale=locale)[number]) if locale.language == "en" else f"{number} 月"
    )


def moment(value: datetime | None) -> str:
    return "" if value is None else format_datetime(value, "yyyy-MM-dd HH:mm")


UNIT_WORDS = {"g": "克", "kg": "千克", "ml": "毫升", "l": "升", "piece": "件"}


def content(amount: int, unit: str) -> str:
    """What a pack holds: 2500 g reads 2.5 千克."""
    larger = {"g": "kg", "ml": "l"}.get(unit)
    if larger and amount >= 1000:
        unit = larger
    base = UNITS[unit]
    return f"{plain_decimal(amount, base)} {gettext(UNIT_WORDS[unit])}"


def measure(quantity: int, basis: str, pack_name: str) -> str:
    """A line's quantity in words: packs with the pack's name, or kilograms."""
    if basis == PriceBasis.PACK:
        return gettext("%(quantity)s %(pack)s", quantity=f"{quantity:,}", pack=pack_name)
    return f"{Decimal(plain_decimal(quantity, UNITS['kg'])):,f} {gettext('千克')}"


def per_label(basis: str, pack_name: str) -> str:
    """What a price is for: 袋, 箱 … or 千克."""
    return pack_name if basis == PriceBasis.PACK else gettext("千克")


DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def unbroken(text: str) -> Markup:
    """Text whose days are not torn apart at the end of a line."""
    return Markup(DAY.sub(r'<span class="whole">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped


HAN = re.compile(r"[\u3400-\u9fff]")


def named(text: object) -> object:
    """A name in the language it is recorded in: on an English page Chinese words say so."""
    if not isinstance(text, str) or isinstance(text, Markup) or get_locale().language != "en":
        return text
    return Markup('<span lang="zh-Hans">{}</span>').format(text) if HAN.search(text) else text


def quantity(value: Quantity | None) -> str:
    """A number of some unit in words: 12 件."""
    return "" if value is None else f"{value.amount:,} {gettext(value.unit.name)}"


def place_name(region: Region) -> str:
    """A division in the page's language."""
    return english.place_name(region.code, region.name)


def full_place_name(region: Region) -> str:
    """A division with everything it lies in, in the page's language."""
    return english.full_place_name(region.code, region.full_name)


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        money=money,
        big_money=big_money,
        wan_yuan=wan_yuan,
        percent=percent,
        day=day,
        moment=moment,
        month=month,
        month_name=month_name,
        unbroken=unbroken,
        named=named,
        name_shown=name_shown,
        quantity=quantity,
        place_name=place_name,
        full_place_name=full_place_name,
    )
    app.jinja_env.globals.update(content=content, measure=measure, per_label=per_label)
