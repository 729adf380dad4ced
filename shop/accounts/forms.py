"""What a person types about themselves."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import HiddenField, PasswordField, RadioField
from wtforms.validators import InputRequired, Regexp, ValidationError

from shop.accounts.passwords import LONGEST, SHORTEST, SHORTEST_STAFF
from shop.web.choices import choices
from shop.web.forms import Form, LineField
from shop.web.frame import HTML_LANGUAGES, LOCALES, THEMES

EMAIL = r"^[^@\s,;<>\"']{1,64}@[^@\s,;<>\"']{1,180}\.[^@\s.,;<>\"']{2,63}$"
OWN_NAMES = {
    code: Markup('<span lang="{}">{}</span>').format(HTML_LANGUAGES[code], name)
    for code, name in LOCALES.items()
}
"""Each language by its own name, and marked as being in it."""
ADDRESS_HINT = _l("请填写电子邮箱，例如 name@example.com。")


class EmailField(LineField):
    """An address, kept lower case: it is the sign-in name."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        rules = [InputRequired(ADDRESS_HINT), Regexp(EMAIL, message=ADDRESS_HINT)]
        look = {
            "type": "email",
            "autocomplete": "username",
            "maxlength": 254,
            "autocapitalize": "none",
        }
        super().__init__(label, rules, longest=254, render_kw=look, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data:
            self.data = self.data.lower()


def secret(label: Any, *, autocomplete: str, description: Any = "") -> PasswordField:
    look = {"autocomplete": autocomplete, "maxlength": LONGEST, "data-reveal": True}
    return PasswordField(
        label, [InputRequired(_l("请填写密码。"))], description=description, render_kw=look
    )


class SignInForm(Form):
    email = EmailField(_l("电子邮箱"))
    password = secret(_l("密码"), autocomplete="current-password")
    next = HiddenField()


class _NewPassword(Form):
    """The repeated field catches a slip: nobody could sign in with a mistyped password."""

    def validate_repeated(self, field: Any) -> None:
        if field.data != self._fields["password"].data:
            raise ValidationError(_("两次填写的密码不一样。"))


class SignUpForm(_NewPassword):
    email = EmailField(_l("电子邮箱"))
    name = LineField(
        _l("称呼"),
        [InputRequired(_l("请填写称呼。"))],
        longest=40,
        render_kw={"autocomplete": "name", "maxlength": 40},
    )
    password = secret(
        _l("密码"),
        autocomplete="new-password",
        description=_l("至少 %(count)d 个字符，不要用常见的密码。", count=SHORTEST),
    )
    repeated = secret(_l("再填一次密码"), autocomplete="new-password")
    next = HiddenField()


class PasswordForm(_NewPassword):
    current = secret(_l("现在的密码"), autocomplete="current-password")
    password = secret(
        _l("新密码"),
        autocomplete="new-password",
        description=_l(
            "至少 %(count)d 个字符；代表单位的账号至少 %(staff)d 个字符。",
            count=SHORTEST,
            staff=SHORTEST_STAFF,
        ),
    )
    repeated = secret(_l("再填一次新密码"), autocomplete="new-password")


class ConfirmationForm(Form):
    """Who sits there: the password, or a code where there is a second factor."""

    confirmation = secret(_l("密码"), autocomplete="current-password")
    next = HiddenField()


class ProfileForm(Form):
    """How pages call one, read and look."""

    name = LineField(
        _l("称呼"),
        [InputRequired(_l("请填写称呼。"))],
        longest=40,
        render_kw={"autocomplete": "name", "maxlength": 40},
    )
    locale = RadioField(
        _l("语言"), [InputRequired(_l("请选择语言。"))], choices=choices(OWN_NAMES.items())
    )
    theme = RadioField(
        _l("外观"), [InputRequired(_l("请选择外观。"))], choices=choices(THEMES.items())
    )


class OtherSessionsForm(Form):
    """`kept` is the session in which the button was pressed."""

    kept = HiddenField(validators=[InputRequired()])


class OrganisationForm(Form):
    organisation = HiddenField(validators=[InputRequired()])


class ReadingForm(Form):
    """Everything up to the newest notice that the page showed."""

    newest = HiddenField(validators=[Regexp(r"^[0-9]{1,15}$")])
