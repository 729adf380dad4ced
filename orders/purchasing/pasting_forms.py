"""The form of a pasted list: the text at first, then its rows, each to be put right in place."""

from collections.abc import Sequence
from typing import Any, cast

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Regexp

from orders.purchasing.paste import MOST_ROWS, Row, plain, read_amount, read_list
from shop.web.forms import Form, TextBlockField

LONGEST_TEXT = 20_000
A_CHOICE = Regexp(r"([A-Za-z0-9_-]{22})?\Z", message=_l("请从列出的商品里选择。"))
"""A public id, or none: one that is no longer among a row's candidates is chosen anew."""


class TextForm(Form):
    """清单: what was copied or written."""

    text = TextBlockField(
        _l("清单"),
        longest=LONGEST_TEXT,
        description=_l("每行一种：品名、数量、单位。可以从表格里整块复制，也可以粘贴商品网址。"),
    )

    def rows(self) -> list[Row]:
        return read_list(self.text.data or "")

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and not self.rows():
            self.text.errors = [_("请至少写一行，例如：敖汉小米 5 袋。")]
        if valid and len(self.rows()) > MOST_ROWS:
            self.text.errors = [_("一次最多 %(count)d 行，请分几次粘贴。", count=MOST_ROWS)]
        return valid and not self.text.errors


class RowsForm(Form):
    """The rows as they stand: words, amount and the offer chosen for each."""

    count: int = 0
    step = HiddenField()

    def row(self, number: int) -> Row:
        """What stands in a row's fields now."""
        amount, unit = read_amount(self[f"amount-{number}"].data or "")
        return Row(plain(self[f"words-{number}"].data or "").strip(), amount, unit)

    def picked(self, number: int) -> str:
        return self[f"offer-{number}"].data or ""


def rows_form(rows: Sequence[Row] | None) -> RowsForm:
    """The form with these rows; None: with those that the request sends."""
    count = asked_rows() if rows is None else len(rows)
    fields: dict[str, Any] = {"count": count}
    start: dict[str, str] = {}
    for n in range(count):
        fields[f"words-{n}"] = StringField(_("第%(number)d行的品名", number=n + 1))
        fields[f"amount-{n}"] = StringField(_("第%(number)d行的数量", number=n + 1))
        fields[f"offer-{n}"] = StringField(_("第%(number)d行的商品", number=n + 1), [A_CHOICE])
        if rows is not None:
            start |= {f"words-{n}": rows[n].words, f"amount-{n}": rows[n].amount}
    made = cast(type[RowsForm], type("RowsForm", (RowsForm,), fields))
    return made() if rows is None else made(None, data=start)


def asked_rows() -> int:
    """How many rows the request holds, numbered from nought without a gap."""
    count = 0
    while count < MOST_ROWS and f"words-{count}" in request.form:
        count += 1
    return count
