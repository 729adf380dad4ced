"""Forms about one order: reasons, approval, invoice, bank transfer."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError
from wtforms.validators import InputRequired, Regexp

from orders.payments.transfers import InvoiceFacts, TransferFacts
from shop.codes import uscc
from shop.errors import InvalidInput
from shop.web.forms import DayField, Form, LineField, MoneyField

NEEDED = InputRequired(_l("请填写这一项。"))


class MarkForm(Form):
    """Agreement to what was shown: its mark comes back with the button."""

    seen = HiddenField(validators=[InputRequired()])


class ReasonForm(Form):
    """A refusal with its reason."""

    reason = LineField(_l("原因"), [NEEDED], longest=200)


class InvoiceForm(Form):
    """发票登记."""

    number = LineField(
        _l("发票号码"), [NEEDED, Regexp(r"[0-9]{20}\Z", message=_l("数电发票号码是20位数字。"))],
        description=_l("数电发票右上角的20位号码"),
    )  # fmt: skip
    issued_on = DayField(_l("开票日期"), [NEEDED])
    amount = MoneyField(_l("价税合计（元）"), [NEEDED])
    buyer_uscc = LineField(_l("购买方统一社会信用代码"), [NEEDED], longest=40)

    def validate_buyer_uscc(self, field: Any) -> None:
        try:
            field.data = uscc(field.data or "")
        except InvalidInput as refusal:
            raise ValidationError(str(refusal.message)) from None

    def to_facts(self) -> InvoiceFacts:
        return InvoiceFacts(
            self.number.data or "",
            self.issued_on.data,
            self.amount.data,
            self.buyer_uscc.data or "",
        )


class TransferForm(Form):
    """付款登记."""

    reference = LineField(
        _l("付款凭证号"),
        [NEEDED, Regexp(r"[0-9A-Za-z-]{6,40}\Z", message=_l("凭证号是6到40位字母、数字或横线。"))],
        description=_l("银行回单上的流水号或凭证号"),
    )
    paid_on = DayField(_l("付款日期"), [NEEDED])
    amount = MoneyField(_l("付款金额（元）"), [NEEDED])

    def to_facts(self) -> TransferFacts:
        return TransferFacts(self.reference.data or "", self.paid_on.data, self.amount.data)
