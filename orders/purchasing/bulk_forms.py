"""The bulk order form: made for the offers at hand, with one quantity field per offer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, ValidationError
from wtforms.validators import Regexp
from wtforms.widgets import TextArea

from catalog.models import Offer
from catalog.rules import BadQuantity, check_quantity
from orders.models import Channel, FundSource
from orders.placing import Account, Delivery, Wanted
from orders.purchasing.amounts import nearest
from orders.purchasing.bulk_queries import PAGE_SIZE
from orders.purchasing.choices import choices
from orders.purchasing.forms import NEEDED
from shop.accounts.models import Organisation
from shop.money import Money
from shop.units import PriceBasis
from shop.web.filters import measure, per_label
from shop.web.forms import AmountField, DayField, Form, LineField, TextBlockField, WholeField
from shop.web.frame import pick

MOST_LINES = 100
QUANTITY, SEEN = "quantity-", "seen-"
MOST_PACKS, MOST_GRAMS = 999_999, 999_999_000
FUND_LABELS = {
    FundSource.CANTEEN: _l("食堂经费"),
    FundSource.UNION: _l("工会经费"),
    FundSource.OTHER: _l("其他"),
}
CHANNEL_LABELS = {
    Channel.LOCAL: _l("本平台（不计入832平台预留份额）"),
    Channel.FUPIN832: _l("832平台"),
}
PHONE = Regexp(
    r"[0-9+][0-9 -]{5,19}\Z", message=_l("请填写电话号码，例如 13800000000 或 0476-4321000。")
)
REFERENCE = r"[0-9A-Za-z-]{6,40}"


class BulkForm(Form):
    """One bulk order as typed so far; the fields of `offers` are added when it is made."""

    offers: Mapping[str, Offer] = {}
    units: Sequence[Organisation] = ()
    free: Mapping[int, int] = {}
    sellable: frozenset[int] = frozenset()

    words = LineField(_l("商品、产地或供应商"), longest=50)
    category = SelectField(_l("品类"), validate_choice=False)
    county = SelectField(_l("产地旗县"), validate_choice=False)
    budget_unit = SelectField(_l("预算单位"), [NEEDED])
    fund_source = RadioField(
        _l("资金来源"),
        [NEEDED],
        choices=choices(FUND_LABELS.items()),
        default=FundSource.CANTEEN,
    )
    channel = RadioField(
        _l("渠道"),
        [NEEDED],
        choices=choices(CHANNEL_LABELS.items()),
        default=Channel.LOCAL,
    )
    external_reference = LineField(
        _l("832订单号"), longest=40, description=_l("渠道为832平台时必填")
    )
    address = LineField(_l("收货地点"), [NEEDED], longest=200)
    recipient = LineField(_l("收货人"), [NEEDED], longest=40)
    phone = LineField(_l("收货电话"), [NEEDED, PHONE], longest=20)
    note = TextBlockField(_l("备注"), longest=500, widget=TextArea())
    key = HiddenField()
    step = HiddenField()

    def quantity_field(self, offer: Offer) -> Any:
        return self[QUANTITY + offer.public_id]

    def chosen(self) -> list[Offer]:
        """Offers with something in their quantity field: typed, right or wrong, or put there."""
        return [
            offer
            for offer in self.offers.values()
            if (field := self.quantity_field(offer)).raw_text or field.data is not None
        ]

    def validate_external_reference(self, field: Any) -> None:
        if self.channel.data == Channel.FUPIN832:
            Regexp(REFERENCE + r"\Z", message=_("请填写832订单号：6到40位字母、数字或横线。"))(
                self, field
            )
        elif field.data:
            raise ValidationError(_("渠道不是832平台时，请不要填写832订单号。"))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        chosen = self.chosen()
        if not chosen:
            self.form_errors.append(_("请至少填写一件商品的数量。"))
        if len(chosen) > MOST_LINES:
            self.form_errors.append(_("一次最多订购 %(count)d 种商品。", count=MOST_LINES))
        for offer in chosen:
            field = self.quantity_field(offer)
            if not field.errors:
                field.errors = _faults(offer, field.data, self.free, self.sellable)
        faults = any(self.quantity_field(offer).errors for offer in chosen)
        return valid and not faults and 0 < len(chosen) <= MOST_LINES

    def to_wanted(self) -> list[Wanted]:
        """What is ordered, each at the price that the review showed."""
        return [
            Wanted(offer.id, self.quantity_field(offer).data, self._seen(offer))
            for offer in self.chosen()
        ]

    def to_delivery(self) -> Delivery:
        return Delivery(
            recipient=self.recipient.data or "",
            phone=self.phone.data or "",
            address=self.address.data or "",
            region_code=self.unit.region_code,
            on=cast(date, self["delivery_on"].data),
            note=self.note.data or None,
        )

    def to_account(self, organisation_id: int) -> Account:
        """On whose account: the unit's department and region are frozen on the order."""
        return Account(
            organisation_id=organisation_id,
            budget_unit_id=self.unit.id,
            department_id=self.unit.department_id,
            region_code=self.unit.region_code,
            fund_source=FundSource(self.fund_source.data),
            channel=Channel(self.channel.data),
            external_reference=self.external_reference.data or None,
        )

    @property
    def unit(self) -> Organisation:
        return next(unit for unit in self.units if unit.public_id == self.budget_unit.data)

    def _seen(self, offer: Offer) -> Money | None:
        fen = self[SEEN + offer.public_id].data
        return Money(fen) if fen is not None else None


def _faults(
    offer: Offer, quantity: int, free: Mapping[int, int], sellable: frozenset[int]
) -> list[str]:
    if offer.id not in sellable:
        return [_("这件商品现在不能购买，请清空数量。")]
    try:
        check_quantity(quantity, minimum=offer.minimum, multiple=offer.multiple)
    except BadQuantity:
        near = nearest(quantity, minimum=offer.minimum, multiple=offer.multiple,
                       free=free.get(offer.id))  # fmt: skip
        return [amounts_in_words(offer) + _near_words(offer, near)]
    if offer.id in free and quantity > free[offer.id]:
        return [_("库存不足，现在可订 %(free)s。", free=in_words(offer, free[offer.id]))]
    return []


def amounts_in_words(offer: Offer) -> str:
    """In which amounts an offer is sold."""
    if offer.multiple == 1:
        return _("起订 %(minimum)s。", minimum=in_words(offer, offer.minimum))
    return _(
        "起订 %(minimum)s，按 %(multiple)s 的整倍数订购。",
        minimum=in_words(offer, offer.minimum),
        multiple=in_words(offer, offer.multiple),
    )


def _near_words(offer: Offer, near: list[int]) -> str:
    if not near:
        return ""
    amounts = _(" 或 ").join(in_words(offer, amount) for amount in near)
    return _("可改为 %(amounts)s。", amounts=amounts)


def in_words(offer: Offer, quantity: int) -> str:
    return measure(quantity, offer.price_basis, pick(offer.product, "pack_name"))


def asked_ids() -> list[str]:
    """Public ids of the offers that the request names, each once, in the order typed."""
    names = [name for name in request.form if name.startswith((QUANTITY, SEEN))]
    return list(dict.fromkeys(name.partition("-")[2] for name in names))[: MOST_LINES + PAGE_SIZE]


def bulk_form(
    offers: Iterable[Offer],
    units: Sequence[Organisation],
    *,
    today: date,
    free: Mapping[int, int],
    sellable: Iterable[int],
    start: Mapping[str, Any] | None = None,
) -> BulkForm:
    """The form for these offers, filled from the request; `free` empty: stock is not asked.

    With `start` (field name: value) it begins with these values, whatever the request holds.
    """
    known = {offer.public_id: offer for offer in offers}
    fields: dict[str, Any] = {
        "offers": known,
        "units": units,
        "free": free,
        "sellable": frozenset(sellable),
        "delivery_on": DayField(
            _l("送货日期"), [NEEDED], earliest=today, latest=today + timedelta(days=365)
        ),
    }
    for public_id, offer in known.items():
        fields[QUANTITY + public_id] = _quantity_field(offer)
        fields[SEEN + public_id] = WholeField(maximum=9_999_999_999)
    made = cast(type[BulkForm], type("BulkForm", (BulkForm,), fields))
    unit = units[0] if units else None
    defaults = {
        "budget_unit": unit.public_id if unit else None,
        "address": unit.address if unit else "",
        "recipient": unit.contact_name if unit else "",
        "phone": unit.contact_phone if unit else "",
    }
    form = made(data=defaults) if start is None else made(None, data={**defaults, **start})
    form.budget_unit.choices = choices((unit.public_id, unit.name) for unit in units)
    return form


def _quantity_field(offer: Offer) -> WholeField | AmountField:
    label = _("%(name)s的数量（%(unit)s）", name=pick(offer.product),
              unit=per_label(offer.price_basis, pick(offer.product, "pack_name")))  # fmt: skip
    if offer.price_basis == PriceBasis.PACK:
        return WholeField(label, minimum=1, maximum=MOST_PACKS)
    return AmountField(label, minimum=1, maximum=MOST_GRAMS)
