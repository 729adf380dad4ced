"""What a supplier types about stock by batch."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from catalog.manage_forms import MeasureField
from producers.forms import CHOOSE, REQUIRED, DecimalField, Measured
from shop.units import PriceBasis
from shop.web.forms import Form, LineField


class ReceiptForm(Measured, Form):
    """Stock taken in from a batch."""

    batch = SelectField(_l("批次"), [CHOOSE])
    amount = DecimalField(_l("入库数量"), [REQUIRED], description=_l("应为每件净含量的整数倍。"))
    unit = SelectField(_l("单位"), [CHOOSE])


class WriteOffForm(Form):
    """Stock that can no longer be sold."""

    lot = SelectField(_l("库存批次"), [CHOOSE])
    amount = MeasureField(
        _l("报损数量"), [REQUIRED], description=_l("按包装计价填件数，按重量计价填千克数。")
    )
    reason = LineField(_l("原因"), [REQUIRED], longest=200)
    basis: Any = PriceBasis.PACK.value

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        return not self.amount.errors and self.amount.measure(str(self.basis)) and valid
