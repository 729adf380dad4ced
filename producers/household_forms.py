"""What a cooperative types about a household: its identity once, its ties by day."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import Optional, ValidationError

from producers.forms import CHOOSE, REQUIRED, CodeField, words
from producers.households import ATTRIBUTE_LABELS, LINK_LABELS, NewHousehold, NewLink
from producers.identities import Identity
from producers.models import Base
from shop import clock, codes
from shop.web.choices import choices
from shop.web.forms import DayField, Form, LineField, WholeField


class LinkForm(Form):
    """A dated tie of a household."""

    kind = SelectField(
        _l("联结方式"),
        [CHOOSE],
        choices=choices((kind.value, label) for kind, label in LINK_LABELS.items()),
    )
    base = SelectField(_l("基地"), [Optional()])
    valid_from = DayField(_l("联结开始日期"), [REQUIRED])

    def validate_valid_from(self, field: DayField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError(_("联结开始日期不能晚于今天。"))

    def to_link(self, bases: dict[str, Base]) -> NewLink:
        return NewLink(
            kind=self.kind.data,
            base=bases.get(self.base.data or ""),
            valid_from=self.valid_from.data,
        )


class HouseholdForm(LinkForm):
    """A household and its first tie; personal values are sealed when they are kept."""

    head_name = LineField(_l("户主姓名"), [REQUIRED], longest=40)
    id_number = CodeField(_l("居民身份证号"), [REQUIRED], check=codes.id_number)
    phone = CodeField(_l("手机号"), [Optional()], check=codes.phone)
    village = SelectField(_l("所在村"), [CHOOSE])
    members = WholeField(_l("家庭人口"), [REQUIRED], minimum=1, maximum=30)
    attribute = SelectField(_l("农户类别"), [CHOOSE], choices=choices(ATTRIBUTE_LABELS.items()))

    def to_household(self) -> NewHousehold:
        return NewHousehold(
            identity=Identity(
                head_name=words(self.head_name),
                id_number=words(self.id_number),
                phone=self.phone.data or None,
            ),
            village_code=self.village.data,
            members=self.members.data,
            attribute=self.attribute.data,
        )


class EndLinkForm(Form):
    link = StringField(_l("联结"), [REQUIRED])
    last_day = DayField(_l("结束日期"), [REQUIRED])
