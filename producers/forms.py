"""Forms of the supply side: registration, profile, batches, households, decisions."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional, ValidationError

from producers.models import Base, Producer
from producers.operations.harvest import Harvest, faults_of_days
from producers.operations.registration import Application, Profile
from shop import clock, codes
from shop.errors import InvalidInput
from shop.units import UNITS, Dimension, InexactConversion, parse_amount
from shop.web.choices import choices
from shop.web.forms import DECIMAL, DayField, Form, LineField, TextBlockField, TrimmedField

REQUIRED = InputRequired(_l("请填写。"))
CHOOSE = InputRequired(_l("请选择。"))
FIRST_DAY = date(1949, 10, 1)
MOST_BASE_UNITS = 999_999_999_999
UNIT_CHOICES = [
    ("kg", _l("千克")), ("jin", _l("斤")), ("t", _l("吨")), ("g", _l("克")),
    ("l", _l("升")), ("ml", _l("毫升")), ("piece", _l("件")),
]  # fmt: skip
BASE_UNITS = {Dimension.MASS: "g", Dimension.VOLUME: "ml", Dimension.COUNT: "piece"}


class CodeField(TrimmedField):
    """A number checked by its published rule; `data` is the number as it is stored."""

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        check: Callable[[str], str],
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.check = check

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if validation_stopped or not self.data:
            return
        try:
            self.data = self.check(self.data)
        except InvalidInput as refusal:
            raise ValidationError(str(refusal.message)) from None


class DecimalField(StringField):
    """Plain decimal digits; the unit stands in another field, so the form converts it."""

    amount: Decimal | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = valuelist[0]

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if not text:
            return
        if not DECIMAL.fullmatch(text) or Decimal(text) == 0:
            raise ValidationError(
                _("请填写大于零的数量，用阿拉伯数字，最多六位小数，例如 1250.5。")
            )
        self.amount = Decimal(text)


def base_units(field: DecimalField, unit_code: str) -> int | None:
    """The typed amount in whole base units; None, with an error at the field, if it is not."""
    unit = UNITS[unit_code]
    try:
        amount = parse_amount(str(field.amount), unit)
    except InexactConversion:
        field.errors = [*field.errors, _("数量不能有这么多小数，请换一个单位填写。")]
        return None
    if not 0 < amount <= MOST_BASE_UNITS:
        field.errors = [*field.errors, _("数量太大，请核对单位。")]
        return None
    return amount


class Measured:
    """What forms with an amount and its unit share: `quantity`, in whole base units of the unit.

    A form puts this before `Form` and brings the two fields, each under its own words.
    """

    amount: DecimalField
    unit: SelectField
    quantity: int | None = None

    def offer_units(self, unit_code: str) -> None:
        """Only units of one kind: those of a batch, or of what a pack holds."""
        kind = UNITS[unit_code].dimension
        self.unit.choices = choices(
            (code, label) for code, label in UNIT_CHOICES if UNITS[code].dimension is kind
        )

    def base_unit(self) -> str:
        """The unit in which `quantity` counts."""
        return BASE_UNITS[UNITS[self.unit.data].dimension]

    def validate(self, extra_validators: Any = None) -> bool:
        """What is wrong with the amount is said together with all else that is wrong."""
        valid: bool = super().validate(extra_validators)  # type: ignore[misc]
        if self.amount.errors or self.unit.errors:
            return False
        self.quantity = base_units(self.amount, self.unit.data)
        return valid and self.quantity is not None


def words(field: StringField) -> str:
    """The text of a field that had to be filled in."""
    return field.data or ""


class ApplicationForm(Form):
    """供应商入驻申请 (forms B1, thin)."""

    kind = RadioField(
        _l("主体类型"), [CHOOSE],
        choices=choices([("cooperative", _l("农民专业合作社")), ("enterprise", _l("企业"))]),
    )  # fmt: skip
    name = LineField(_l("名称"), [REQUIRED], longest=80, description=_l("与营业执照一致。"))
    uscc = CodeField(_l("统一社会信用代码"), [REQUIRED], check=codes.uscc)
    county_code = SelectField(_l("注册地旗县"), [CHOOSE])
    address = LineField(_l("地址"), [REQUIRED], longest=120)
    legal_representative = LineField(_l("法定代表人"), [REQUIRED], longest=40)
    founded_on = DayField(_l("成立日期"), [REQUIRED])
    contact_name = LineField(_l("联系人"), [REQUIRED], longest=40)
    contact_phone = CodeField(_l("联系手机"), [REQUIRED], check=codes.phone)
    story = TextBlockField(
        _l("主营产品与带动农户情况"), [REQUIRED], longest=1000,
        description=_l("审核通过后在供应商页面公开，请不要写农户姓名、电话。"),
    )  # fmt: skip
    processes = BooleanField(_l("从事食品加工"))
    sc_licence = CodeField(
        _l("食品生产许可证编号"), [Optional()], check=codes.sc_licence,
        description=_l("从事加工的企业必填，SC 加14位数字。"),
    )  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.processes.data and self.kind.data == "enterprise" and not self.sc_licence.data:
            self.refuse("sc_licence", _("从事加工的企业请填写食品生产许可证编号。"))
            return False
        if self.sc_licence.data and self.kind.data == "cooperative":
            self.refuse("sc_licence", _("食品生产许可证登记在企业名下，合作社请留空。"))
            return False
        return valid

    def to_application(self) -> Application:
        return Application(
            kind=self.kind.data,
            name=words(self.name),
            uscc=words(self.uscc),
            county_code=self.county_code.data,
            address=words(self.address),
            legal_representative=words(self.legal_representative),
            founded_on=self.founded_on.data,
            contact_name=words(self.contact_name),
            contact_phone=words(self.contact_phone),
            story=words(self.story),
            sc_licence=self.sc_licence.data or None,
        )


class ProfileForm(Form):
    """What a supplier changes by itself."""

    address = LineField(_l("地址"), [REQUIRED], longest=120)
    story = TextBlockField(
        _l("介绍"), [REQUIRED], longest=1000,
        description=_l("在供应商页面公开，请不要写农户姓名、电话。"),
    )  # fmt: skip
    contact_name = LineField(_l("联系人"), [REQUIRED], longest=40)
    contact_phone = CodeField(_l("联系手机"), [REQUIRED], check=codes.phone)
    bank_name = LineField(_l("开户行"), [Optional()], longest=80)
    bank_account = LineField(
        _l("收款账号"), [Optional()], longest=30,
        description=_l("已登记的账号不显示；不修改请留空。8到30位数字。"),
    )  # fmt: skip

    @classmethod
    def of(cls, producer: Producer) -> "ProfileForm":
        organisation = producer.organisation
        return cls(
            address=producer.address,
            story=producer.story,
            contact_name=organisation.contact_name,
            contact_phone=organisation.contact_phone,
            bank_name=producer.bank_name,
        )

    def validate_bank_account(self, field: LineField) -> None:
        text = field.data or ""
        if not (text.isascii() and text.isdigit() and 8 <= len(text) <= 30):
            raise ValidationError(_("收款账号应为8到30位数字。"))

    def to_profile(self) -> Profile:
        return Profile(
            address=words(self.address),
            story=words(self.story),
            contact_name=words(self.contact_name),
            contact_phone=words(self.contact_phone),
            bank_name=self.bank_name.data or None,
            bank_account=self.bank_account.data or None,
        )


class BatchForm(Measured, Form):
    """A harvest."""

    base = SelectField(_l("基地"), [CHOOSE])
    produce = LineField(_l("农产品"), [REQUIRED], longest=40)
    harvested_on = DayField(_l("采收（出栏）日期"), [REQUIRED])
    amount = DecimalField(_l("数量"), [REQUIRED])
    unit = SelectField(_l("单位"), [CHOOSE], choices=choices(UNIT_CHOICES))
    best_before = DayField(_l("保质期至"), [Optional()])
    promise = BooleanField(
        _l("承诺达标"),
        description=_l(
            "我承诺：未使用禁用的农药兽药及其他化合物，使用的常规农药兽药残留不超标。"
            "勾选后为本批次开具承诺达标合格证。"
        ),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.harvested_on.errors or self.best_before.errors:
            return False
        days = self.harvested_on.data, self.best_before.data, clock.today()
        for fault in faults_of_days(*days):
            self.refuse(fault.field, fault.message)
            valid = False
        return valid

    def to_harvest(self, base: Base) -> Harvest:
        return Harvest(
            base=base,
            produce=words(self.produce),
            harvested_on=self.harvested_on.data,
            best_before=self.best_before.data,
            quantity=self.quantity or 0,
            unit_code=self.base_unit(),
            promises_conformity=bool(self.promise.data),
        )


class ShareForm(Measured, Form):
    """What one household brought to a batch."""

    household = SelectField(_l("农户代号"), [CHOOSE])
    amount = DecimalField(_l("数量"), [REQUIRED])
    unit = SelectField(_l("单位"), [CHOOSE])


class ReasonForm(Form):
    """A decision that needs a reason."""

    reason = TextBlockField(_l("原因"), [REQUIRED], longest=300)


class BareForm(Form):
    """A button."""
