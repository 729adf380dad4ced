"""What is typed to invite a colleague, and by whoever was invited."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired, ValidationError

from shop.accounts.forms import EmailField, secret
from shop.accounts.passwords import SHORTEST_STAFF
from shop.web.forms import Form, LineField


class InvitationForm(Form):
    email = EmailField(_l("同事的电子邮箱"))
    role = RadioField(_l("身份"), [InputRequired(_l("请选择身份。"))])


class NewMemberForm(Form):
    """The first account of somebody who was invited; the address is the invitation's."""

    token = HiddenField(validators=[InputRequired()])
    name = LineField(
        _l("姓名"),
        [InputRequired(_l("请填写姓名。"))],
        longest=40,
        description=_l("同事和审计记录里看到的名字。"),
        render_kw={"autocomplete": "name", "maxlength": 40},
    )
    password = secret(
        _l("密码"),
        autocomplete="new-password",
        description=_l("至少 %(count)d 个字符，不要用常见的密码。", count=SHORTEST_STAFF),
    )
    repeated = secret(_l("再填一次密码"), autocomplete="new-password")

    def validate_repeated(self, field: Any) -> None:
        if field.data != self.password.data:
            raise ValidationError(_("两次填写的密码不一样。"))


class JoinForm(Form):
    """An account that is there joins; its password shows who sits there, and that it is long
    enough for somebody who acts for an organisation."""

    token = HiddenField(validators=[InputRequired()])
    current = secret(_l("您的密码"), autocomplete="current-password")
