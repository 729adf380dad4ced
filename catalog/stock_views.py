"""A supplier's stock: batches taken into an offer, spoilt goods written off."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from catalog import manage_queries
from catalog.manage_pages import listing_page, receipt_form, write_off_form
from catalog.models import StockLot
from catalog.operations import stock_keeping
from producers import reach
from producers.forms import words
from producers.models import Batch
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import db
from shop.errors import InvalidInput
from shop.web.acting import carried_out

bp = Blueprint("stock", __name__)

Answer = str | Response | tuple[str, int]


@bp.post("/supplier/listings/<public_id>/receipts")
@requires("catalog:stock:write")
def create_receipt(public_id: str) -> Answer:
    actor = current_actor()
    form = receipt_form(manage_queries.own_offer(reach.own_producer(actor), public_id))

    def act() -> None:
        offer = manage_queries.own_offer(reach.own_producer(actor), public_id)
        batch = db.session.scalar(
            select(Batch).where(Batch.public_id == form.batch.data, Batch.base_id == offer.base_id)
        )
        if batch is None:
            raise InvalidInput(_("这个批次不是本商品基地所产。"), field="batch")
        stock_keeping.receive(
            offer, batch, form.quantity or 0, form.base_unit(), actor=actor, at=clock.now()
        )

    if not form.validate() or not carried_out(form, act):
        offer = manage_queries.own_offer(reach.own_producer(actor), public_id)
        return listing_page(offer, receipt=form), 422
    flash(_("已入库。"), "success")
    return redirect(url_for("listings.show_offer", public_id=public_id))


@bp.post("/supplier/listings/<public_id>/write-offs")
@requires("catalog:stock:write")
def create_write_off(public_id: str) -> Answer:
    actor = current_actor()
    offer = manage_queries.own_offer(reach.own_producer(actor), public_id)
    form = write_off_form(offer, manage_queries.lots_of(offer))

    def act() -> None:
        own = manage_queries.own_offer(reach.own_producer(actor), public_id)
        lot = db.session.scalar(
            select(StockLot)
            .join(Batch, Batch.id == StockLot.batch_id)
            .where(StockLot.offer_id == own.id, Batch.public_id == form.lot.data)
        )
        if lot is None:
            raise InvalidInput(_("没有这个库存批次。"), field="lot")
        stock_keeping.write_off(
            lot, form.amount.measured or 0, words(form.reason), actor=actor, at=clock.now()
        )

    if not form.validate() or not carried_out(form, act):
        own = manage_queries.own_offer(reach.own_producer(actor), public_id)
        return listing_page(own, write_off=form), 422
    flash(_("已报损。"), "success")
    return redirect(url_for("listings.show_offer", public_id=public_id))
