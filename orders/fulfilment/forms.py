"""Forms of a delivery: batches, dispatch, weighing. Fields follow the order's own lines."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import Regexp

from catalog.manage_forms import measure_text
from catalog.models import StockLot
from orders.fulfilment.operations import MOST_DELIVERED, Shipment, Weighed, Weighing
from orders.models import Order, OrderLine
from orders.purchasing.forms import NEEDED
from shop.units import PriceBasis
from shop.web.filters import measure, per_label
from shop.web.forms import AmountField, Form, LineField, WholeField
from shop.web.frame import pick

REJECTION_REASONS = (
    _l("变质或有异味"), _l("包装破损"), _l("规格不符"), _l("分量不足"), _l("温度超标"), _l("没有合格证明"),
)  # fmt: skip
"""What goods are most often refused for; any other reason can be written."""


def quantity_field(line: OrderLine, label: str, most: int, **kwargs: Any) -> Any:
    """A field in the line's own measure: packs, or kilograms kept in grams."""
    unit = per_label(line.price_basis, pick(line, "pack_name"))
    words = _("%(name)s（%(detail)s）", name=label, detail=unit)
    if line.price_basis == PriceBasis.PACK:
        return WholeField(words, minimum=0, maximum=most, **kwargs)
    return AmountField(words, minimum=0, maximum=most, **kwargs)


class ShipmentForm(Form):
    """发货登记."""

    carrier = LineField(_l("送货人或承运单位"), [NEEDED], longest=60)
    vehicle = LineField(_l("车牌号"), longest=20)
    phone = LineField(
        _l("送货电话"),
        [Regexp(r"([0-9+][0-9 -]{5,19})?\Z", message=_l("请填写电话号码。"))],
        longest=20,
    )

    def to_shipment(self) -> Shipment:
        return Shipment(self.carrier.data or "", self.vehicle.data or None, self.phone.data or None)


class WeighingForm(Form):
    """到货称重: per line delivered (or just as ordered), rejected, reason and remark."""

    lines: tuple[OrderLine, ...] = ()
    step = HiddenField()

    papers_checked = BooleanField(_l("已查验随货合格证明（承诺达标合格证、检疫证明或检验报告）"))
    temperature = LineField(_l("到货温度"), longest=60)
    remark = LineField(_l("整单备注"), longest=200)

    def fields_of(self, line: OrderLine) -> dict[str, Any]:
        names = ("delivered", "same", "rejected", "reason", "remark")
        return {name: self[f"{name}-{line.position}"] for name in names}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for line in self.lines:
            fields = self.fields_of(line)
            delivered, rejected = fields["delivered"], fields["rejected"]
            if fault := _delivered_fault(line, delivered, fields["same"].data):
                delivered.errors = [fault]
                valid = False
            if delivered.errors or rejected.errors:
                continue
            if (rejected.data or 0) > delivered.data:
                rejected.errors = [_("拒收数量不能大于到货数量。")]
                valid = False
            elif rejected.data and not fields["reason"].data:
                fields["reason"].errors = [_("有拒收时请填写原因。")]
                valid = False
        return valid

    def take_as_ordered(self) -> None:
        """Put what was ordered where nothing is filled in yet: 全部按单收货."""
        for line in self.lines:
            fields = self.fields_of(line)
            if not fields["delivered"].raw_text:
                fields["delivered"].data, fields["same"].data = line.quantity, True

    def to_weighing(self) -> Weighing:
        found = {}
        for line in self.lines:
            fields = {name: field.data for name, field in self.fields_of(line).items()}
            found[line.id] = Weighed(
                fields["delivered"],
                fields["rejected"] or 0,
                fields["reason"] or None,
                fields["remark"] or None,
            )
        return Weighing(
            found, self.papers_checked.data, self.temperature.data or None, self.remark.data or None
        )


def _delivered_fault(line: OrderLine, delivered: Any, is_same: bool) -> str | None:
    """Takes the ordered quantity where only 与订单一致 was ticked; says what else is wrong."""
    if delivered.errors:
        return None
    if is_same and not delivered.raw_text:
        delivered.data = line.quantity
    if delivered.data is None:
        return _("请填写到货数量，或者勾选“与订单一致”。")
    if is_same and delivered.data != line.quantity:
        return _("勾选了“与订单一致”，但填写的数量不同，请改正其中一处。")
    return None


def weighing_form(order: Order) -> WeighingForm:
    """A form with fields for each line of this order."""
    fields: dict[str, Any] = {"lines": tuple(order.lines)}
    for line in order.lines:
        most = MOST_DELIVERED * line.quantity
        fields[f"delivered-{line.position}"] = quantity_field(line, _("实到"), most)
        fields[f"same-{line.position}"] = BooleanField(_("与订单一致"))
        fields[f"rejected-{line.position}"] = quantity_field(line, _("拒收"), most)
        fields[f"reason-{line.position}"] = LineField(_("拒收原因"), longest=200)
        fields[f"remark-{line.position}"] = LineField(_("备注"), longest=200)
    return cast(type[WeighingForm], type("WeighingForm", (WeighingForm,), fields))()


class BatchForm(Form):
    """分配批次: how much of each line comes from which lot."""

    lots: Mapping[int, tuple[StockLot, ...]] = {}
    lines: tuple[OrderLine, ...] = ()
    held: Mapping[tuple[int, int], int] = {}

    def field_of(self, line: OrderLine, lot: StockLot) -> Any:
        return self[f"take-{line.position}-{lot.id}"]

    def free_of(self, line: OrderLine, lot: StockLot) -> int:
        """What this line may take from the lot: what is free, and what it holds already."""
        return lot.on_hand - lot.held + self.held.get((line.id, lot.id), 0)

    def taken_of(self, line: OrderLine) -> int:
        return sum(self.field_of(line, lot).data or 0 for lot in self.lots[line.id])

    def typed(self, line: OrderLine, quantity: int) -> str:
        """A quantity of the line as its fields take it."""
        return measure_text(quantity, line.price_basis)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for line in self.lines:
            for lot in self.lots[line.id]:
                field, free = self.field_of(line, lot), self.free_of(line, lot)
                if not field.errors and (field.data or 0) > free:
                    most = _measured(line, free)
                    field.errors = [_("这个批次最多可取 %(quantity)s。", quantity=most)]
                    valid = False
            fields = [self.field_of(line, lot) for lot in self.lots[line.id]]
            if any(field.errors for field in fields):
                continue
            if self.taken_of(line) != line.quantity and fields:
                ordered = _measured(line, line.quantity)
                fields[0].errors = [
                    _("各批次之和必须等于订购数量 %(quantity)s。", quantity=ordered)
                ]
                valid = False
        return valid

    def to_chosen(self) -> dict[int, dict[int, int]]:
        """{line id: {lot id: quantity}}"""
        chosen = {}
        for line in self.lines:
            taken = {lot.id: self.field_of(line, lot).data or 0 for lot in self.lots[line.id]}
            chosen[line.id] = {lot_id: quantity for lot_id, quantity in taken.items() if quantity}
        return chosen


def _measured(line: OrderLine, quantity: int) -> str:
    return measure(quantity, line.price_basis, pick(line, "pack_name"))


def batch_form(
    order: Order, lots: Iterable[StockLot], held: Mapping[tuple[int, int], int]
) -> BatchForm:
    """A form over the lots of the order's offers; `held` {(line id, lot id): quantity} fills it."""
    by_offer: dict[int, list[StockLot]] = {}
    for lot in lots:
        by_offer.setdefault(lot.offer_id, []).append(lot)
    fields: dict[str, Any] = {
        "lines": tuple(order.lines),
        "held": held,
        "lots": {line.id: tuple(by_offer.get(line.offer_id, ())) for line in order.lines},
    }
    for line in order.lines:
        for lot in by_offer.get(line.offer_id, ()):
            label = _("%(name)s 取自批次 %(batch)s", name=pick(line, "product_name"),
                      batch=lot.batch.code)  # fmt: skip
            fields[f"take-{line.position}-{lot.id}"] = quantity_field(
                line, label, line.quantity, default=held.get((line.id, lot.id))
            )
    return cast(type[BatchForm], type("BatchForm", (BatchForm,), fields))()
