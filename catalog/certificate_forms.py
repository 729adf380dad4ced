"""What a supplier types about a certificate: its number, its days, its scope."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from catalog.operations.certification import CertificateFacts
from producers.forms import (
    CHOOSE,
    REQUIRED,
    words,
)
from producers.models import CertificateType
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

    def to_facts(self, types: dict[str, CertificateType]) -> CertificateFacts:
        return CertificateFacts(
            type=types[self.type.data],
            number=words(self.number),
            issuer=words(self.issuer),
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
        )
