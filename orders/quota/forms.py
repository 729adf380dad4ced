"""Forms of the yearly filing (A1), its review, and a new rule (D9)."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from orders.purchasing.choices import choices
from orders.quota import labels
from orders.quota.operations import Declared, NewRule
from shop.web.deciding import ReasonedForm
from shop.web.forms import (
    DayField,
    Form,
    LineField,
    MoneyField,
    TextBlockField,
    WholeField,
    _TextBacked,
)

PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


def percent_text(basis_points: int) -> str:
    """1500 reads 15, 1250 reads 12.5."""
    text = f"{Decimal(basis_points).scaleb(-2):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class PercentField(_TextBacked):
    """A percentage with at most two decimals, above 0 up to 100; kept in basis points."""

    def read(self, text: str) -> int:
        if PERCENT.fullmatch(text):
            points = int(Decimal(text).scaleb(2))
            if 0 < points <= 10_000:
                return points
        raise ValueError(_("请填写百分比，大于0、不超过100，最多两位小数，例如 10 或 12.5。"))

    def written(self, data: int) -> str:
        return percent_text(data)


class PlanForm(Form):
    """A unit's yearly filing. Without a share of its own only the remark remains."""

    base_amount = MoneyField(_l("年度采购总额（元）"), [InputRequired(_l("请填写年度总额。"))])
    ratio = PercentField(_l("预留比例（%）"), [InputRequired(_l("请填写预留比例。"))])
    reserved = MoneyField(
        _l("预留份额（元）"), description=_l("留空则按总额×比例计算；只能上调，不能下调。")
    )
    exemption_number = LineField(
        _l("豁免批准文号"), longest=100, description=_l("仅在预留比例低于规定时填写。")
    )
    exemption_authority = LineField(_l("豁免批准机关"), longest=100)
    remark = TextBlockField(_l("备注"), longest=500)

    def drop_amounts(self) -> None:
        """For a unit that reserves nothing itself."""
        for name in ("base_amount", "ratio", "reserved", "exemption_number", "exemption_authority"):
            del self[name]

    def to_declared(self) -> Declared:
        if "base_amount" not in self:
            return Declared(remark=self.remark.data or None)
        return Declared(
            base=self.base_amount.data,
            ratio=self.ratio.data,
            reserved=self.reserved.data,
            exemption_number=self.exemption_number.data or None,
            exemption_authority=self.exemption_authority.data or None,
            remark=self.remark.data or None,
        )


class ReturnForm(ReasonedForm):
    reason = TextBlockField(_l("退回原因"), [InputRequired(_l("请写明退回的原因。"))], longest=300)


class RuleQuestion(Form):
    """Which rule applies to a unit on a day; read from the address, so no token is asked for."""

    name = LineField(_l("单位名称"), longest=80, description=_l("可只填一部分，例如“第一中学”。"))
    unit = LineField(_l("单位编号"), longest=40)
    on = DayField(_l("日期"), earliest=date(2021, 1, 1))

    class Meta(Form.Meta):
        csrf = False


class RuleForm(Form):
    """A dated rule with its source document."""

    year = WholeField(_l("年度"), [InputRequired(_l("请填写年度。"))], minimum=2021, maximum=2099)
    unit_kind = SelectField(_l("单位类型"), choices=choices(labels.UNIT_KINDS.items()))
    base_kind = SelectField(_l("基数口径"), choices=choices(labels.BASES.items()))
    ratio = PercentField(_l("最低比例（%）"), [InputRequired(_l("请填写最低比例。"))])
    encouraged_ratio = PercentField(_l("鼓励比例（%）"))
    not_below_last_year = BooleanField(_l("预留份额不得低于上一年度"))
    filing_opens_on = DayField(_l("填报开始日"), earliest=date(2021, 1, 1))
    filing_deadline = DayField(_l("填报截止日"), earliest=date(2021, 1, 1))
    completion_deadline = DayField(_l("采购完成截止日"), earliest=date(2021, 1, 1))
    document_number = LineField(_l("文号"), [InputRequired(_l("请填写文号。"))], longest=100)
    document_title = LineField(_l("文件名称"), [InputRequired(_l("请填写文件名称。"))], longest=200)
    source_ref = LineField(
        _l("文件来源"), [InputRequired(_l("请填写文件来源。"))], longest=500,
        description=_l("公开网址，或存档的位置。"),
    )  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        opens, closes = self.filing_opens_on.data, self.filing_deadline.data
        if opens and closes and closes < opens:
            self.refuse("filing_deadline", _("截止日不能早于开始日。"))
            valid = False
        least, encouraged = self.ratio.data, self.encouraged_ratio.data
        if least is not None and encouraged is not None and encouraged < least:
            self.refuse("encouraged_ratio", _("鼓励比例不得低于最低比例。"))
            valid = False
        return valid

    def to_rule(self) -> NewRule:
        return NewRule(
            year=self.year.data, unit_kind=self.unit_kind.data, base_kind=self.base_kind.data,
            ratio=self.ratio.data, encouraged_ratio=self.encouraged_ratio.data,
            not_below_last_year=self.not_below_last_year.data,
            filing_opens_on=self.filing_opens_on.data, filing_deadline=self.filing_deadline.data,
            completion_deadline=self.completion_deadline.data,
            document_number=self.document_number.data or "", document_title=self.document_title.data or "",
            source_ref=self.source_ref.data or "",
        )  # fmt: skip
