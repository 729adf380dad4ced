"""Filters of the audit trail."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional, Regexp

from shop.platform import words
from shop.web.forms import DayField, Form, LineField


class ConcernField(LineField):
    """What an entry is about, typed and shown in words: 订单 17."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = words.concern_said(self.data or "")

    def _value(self) -> str:
        return words.concern_words(self.data or "")


class AuditFilter(Form):
    """Read from the address: nothing is changed, so no token is asked for."""

    action = LineField(
        _l("操作"),
        [
            Optional(),
            Regexp(r"^[a-z_:]+$", message=_l("请从列表里选一种操作。")),
        ],
        longest=80,
    )
    subject = ConcernField(
        _l("对象"),
        [
            Optional(),
            Regexp(
                r"^[a-z_]+(:[0-9A-Za-z_-]+)?$", message=_l("没有这种对象，请填写例如“订单 17”。")
            ),
        ],
        longest=80,
        description=_l("例如“订单 17”"),
    )
    person = LineField(_l("人员"), [Optional()], longest=40)
    day = DayField(_l("日期"), [Optional()])
    until = DayField(_l("到"), [Optional()])

    class Meta(Form.Meta):
        csrf = False

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and self.until.data and self.until.data < (self.day.data or self.until.data):
            self.refuse("until", _l("结束日不能早于开始日。"))
            return False
        return valid

    def to_filters(self) -> dict[str, Any]:
        return {
            "action": self.action.data or "",
            "subject": self.subject.data or "",
            "person": self.person.data or "",
            "day": self.day.data,
            "until": self.until.data,
        }
