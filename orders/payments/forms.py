"""What the operator writes about a payment that did not fit."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from shop.web.forms import Form, TextBlockField


class SettlementForm(Form):
    note = TextBlockField(_l("处理说明"), [InputRequired(_l("请写明怎样处理的。"))], longest=500)
