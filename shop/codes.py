"""Numbers of licences, certificates and people: checked by their published rules.

Every check returns the number as it is stored (no spaces, capitals) or raises InvalidInput with
what is expected. Only spaces and case are forgiven: full-width and other digits are refused,
because the number is later compared letter by letter.
"""

import re
from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_10

from shop.errors import InvalidInput

_SPACES = re.compile(r"[ \t\u00a0\u3000]+")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997

_USCC = re.compile(rf"[1-9ANY][0-9]{{7}}[{_USCC_ALPHABET}]{{10}}")
_SC = re.compile(r"SC(?:1(?:0[1-9]|[12][0-9]|3[01])|2[0-9]{2})[0-9]{11}")
_GREEN_FOOD = re.compile(r"LB-[0-9]{2}-[0-9]{10,11}A{1,2}")
_GREEN_ENTERPRISE = re.compile(r"GF[0-9]{12}")
_ORGANIC = re.compile(r"[0-9]{3,4}OP[0-9]{7}(?:-[0-9]{1,3})?")
_AGI = re.compile(r"AGI[0-9]{5}|AGI20[0-9]{2}-[0-9]{2}-[0-9]{4,5}")
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_PROVINCES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]"
_ID_NUMBER = re.compile(rf"(?:{_PROVINCES})[0-9]{{4}}(?:19|20)[0-9]{{9}}[0-9X]")


def _plain(text: str) -> str:
    """Without spaces and in capitals; ASCII only, as `ſ` and `ı` have ASCII capitals."""
    bare = _SPACES.sub("", text.strip())
    return bare.upper() if bare.isascii() else bare


def _matched(pattern: re.Pattern[str], text: str, expected: object) -> str:
    number = _plain(text)
    if not pattern.fullmatch(number):
        raise InvalidInput(expected)
    return number


def uscc(text: str) -> str:
    """Unified social credit code, GB 32100-2015: 18 characters with a check character.

    Registries may be letters: rural collectives begin with N. The library knows digits only, so
    just its check character is used.
    """
    expected = _l("统一社会信用代码应为18位数字或大写字母（不含 I、O、S、V、Z）。")
    number = _matched(_USCC, text, expected)
    if number[-1] != stdnum_uscc.calc_check_digit(number):
        raise InvalidInput(_l("统一社会信用代码的校验位不对，请与营业执照核对。"))
    return number


def sc_licence(text: str) -> str:
    """Food production licence: SC, 3 digits category, 6 division, 4 serial, 1 check.

    The check digit is ISO 7064 MOD 11,10 (GB/T 17710). Food is 101–131, additives begin with 2.
    """
    expected = _l("食品生产许可证编号应为 SC 加14位数字，第一位是1（食品）或2（食品添加剂）。")
    number = _matched(_SC, text, expected)
    if not mod_11_10.is_valid(number[2:]):
        raise InvalidInput(_l("食品生产许可证编号的校验位不对，请与许可证核对。"))
    return number


def green_food(text: str) -> str:
    """Green-food product number. Loose on purpose: province codes are the issuer's own list."""
    expected = _l(
        "绿色食品产品编号应为 LB-两位类别-10或11位数字，末尾 A 或 AA，如 LB-15-19012700330A。"
    )
    return _matched(_GREEN_FOOD, text, expected)


def green_enterprise(text: str) -> str:
    """Green-food enterprise code: GF, 6 digits county, 2 year, 4 serial."""
    return _matched(_GREEN_ENTERPRISE, text, _l("绿色食品企业信息码应为 GF 加12位数字。"))


def organic(text: str) -> str:
    """Organic certificate: 3–4 digits agency, OP, 2 year, 5 serial, perhaps a sub-number."""
    expected = _l("有机产品认证证书编号应为3至4位机构号、OP、7位数字，可加分号，如 001OP1200001。")
    return _matched(_ORGANIC, text, expected)


def agi(text: str) -> str:
    """Geographical indication of farm products: certificate number or quality-rule number."""
    expected = _l(
        "农产品地理标志编号应为 AGI 加5位数字，如 AGI01459，或 AGI2014-02-1497 这样的编号。"
    )
    return _matched(_AGI, text, expected)


def phone(text: str) -> str:
    """Mobile number of mainland China, 11 digits, without the country code."""
    return _matched(_PHONE, text, _l("手机号应为以1开头的11位数字。"))


def id_number(text: str) -> str:
    """Resident identity number, GB 11643-1999: division, birthday, serial, check character.

    The county is not looked up: the library compares it with the year of birth, but numbers have
    been given since 1984, so it refuses older people whose county got its code after their birth.
    """
    expected = _l("居民身份证号应为18位：地区6位、出生日期8位、顺序码3位，末位是数字或 X。")
    number = _matched(_ID_NUMBER, text, expected)
    try:
        ric.get_birth_date(number)
    except ValidationError:
        raise InvalidInput(_l("居民身份证号中的出生日期不存在，请核对。")) from None
    if number[-1] != ric.calc_check_digit(number):
        raise InvalidInput(_l("居民身份证号的校验位不对，请核对。"))
    return number


def _unformatted(text: str) -> str:
    """A certificate without a published number format: anything printable, up to 64 characters."""
    number = text.strip()
    if not 0 < len(number) <= 64 or not number.isprintable():
        raise InvalidInput(_l("请填写证书编号，不超过64个字。"))
    return number


_CHECKS: dict[str, Callable[[str], str]] = {
    "none": _unformatted,
    "green_food": green_food,
    "organic": organic,
    "agi": agi,
    "sc": sc_licence,
    "gf": green_enterprise,
}


def check(name: str, text: str) -> str:
    """The check that a certificate type names. Raises InvalidInput; KeyError for no such check."""
    return _CHECKS[name](text)


def make_organisation_code(body8: str) -> str:
    """The 9-character organisation code (places 9–17 of a USCC), with its own check character."""
    total = sum(
        int(character, 36) * weight
        for character, weight in zip(body8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return body8 + "0123456789X0"[11 - total % 11]


def make_uscc(body17: str) -> str:
    """A unified social credit code from its first 17 characters. Raises InvalidInput."""
    return uscc(body17 + str(stdnum_uscc.calc_check_digit(body17)))


def make_sc(body13: str) -> str:
    """A food production licence number from the 13 digits after SC. Raises InvalidInput."""
    return sc_licence("SC" + body13 + mod_11_10.calc_check_digit(body13))


def make_id_number(body17: str) -> str:
    """An identity number from its first 17 digits. Raises InvalidInput."""
    return id_number(body17 + str(ric.calc_check_digit(body17 + "0")))
