"""Order by pasting a list: read, put right row by row, take over into the order."""

import re

from flask import Blueprint, render_template
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound as NoSuchPage

from orders.purchasing import bulk_views
from orders.purchasing.bulk_forms import QUANTITY
from orders.purchasing.paste import Row
from orders.purchasing.pasting import ReadList, read_rows
from orders.purchasing.pasting_forms import RowsForm, TextForm, rows_form
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.units import UNITS, PriceBasis, plain_decimal
from shop.web.forms import Form
from shop.web.frame import pick

bp = Blueprint("pasting", __name__, url_prefix="/canteen/orders/pasting")
FIX = re.compile(r"fix-([0-9]{1,3})-([1-9][0-9]{0,11})")
DROP = re.compile(r"drop-([0-9]{1,3})")
Answer = str | tuple[str, int]


@bp.get("")
@requires("orders:order:place")
def show() -> str:
    return _text_page(TextForm(formdata=None))


@bp.post("")
@requires("orders:order:place")
def read() -> Answer:
    """Read the text; its rows come back as a table to be checked."""
    form = TextForm()
    if not form.validate_on_submit():
        return _text_page(form), 422
    rows = form.rows()
    return _rows_page(rows, {}, form)


@bp.post("/rows")
@requires("orders:order:place")
def check() -> Answer:
    """Read the rows again as they were put right; with step `take` go on to the order."""
    form = rows_form(None)
    valid, step = form.validate_on_submit(), form.step.data or "check"
    if not form.count:
        return _text_page(TextForm(formdata=None), form), 422
    rows = [form.row(n) for n in range(form.count)]
    picked = {n: form.picked(n) for n in range(form.count)}
    if not valid:
        return _rows_page(rows, picked, form), 422
    if fixed := FIX.fullmatch(step):
        rows = _fixed(rows, picked, int(fixed[1]), int(fixed[2]))
    elif dropped := DROP.fullmatch(step):
        kept = [n for n in range(len(rows)) if n != int(dropped[1])]
        rows, picked = [rows[n] for n in kept], {m: picked[n] for m, n in enumerate(kept)}
    elif step not in {"check", "take"}:
        raise NoSuchPage
    if not rows:
        return _text_page(TextForm(formdata=None))
    if step != "take":
        return _rows_page(rows, picked, form)
    found = _read(rows, picked)
    if found.problems:
        return _table(found, form), 422
    return bulk_views.start_with(
        {QUANTITY + offer.public_id: amount for offer, amount in found.quantities().items()},
        list(found.quantities()),
    )


def _fixed(rows: list[Row], picked: dict[int, str], number: int, amount: int) -> list[Row]:
    """The rows with one amount as it was offered, in the measure of the row's offer."""
    found = _read(rows, picked)
    if number >= len(rows) or (offer := found.rows[number].offer) is None:
        raise NoSuchPage
    picked[number] = offer.public_id
    if offer.price_basis == PriceBasis.PACK:
        row = Row(rows[number].words, str(amount), pick(offer.product, "pack_name"))
    else:
        row = Row(rows[number].words, plain_decimal(amount, UNITS["kg"]), _("千克"))
    return [*rows[:number], row, *rows[number + 1 :]]


def _read(rows: list[Row], picked: dict[int, str]) -> ReadList:
    return read_rows(rows, picked, actor=current_actor(), on=clock.today())


def _rows_page(rows: list[Row], picked: dict[int, str], form: Form) -> str:
    return _table(_read(rows, picked), form)


def _table(found: ReadList, form: Form) -> str:
    return render_template(
        "orders/canteen/pasted.html", found=found, form=form, places=found.places()
    )


def _text_page(form: TextForm, refused: RowsForm | None = None) -> str:
    if refused is not None:
        form.form_errors = refused.form_errors or [_("请至少写一行，例如：敖汉小米 5 袋。")]
    return render_template("orders/canteen/pasting.html", form=form)
