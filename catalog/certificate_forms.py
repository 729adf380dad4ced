"""What a supplier types about a certificate: its number, its days, its scope."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from catalog.operations.certification import (
    CertificateFacts,
    checked_number,
    refuse_days,
    refuse_scope,
)
from producers.forms import (
    CHOOSE,
    REQUIRED,
    words,
)
from producers.models import CertificateType
from shop.errors import InvalidInput
from shop.web.forms import DayField, Form, LineField


class ChoicesField(SelectMultipleField):
    """Several of a list, each a checkbox."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CertificateForm(Form):
    """A certificate and its scope."""

    repeatable = frozenset({"products", "bases"})

    type = SelectField(_l("证书类型"), [CHOOSE])
    number = LineField(_l("编号"), [REQUIRED], longest=64)
    issuer = LineField(_l("发证机构"), [REQUIRED], longest=80)
    valid_from = DayField(_l("生效日期"), [REQUIRED])
    valid_to = DayField(_l("到期日期"), [Optional()], description=_l("长期有效的证书留空。"))
    products = ChoicesField(_l("覆盖的商品"), [Optional()])
    bases = ChoicesField(_l("覆盖的基地"), [Optional()])
    evidence = FileField(
        _l("证书扫描件"), [InputRequired(_l("请上传证书扫描件。"))],
        description=_l("JPEG、PNG、WebP 图片或 PDF，不超过10兆字节。"),
    )  # fmt: skip

    types: Mapping[str, CertificateType] = {}

    def validate(self, extra_validators: Any = None) -> bool:
        """What the type asks for is said together with all else that is wrong."""
        valid = super().validate(extra_validators)
        kind = self.types.get(self.type.data or "")
        if kind is None:
            return False
        return all([*(self._fits(*each) for each in self._checks(kind)), valid])

    def _checks(self, kind: CertificateType) -> list[tuple[tuple[Field, ...], Callable[[], Any]]]:
        return [
            ((self.number,), lambda: checked_number(kind, words(self.number))),
            (
                (self.valid_from, self.valid_to),
                lambda: refuse_days(kind, self.valid_from.data, self.valid_to.data),
            ),
            (
                (self.products, self.bases),
                lambda: refuse_scope(kind, has_scope=bool(self.products.data and self.bases.data)),
            ),
        ]

    def _fits(self, fields: tuple[Field, ...], check: Callable[[], Any]) -> bool:
        """Whether well-formed fields agree with the type; what is malformed says so already."""
        if any(field.errors for field in fields):
            return False
        try:
            check()
        except InvalidInput as refusal:
            self.refuse(refusal.field, refusal.message)
            return False
        return True

    def to_facts(self, types: dict[str, CertificateType]) -> CertificateFacts:
        return CertificateFacts(
            type=types[self.type.data],
            number=words(self.number),
            issuer=words(self.issuer),
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
        )
