"""The table of listings as one form: every row's price and stock, and the chosen rows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.validators import AnyOf, InputRequired, Optional

from catalog.listings_table import OfferRow
from catalog.manage_forms import MOST_GRAMS, MOST_PACKS
from catalog.states import OfferStatus
from shop.money import Money
from shop.units import PriceBasis
from shop.web.filters import per_label
from shop.web.forms import AmountField, Form, MoneyField, WholeField
from shop.web.frame import pick

SEEN = re.compile(r"[0-9]{1,12}/[0-9]{1,12}")
POSTED = re.compile(r"seen-([A-Za-z0-9_-]{22})")
NEEDED = InputRequired(_l("请填写。"))


@dataclass(frozen=True)
class Edit:
    """What was typed into one row beside what the page had shown; None: left as it was."""

    row: OfferRow
    price: Money | None
    counted: int | None
    seen_price: Money
    seen_free: int


class TableForm(Form):
    """Prices and stock by row; `offer` are the rows ticked for `act`."""

    repeatable = frozenset({"offer"})
    rows: tuple[OfferRow, ...] = ()

    act = StringField(validators=[AnyOf(["save", "suspend", "resume"])], default="save")
    offer = SelectMultipleField(_l("所选商品"), [Optional()])

    def fields_of(self, row: OfferRow) -> dict[str, Any]:
        """The row's fields by what they hold; empty for a row that takes no change."""
        names = {name: f"{name}-{row.public_id}" for name in ("price", "stock", "seen")}
        return {name: self[key] for name, key in names.items() if key in self}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if not posted_ids():  # the table sends every row it shows
            self.form_errors.append(_("页面内容不完整，请刷新后重新填写。"))
            return False
        for row in self.rows:
            seen = self.fields_of(row).get("seen")
            if seen is not None and not SEEN.fullmatch(seen.data or ""):
                self.form_errors.append(_("页面内容不完整，请刷新后重新填写。"))
                return False
        return valid

    @property
    def chosen(self) -> set[str]:
        return set(self.offer.data or ())

    def to_edits(self) -> list[Edit]:
        """Only rows in which something was typed, by id: the order in which they are locked."""
        found = []
        for row in sorted(self.rows, key=lambda row: row.id):
            fields = self.fields_of(row)
            if "seen" not in fields or fields["seen"].name not in request.form:
                continue
            fen, free = (int(part) for part in fields["seen"].data.split("/"))
            price = fields["price"].data
            counted = fields["stock"].data if "stock" in fields else None
            edit = Edit(
                row,
                price if price != Money(fen) else None,
                counted if counted != free else None,
                Money(fen),
                free,
            )
            if edit.price is not None or edit.counted is not None:
                found.append(edit)
        return found


def table_form(rows: Iterable[OfferRow]) -> TableForm:
    """A form over these rows; a retired offer takes no change, stock needs a batch before."""
    taken = tuple(row for row in rows if row.status != OfferStatus.RETIRED)
    fields: dict[str, Any] = {"rows": taken}
    for row in taken:
        name, key = pick(row), row.public_id
        unit = per_label(row.basis, pick(row, "pack_name"))
        # A row that was not sent is only shown again; one that was must be whole.
        rules = [NEEDED] if f"seen-{key}" in request.form else [Optional()]
        fields[f"price-{key}"] = MoneyField(
            _("%(name)s：单价（元/%(unit)s）", name=name, unit=unit), rules, default=row.price
        )
        fields[f"seen-{key}"] = HiddenField(default=f"{row.price.fen}/{row.free}")
        if row.has_lots:
            words = _("%(name)s：可售库存（%(unit)s）", name=name, unit=unit)
            fields[f"stock-{key}"] = _stock_field(words, row, rules)
    form = cast(type[TableForm], type("TableForm", (TableForm,), fields))()
    form.offer.choices = [(row.public_id, pick(row)) for row in taken]
    return form


def _stock_field(words: str, row: OfferRow, rules: list[Any]) -> Any:
    if row.basis == PriceBasis.PACK:
        return WholeField(words, rules, minimum=0, maximum=MOST_PACKS, default=row.free)
    return AmountField(words, rules, minimum=0, maximum=MOST_GRAMS, default=row.free)


def posted_ids() -> set[str]:
    """The offers whose rows or ticks were sent."""
    rows = {found[1] for name in request.form if (found := POSTED.fullmatch(name))}
    return rows | set(request.form.getlist("offer"))
