"""The form base: strict fields with messages that say what is expected; unknown keys refused."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea, TextInput

from shop.errors import InvalidInput
from shop.money import Money
from shop.units import UNITS, InexactConversion, parse_amount, plain_decimal

WHOLE = re.compile(r"[0-9]{1,12}")
DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
YUAN = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
ONE_FEN, MOST = Money(1), Money(9_999_999_999)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Form(FlaskForm):
    """A form that takes exactly its own fields, each once (bar A18)."""

    repeatable: frozenset[str] = frozenset()

    class Meta(FlaskForm.Meta):
        @property
        def locales(self) -> list[str]:
            return ["zh" if get_locale().language == "zh" else "en"]

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        return self.has_only_its_own() and valid

    def has_only_its_own(self) -> bool:
        """Whether no other field was sent, and none twice; says so at the top if not."""
        known = {field.name for field in self._leaves(self)} | {"csrf_token"}
        strange = [name for name in [*request.form, *request.files] if name not in known]
        twice = [
            name
            for name, values in request.form.lists()
            if len(values) > 1 and name not in self.repeatable
        ]
        if strange or twice:
            self.form_errors.append(_("提交了这张表单没有的内容，请刷新页面后重新填写。"))
            return False
        return True

    def _leaves(self, form: Any) -> list[Any]:
        found = []
        for field in form:
            if hasattr(field, "entries"):
                for entry in field.entries:
                    found.extend(self._leaves(entry.form) if hasattr(entry, "form") else [entry])
            found.append(field)
        return found

    def refuse(self, field: str | None, message: object) -> None:
        """Put a refusal that an operation raised at the field it names, or at the top."""
        target = self._fields.get(field) if field else None
        if target is None:
            self.form_errors.append(str(message))
        else:
            target.errors = [*target.errors, str(message)]


def refuse_extras() -> None:
    """The form of a button carries nothing but its token. Raises InvalidInput."""
    if not Form().validate_on_submit():
        raise InvalidInput(_("提交了这张表单没有的内容，请刷新页面后重试。"))


class _TextBacked(Field):
    """A field whose typed text is kept as typed, right or wrong."""

    widget = TextInput()
    inputmode = ""
    raw_text: str = ""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        if self.inputmode:  # which keys a phone shows
            kwargs["render_kw"] = {"inputmode": self.inputmode, **(kwargs.get("render_kw") or {})}
        super().__init__(label, validators, **kwargs)

    def _value(self) -> str:
        return self.raw_text or (self.written(self.data) if self.data is not None else "")

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        self.raw_text = valuelist[0]
        self.data = None
        if self.raw_text == "":
            return
        self.data = self.read(self.raw_text)

    def read(self, text: str) -> Any:
        raise ValueError(text)

    def written(self, data: Any) -> str:
        return str(data)


class WholeField(_TextBacked):
    """A whole number in ASCII digits between bounds."""

    inputmode = "numeric"

    def __init__(self, label: Any = None, validators: Any = None, minimum: int = 0,
                 maximum: int = 9_999_999, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(label, validators, **kwargs)
        self.minimum, self.maximum = minimum, maximum

    def read(self, text: str) -> int:
        if not WHOLE.fullmatch(text) or not self.minimum <= int(text) <= self.maximum:
            raise ValueError(
                _("请填写 %(low)d 到 %(high)d 之间的整数。", low=self.minimum, high=self.maximum)
            )
        return int(text)


class MoneyField(_TextBacked):
    """An amount in yuan with at most two decimals."""

    inputmode = "decimal"

    def __init__(self, label: Any = None, validators: Any = None, minimum: Money = ONE_FEN,
                 maximum: Money = MOST, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(label, validators, **kwargs)
        self.minimum, self.maximum = minimum, maximum

    def read(self, text: str) -> Money:
        if YUAN.fullmatch(text):
            amount = Money.from_yuan(Decimal(text))
            if self.minimum <= amount <= self.maximum:
                return amount
        raise ValueError(
            _("请填写金额（元），最多两位小数，在 %(low)s 到 %(high)s 之间。",
              low=self.minimum, high=self.maximum)
        )  # fmt: skip

    def written(self, data: Money) -> str:
        return str(data.yuan)


class AmountField(_TextBacked):
    """A quantity typed in `unit` (default kilogram), kept in whole base units (grams)."""

    inputmode = "decimal"

    def __init__(self, label: Any = None, validators: Any = None, unit: str = "kg",
                 minimum: int = 1, maximum: int = 999_999_000, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(label, validators, **kwargs)
        self.unit, self.minimum, self.maximum = UNITS[unit], minimum, maximum

    def read(self, text: str) -> int:
        try:
            if DECIMAL.fullmatch(text):
                amount = parse_amount(text, self.unit)
                if self.minimum <= amount <= self.maximum:
                    return amount
        except InexactConversion:
            pass
        raise ValueError(
            _("请填写 %(low)s 到 %(high)s 之间的数量（%(unit)s）。",
              low=plain_decimal(self.minimum, self.unit),
              high=plain_decimal(self.maximum, self.unit), unit=_(self.unit.name))
        )  # fmt: skip

    def written(self, data: int) -> str:
        return plain_decimal(data, self.unit)


class DayField(_TextBacked):
    """A day written 2026-06-30."""

    def __init__(self, label: Any = None, validators: Any = None, earliest: date = date(1949, 10, 1),
                 latest: date = date(2099, 12, 31), **kwargs: Any) -> None:  # fmt: skip
        super().__init__(label, validators, **kwargs)
        self.earliest, self.latest = earliest, latest
        self.render_kw = {"type": "date", **(self.render_kw or {})}

    def read(self, text: str) -> date:
        try:
            if DAY.fullmatch(text):
                day = date.fromisoformat(text)
                if self.earliest <= day <= self.latest:
                    return day
        except ValueError:
            pass
        raise ValueError(
            _("请按“年-月-日”填写日期，例如 2026-06-30，在 %(first)s 到 %(last)s 之间。",
              first=self.earliest, last=self.latest)
        )  # fmt: skip


class TrimmedField(StringField):
    """Text without the blanks around it; nothing but blanks is nothing to InputRequired as well."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = valuelist[0].strip()
            self.raw_data = [self.data]


class LineField(TrimmedField):
    """One line of text; no control or direction-changing characters, at most `longest`."""

    def __init__(self, label: Any = None, validators: Any = None, longest: int = 200,
                 **kwargs: Any) -> None:  # fmt: skip
        super().__init__(label, validators, **kwargs)
        self.longest = longest

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if len(text) > self.longest:
            raise ValidationError(_("最多 %(count)d 个字。", count=self.longest))
        if any(ord(c) < 32 or ord(c) == 127 or c in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
               for c in text):  # fmt: skip
            raise ValidationError(_("这里只能填写一行普通文字。"))


class TextBlockField(LineField):
    """Several lines of text."""

    widget = TextArea()

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if len(text) > self.longest:
            raise ValidationError(_("最多 %(count)d 个字。", count=self.longest))
        if any(ord(c) < 32 and c not in "\r\n\t" for c in text):
            raise ValidationError(_("这里只能填写普通文字。"))
