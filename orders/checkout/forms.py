"""Where to send a purchase."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SubmitField
from wtforms.validators import InputRequired, Optional, ValidationError

from orders.checkout import places
from orders.placing import Delivery
from shop.web.forms import Form, LineField, TextBlockField

MOBILE = re.compile(r"1[3-9][0-9]{9}")
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
MARK = re.compile(r"[0-9a-f]{32}")


class PlacementForm(Form):
    """Recipient and address. `key` tells one submission from the next; `seen` what was shown."""

    recipient = LineField(
        _l("收货人"), [InputRequired(_l("请填写收货人姓名。"))], longest=50,
        render_kw={"autocomplete": "name"},
    )  # fmt: skip
    phone = LineField(
        _l("手机号码"), [InputRequired(_l("请填写手机号码。"))], longest=11,
        description=_l("11位中国大陆手机号码，送货时联系用。"),
        render_kw={"autocomplete": "tel-national", "inputmode": "numeric", "maxlength": 11},
    )  # fmt: skip
    prefecture = SelectField(
        _l("送到哪个地区"), [Optional()], validate_choice=False,
        description=_l("先选盟市或地级市，再列出它的旗县区。"),
    )  # fmt: skip
    region_code = SelectField(
        _l("区县"), [InputRequired(_l("请选择区县。"))], validate_choice=False
    )
    address = LineField(
        _l("详细地址"), [InputRequired(_l("请填写详细地址。"))], longest=200,
        description=_l("街道、门牌号、楼栋房间。"), render_kw={"autocomplete": "street-address"},
    )  # fmt: skip
    note = TextBlockField(
        _l("留言"), [Optional()], longest=300, description=_l("给供应商的话，例如送货时间。"),
        render_kw={"rows": 2},
    )  # fmt: skip
    list_counties = SubmitField(_l("列出旗县区"))
    key = HiddenField()
    seen = HiddenField()

    def validate_phone(self, field: LineField) -> None:
        if not MOBILE.fullmatch(field.data or ""):
            raise ValidationError(_("请填写11位中国大陆手机号码，例如 13800138000。"))

    def validate_region_code(self, field: SelectField) -> None:
        code, chosen = field.data or "", self.prefecture.data
        if not places.is_deliverable(code) or (chosen and chosen != places.around(code)):
            raise ValidationError(_("请从列表中选择区县。"))

    @property
    def has_asked_for_counties(self) -> bool:
        """The button beside the prefecture was pressed: nothing is placed yet."""
        return bool(self.is_submitted() and self.list_counties.data)

    def validate_key(self, field: HiddenField) -> None:
        if not KEY.fullmatch(field.data or ""):
            raise ValidationError(_("页面已过期，请刷新后重新提交。"))

    def validate_seen(self, field: HiddenField) -> None:
        if not MARK.fullmatch(field.data or ""):
            raise ValidationError(_("页面已过期，请刷新后重新提交。"))

    def to_delivery(self) -> Delivery:
        return Delivery(
            recipient=self.recipient.data or "",
            phone=self.phone.data or "",
            address=self.address.data or "",
            region_code=self.region_code.data,
            note=self.note.data or None,
        )


class ReasonForm(Form):
    """Why money is asked back."""

    reason = TextBlockField(_l("退款原因"), [InputRequired(_l("请写明退款原因。"))], longest=300)
