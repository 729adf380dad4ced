"""The page of one listing, shown by its views and again when something on it was refused."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from catalog import manage_queries
from catalog.manage_forms import TermsForm
from catalog.models import Offer, StockLot
from catalog.pictures import picture_url
from catalog.states import OFFER_LABELS, OFFER_MACHINE, REVIEWER_EVENTS, OfferStatus
from catalog.stock_forms import ReceiptForm, WriteOffForm
from shop import clock
from shop.web.choices import PLEASE, choices
from shop.web.filters import content, measure
from shop.web.forms import Form
from shop.web.frame import pick


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
    status = OfferStatus(offer.status)
    lots = manage_queries.lots_of(offer)
    picture = offer.product.picture
    return render_template(
        "catalog/manage/listing.html",
        offer=offer,
        product=offer.product,
        status=OFFER_LABELS[status],
        events=set(OFFER_MACHINE.events_from(status)) - REVIEWER_EVENTS,
        conditions=manage_queries.conditions_of([offer.id], clock.today())[offer.id],
        picture=picture_url(
            offer.product.motif, offer.product_id, picture.public_id if picture else None
        ),
        lots=lots,
        terms_form=terms_form or TermsForm(formdata=None, **TermsForm.written(offer)),
        receipt=receipt or receipt_form(offer, blank=True),
        write_off=write_off or write_off_form(offer, lots, blank=True),
        refused=refused,
    )
