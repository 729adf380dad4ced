"""What a person types of their second factor."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired, Regexp

from shop.accounts.forms import secret
from shop.web.forms import Form, LineField

SIX_DIGITS = _l("请填写手机上显示的 6 位数字。")
CODE_LOOK = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 7}
RECOVERY = r"[2-9A-Z]{4}[\s-]?[2-9A-Z]{4}[\s-]?[2-9A-Z]{4}"
EITHER = _l("请填写手机上显示的 6 位数字，或一个恢复码。")
TOO_LATE = _l("这一页停留太久，二维码已更新，请重新扫描。")
RECOVERY_HINT = _l("请填写恢复码，例如 ABCD-2345-WXYZ。")


class CodeField(LineField):
    """Six digits; the space that some apps show in their middle does not matter."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        rules = [InputRequired(SIX_DIGITS), Regexp(r"^[0-9]{6}$", message=SIX_DIGITS)]
        super().__init__(label, rules, longest=20, render_kw=CODE_LOOK, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data and len(self.data) == 7 and self.data[3] == " ":
            self.data = self.data[:3] + self.data[4:]


class SetUpForm(Form):
    """`secret` is the sealed secret of the picture that was shown, so that a mistyped code does
    not show another picture."""

    secret = HiddenField(validators=[InputRequired(TOO_LATE)])
    code = CodeField(_l("验证码"), description=SIX_DIGITS)


class SignInCodeForm(Form):
    code = CodeField(_l("验证码"), description=SIX_DIGITS)
    next = HiddenField()


class RecoveryCodeForm(Form):
    code = LineField(
        _l("一个恢复码"),
        [InputRequired(RECOVERY_HINT), Regexp(f"^{RECOVERY}$", re.IGNORECASE, RECOVERY_HINT)],
        longest=20,
        description=_l("开启两步验证时保存的十个恢复码之一，每个只能用一次。"),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "maxlength": 16},
    )
    next = HiddenField()


class CodeConfirmationForm(Form):
    """Who sits there: somebody with the telephone in their hand."""

    confirmation = LineField(
        _l("验证码或恢复码"),
        [InputRequired(EITHER), Regexp(f"^([0-9]{{6}}|{RECOVERY})$", re.IGNORECASE, EITHER)],
        longest=20,
        description=EITHER,
        render_kw={"autocomplete": "one-time-code", "maxlength": 16},
    )
    next = HiddenField()


class TurnOffForm(Form):
    """Whoever sits at an unlocked screen has neither."""

    password = secret(_l("密码"), autocomplete="current-password")
    code = LineField(
        _l("验证码或恢复码"),
        [InputRequired(EITHER), Regexp(f"^([0-9]{{6}}|{RECOVERY})$", re.IGNORECASE, EITHER)],
        longest=20,
        render_kw={"autocomplete": "one-time-code", "maxlength": 16},
    )
