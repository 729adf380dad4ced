"""A canteen's bulk order: choose, review, place."""

import re
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from catalog.models import Offer
from catalog.queries import buyable_ids, free_stock
from orders.models import Purchase
from orders.placing import PriceChanged, place, unit_price
from orders.purchasing import bulk_queries
from orders.purchasing.bulk_forms import QUANTITY, SEEN, BulkForm, asked_ids, bulk_form
from orders.purchasing.bulk_queries import PAGE_SIZE, Search
from orders.purchasing.choices import choices
from orders.purchasing.references import refuse_used_reference
from orders.purchasing.repeating import Repeat, repeat_of
from shop import clock
from shop.access import requires
from shop.accounts.models import Organisation
from shop.actor import current_actor
from shop.db import transaction
from shop.errors import DomainError
from shop.money import Money, total
from shop.regions.queries import names
from shop.units import UNITS, PriceBasis, plain_decimal
from shop.web.frame import pick
from shop.web.paging import Page

bp = Blueprint("bulk_orders", __name__)
PAGE_STEP = re.compile(r"page-([1-9][0-9]{0,3})")
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Row:
    """One offer of the order with its field; price and amount once the quantity is known."""

    offer: Offer
    field: Any
    place: str
    free: int
    price: Money | None = None
    amount: Money | None = None

    @property
    def quantity_short(self) -> bool:
        """Whether more is asked for than is free; placing decides."""
        return isinstance(self.field.data, int) and self.field.data > self.free

    @property
    def tiers(self) -> str:
        """From which quantity, as typed, which price in fen: what the live sums go by."""
        is_pack = self.offer.price_basis == PriceBasis.PACK
        return ",".join(
            f"{tier.from_quantity if is_pack else plain_decimal(tier.from_quantity, UNITS['kg'])}"
            f":{tier.price.fen}"
            for tier in self.offer.tiers
        )

    def typed(self, quantity: int) -> str:
        """A quantity as one would type it into the field."""
        is_pack = self.offer.price_basis == PriceBasis.PACK
        return str(quantity) if is_pack else plain_decimal(quantity, UNITS["kg"])


@dataclass(frozen=True)
class Part:
    """What one seller gets: its own order."""

    seller: str
    rows: list[Row]

    @property
    def amount(self) -> Money:
        return total(row.amount or Money(0) for row in self.rows)


@requires("orders:order:place")
def new_order() -> Answer:
    """Choose offers; a POST narrows the choice, turns the page or goes on to the review.

    `?again=` and the number of an order or a purchase of the unit begins with its lines.
    """
    today = clock.today()
    if request.method != "POST":
        again = request.args.get("again", "")
        return _repeat(again, today) if again else _selection(_form([], today), _search(1), today)
    step = request.form.get("step", "review")
    form = _form(asked_ids(), today, checked=step == "review")
    if step == "review":
        if form.validate_on_submit():
            return _review(form)
        return _selection(form, _search(1), today), 422
    turned = PAGE_STEP.fullmatch(step)
    if turned is None and step not in {"search", "change"}:
        raise NoSuchPage
    status = 200 if form.has_only_its_own() else 422
    return _selection(form, _search(int(turned[1]) if turned else 1), today), status


@bp.post("/canteen/orders")
@requires("orders:order:place")
def create() -> Answer:
    """Place what the review showed; the form's key makes a second click the same order."""
    today, actor = clock.today(), current_actor()
    form = _form(asked_ids(), today)
    if not form.validate_on_submit() or not form.key.data or not actor.organisation_id:
        return _selection(form, _search(1), today), 422
    wanted, delivery = form.to_wanted(), form.to_delivery()
    account = form.to_account(actor.organisation_id)
    try:
        with transaction():
            refuse_used_reference(account, form.key.data, actor=actor)
            purchase = place(
                wanted, delivery, key=form.key.data, account=account, actor=actor, at=clock.now()
            )
            numbers = _numbers(purchase)
    except DomainError as refusal:
        return _refused(refusal, today), refusal.status
    flash(
        ngettext("已提交，等待审批。", "已按供应商提交%(num)d张订单，等待审批。", len(numbers)),
        "success",
    )
    if len(numbers) == 1:
        return redirect(url_for("canteen.order", number=numbers[0]))
    return redirect(url_for("canteen.orders"))


def start_with(
    start: dict[str, Any],
    offers: list[Offer],
    units: list[Organisation] | None = None,
    repeat: Repeat | None = None,
) -> str:
    """The choice as it begins with these fields and offers."""
    today = clock.today()
    units = bulk_queries.units_for(current_actor()) if units is None else units
    form = bulk_form(offers, units, today=today, free={}, sellable=(), start=start)
    return _selection(form, Search(), today, repeat)


def _repeat(number: str, today: date) -> str:
    found = repeat_of(number, actor=current_actor(), on=today)
    return start_with(found.start, found.offers, found.units, found)


def _refused(refusal: DomainError, today: date) -> str:
    """The same choice again, read anew: at new prices to be reviewed, else to be changed."""
    form = _form(asked_ids(), today)
    form.validate_on_submit()
    if isinstance(refusal, PriceChanged):
        flash(str(refusal.message), "warning")
        return _review(form)
    form.refuse(refusal.field, refusal.message)
    return _selection(form, _search(1), today)


def _numbers(purchase: Purchase) -> list[str]:
    return [order.number for order in purchase.orders]


def _search(page: int) -> Search:
    values = request.form if request.method == "POST" else request.args
    return Search(
        values.get("words", "").strip()[:50], values.get("category", ""),
        values.get("county", ""), page,
    )  # fmt: skip


def _form(asked: list[str], today: date, *, checked: bool = False) -> BulkForm:
    """The form for these offers. Unchecked, stock and sale are left to placing itself."""
    offers = bulk_queries.offers_by_public_id(asked)
    ordered = [offers[public_id] for public_id in asked if public_id in offers]
    ids = [offer.id for offer in ordered]
    return bulk_form(
        ordered,
        bulk_queries.units_for(current_actor()),
        today=today,
        free=dict.fromkeys(ids, 0) | free_stock(ids) if checked and ids else {},
        sellable=buyable_ids(ids, today) if checked and ids else ids,
    )


def _selection(
    form: BulkForm, search: Search, today: date, repeat: Repeat | None = None
) -> str:  # fmt: skip
    chosen = form.chosen()
    found, ordered_on, count = bulk_queries.find_offers(
        search, actor=current_actor(), on=today, without=[offer.public_id for offer in chosen]
    )
    empty = bulk_form(found, form.units, today=today, free={}, sellable=())
    free = free_stock([offer.id for offer in [*chosen, *found]])
    sale = bulk_queries.on_sale(today)
    form.category.choices = choices(
        [
            ("", _("全部品类")),
            *[(one.code, pick(one)) for one in sale.categories],
        ]
    )
    form.county.choices = choices([("", _("全部旗县")), *sale.counties.items()])
    form.words.data, form.category.data, form.county.data = (
        search.words, search.category, search.county,
    )  # fmt: skip
    rows = [
        _row(form.quantity_field(offer), offer, sale.counties, free, counted=True)
        for offer in chosen
    ]
    return render_template(
        "orders/canteen/new.html",
        form=form,
        chosen=rows,
        found=[_row(empty.quantity_field(offer), offer, sale.counties, free) for offer in found],
        ordered_on=ordered_on,
        page=Page(search.page, PAGE_SIZE, count),
        amount=total(row.amount for row in rows if row.amount),
        repeat=repeat,
    )


def _review(form: BulkForm) -> str:
    places = names({offer.base.county_code for offer in form.chosen()})
    parts: dict[int, Part] = {}
    for offer in form.chosen():
        seller = offer.product.producer
        part = parts.setdefault(seller.id, Part(seller.name, []))
        part.rows.append(_row(form.quantity_field(offer), offer, places, {}, counted=True))
    shown = [row for part in parts.values() for row in part.rows]
    carried = [
        (name, value)
        for name, value in request.form.items()
        if value and name not in {"csrf_token", "step", "key"} and not name.startswith(SEEN)
        and (not name.startswith(QUANTITY) or value.strip())
    ]  # fmt: skip
    seen = [(SEEN + row.offer.public_id, row.price.fen) for row in shown if row.price]
    return render_template(
        "orders/canteen/review.html",
        form=form,
        parts=list(parts.values()),
        total=total(part.amount for part in parts.values()),
        hidden_fields=[*carried, *seen, ("key", secrets.token_urlsafe(16))],
    )


def _row(
    field: Any, offer: Offer, places: dict[str, str], free: dict[int, int], counted: bool = False
) -> Row:
    place_name, left = places.get(offer.base.county_code, ""), free.get(offer.id, 0)
    quantity = field.data if counted else None
    if not isinstance(quantity, int):
        return Row(offer, field, place_name, left)
    price = unit_price(offer, quantity)
    amount = PriceBasis(offer.price_basis).amount(price, quantity)
    return Row(offer, field, place_name, left, price, amount)
