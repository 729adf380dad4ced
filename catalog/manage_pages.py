"""The page of one listing, shown by its views and again when something on it was refused."""

from datetime import date
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from catalog import manage_queries
from catalog.cards import what_for
from catalog.manage_forms import TermsForm
from catalog.manage_queries import Conditions
from catalog.models import Offer, Product, StockLot
from catalog.operations.offers import is_describable
from catalog.pictures import card_picture
from catalog.presentation import unit_price_words
from catalog.queries import certificates_of
from catalog.rules import unit_prices
from catalog.states import OFFER_LABELS, OFFER_MACHINE, REVIEWER_EVENTS, OfferStatus
from catalog.stock_forms import ReceiptForm, WriteOffForm
from shop import clock
from shop.units import PriceBasis
from shop.web.choices import PLEASE, choices
from shop.web.filters import content, measure
from shop.web.forms import Form
from shop.web.frame import pick


def picture_of(product: Product) -> str:
    """The small picture of a product that stands beside its name."""
    picture = product.picture
    return card_picture(product.motif, product.id, picture.public_id if picture else None).url


def preview_of(offer: Offer, conditions: Conditions, on: date) -> dict[str, Any]:
    """The card that buyers see, as `product_card` takes it: one query."""
    product = offer.product
    pair = (product.id, offer.base_id)
    prices = unit_prices(
        offer.price, PriceBasis(offer.price_basis), product.content, product.content_unit
    )
    return {
        "url": url_for("catalog.product", public_id=offer.public_id)
        if offer.status in {OfferStatus.LISTED, OfferStatus.SUSPENDED}
        else "#conditions",
        "picture_url": picture_of(product),
        "name": pick(product),
        "place": offer.base.name,
        "producer_name": "",
        "price": offer.price,
        "per_label": what_for(
            offer.price_basis, pick(product, "pack_name"), product.content, product.content_unit
        ),
        "certificates": [pick(each.type) for each in certificates_of([pair], on)[pair]],
        "is_available": conditions.is_buyable and conditions.free > 0,
        "unavailable_label": None,
        "counts_label": None,
        "unit_prices": [unit_price_words(each) for each in prices],
    }


def receipt_form(offer: Offer, *, blank: bool = False) -> ReceiptForm:
    """Batches of the offer's base with what is left, and units of the product's own kind."""
    form = ReceiptForm(prefix="receipt-", **_from(blank))
    form.offer_units(offer.product.content_unit)
    form.batch.choices = choices(
        [
            (
                each.batch.public_id,
                f"{each.batch.code} · {each.batch.produce} · "
                + _("余 %(left)s", left=content(each.room, each.batch.unit_code)),
            )
            for each in manage_queries.batches_for(offer)
        ],
        ask=PLEASE,
    )
    return form


def _from(blank: bool) -> dict[str, Any]:
    """Read what was sent, or show the form as new. Several forms of a page keep their ids apart."""
    return {"formdata": None} if blank else {}


def write_off_form(offer: Offer, lots: list[StockLot], *, blank: bool = False) -> WriteOffForm:
    form = WriteOffForm(prefix="write-off-", **_from(blank))
    form.basis = offer.price_basis
    pack = pick(offer.product, "pack_name")
    form.lot.choices = choices(
        [
            (
                lot.batch.public_id,
                f"{lot.batch.code} · "
                + _("可用 %(free)s", free=measure(lot.on_hand - lot.held, offer.price_basis, pack)),
            )
            for lot in lots
            if lot.on_hand > lot.held
        ],
        ask=PLEASE,
    )
    return form


def listing_page(
    offer: Offer,
    *,
    terms_form: TermsForm | None = None,
    receipt: ReceiptForm | None = None,
    write_off: WriteOffForm | None = None,
    refused: Form | None = None,
) -> str:
    status, today = OfferStatus(offer.status), clock.today()
    lots = manage_queries.lots_of(offer)
    siblings = manage_queries.siblings_of(offer)
    conditions = manage_queries.conditions_of([offer.id], today)[offer.id]
    return render_template(
        "catalog/manage/listing.html",
        offer=offer,
        product=offer.product,
        status=OFFER_LABELS[status],
        events=set(OFFER_MACHINE.events_from(status)) - REVIEWER_EVENTS,
        conditions=conditions,
        may_describe=is_describable(offer, [each.status for each in siblings]),
        siblings=siblings,
        preview=preview_of(offer, conditions, today),
        today=today,
        lots=lots,
        terms_form=terms_form or TermsForm(formdata=None, **TermsForm.written(offer)),
        receipt=receipt or receipt_form(offer, blank=True),
        write_off=write_off or write_off_form(offer, lots, blank=True),
        refused=refused,
    )
