"""A supplier's listings: a new one, one with its terms, its stock and its conditions."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from catalog import manage_queries
from catalog.categories import category_tree
from catalog.manage_forms import FurtherOfferForm, NewOfferForm, ProductForm, TermsForm
from catalog.manage_pages import listing_page
from catalog.models import Offer, Product
from catalog.operations import offers
from catalog.states import OfferEvent
from producers import reach
from producers.forms import BareForm
from producers.models import Producer
from shop import clock
from shop.access import requires
from shop.actor import Actor, current_actor
from shop.errors import InvalidInput
from shop.files import StoredFile
from shop.units import UNITS, plain_decimal
from shop.uploads import BadFile, Purpose, store_upload
from shop.web.acting import carried_out
from shop.web.choices import PLEASE, choices
from shop.web.sending import judged

bp = Blueprint("listings", __name__)

Answer = str | Response | tuple[str, int]


@bp.route("/supplier/listings/new", methods=["GET", "POST"])
@requires("catalog:offer:write")
def new_offer() -> Answer:
    actor, today = current_actor(), clock.today()
    producer = reach.own_producer(actor)
    form = NewOfferForm()
    form.offer_choices(category_tree(), manage_queries.processors_for(producer, today))
    bases = reach.usable_bases(producer, today)
    form.base.choices = choices(((base.public_id, base.name) for base in bases), ask=PLEASE)
    if not form.is_submitted():
        return render_template("catalog/manage/offer_form.html", form=form)
    made: list[str] = []

    def act() -> None:
        own = reach.own_producer(actor)
        offer = offers.create_offer(
            own,
            form.to_facts(manage_queries.processors_for(own, today)),
            reach.usable_base(own, form.base.data, today),
            form.chosen_basis(),
            form.to_terms(),
            picture=_store_picture(form, actor),
            actor=actor,
            at=clock.now(),
        )
        made.append(offer.public_id)

    if not judged(form, form.picture, Purpose.PICTURE) or not carried_out(form, act):
        return render_template("catalog/manage/offer_form.html", form=form), 422
    flash(_("商品已保存为草稿，核对后提交审核。"), "success")
    return redirect(url_for("listings.show_offer", public_id=made[0]))


def _store_picture(form: ProductForm, actor: Actor) -> StoredFile | None:
    sent = form.picture.data
    if not isinstance(sent, FileStorage) or not sent.filename:
        return None
    try:
        return store_upload(
            sent, organisation_id=actor.organisation_id, purpose=Purpose.PICTURE, at=clock.now()
        )
    except BadFile as refusal:
        raise InvalidInput(refusal.message, field="picture") from None


@bp.route("/supplier/listings/<public_id>/further-offers", methods=["GET", "POST"])
@requires("catalog:offer:write")
def new_further_offer(public_id: str) -> Answer:
    """The same product from another base; its facts stay, base and terms are its own."""
    actor, today = current_actor(), clock.today()
    producer = reach.own_producer(actor)
    known = manage_queries.own_offer(producer, public_id)
    form = FurtherOfferForm(**FurtherOfferForm.like(known))
    form.content_unit = known.product.content_unit
    free = manage_queries.further_bases(known, reach.usable_bases(producer, today))
    form.base.choices = choices(((base.public_id, base.name) for base in free), ask=PLEASE)
    page = {"form": form, "offer": known, "has_bases": bool(free)}
    if not form.is_submitted():
        return render_template("catalog/manage/further_offer.html", **page)
    made: list[str] = []

    def act() -> None:
        own = reach.own_producer(actor)
        offer = offers.create_further_offer(
            manage_queries.own_offer(own, public_id).product,
            reach.usable_base(own, form.base.data, today),
            form.chosen_basis(),
            form.to_terms(),
            actor=actor,
            at=clock.now(),
        )
        made.append(offer.public_id)

    if not form.validate() or not carried_out(form, act):
        return render_template("catalog/manage/further_offer.html", **page), 422
    flash(_("已存为草稿，商品资料与原条目相同；核对后提交审核。"), "success")
    return redirect(url_for("listings.show_offer", public_id=made[0]))


@bp.get("/supplier/listings/<public_id>")
@requires("catalog:offer:read")
def show_offer(public_id: str) -> str:
    producer = reach.own_producer(current_actor())
    return listing_page(manage_queries.own_offer(producer, public_id))


@bp.post("/supplier/listings/<public_id>/terms")
@requires("catalog:offer:write")
def create_terms(public_id: str) -> Answer:
    actor = current_actor()
    offer = manage_queries.own_offer(reach.own_producer(actor), public_id)
    form = TermsForm()
    form.basis = offer.price_basis

    def act() -> None:
        own = manage_queries.own_offer(reach.own_producer(actor), public_id)
        offers.change_terms(own, form.to_terms(), actor=actor, at=clock.now())

    if not form.validate() or not carried_out(form, act):
        own = manage_queries.own_offer(reach.own_producer(actor), public_id)
        return listing_page(own, terms_form=form), 422
    flash(_("价格与起订量已更新，对新订单生效。"), "success")
    return redirect(url_for("listings.show_offer", public_id=public_id))


@bp.route("/supplier/listings/<public_id>/description", methods=["GET", "POST"])
@requires("catalog:offer:write")
def show_description(public_id: str) -> Answer:
    """Correct a draft's product facts and its picture."""
    actor, today = current_actor(), clock.today()
    producer = reach.own_producer(actor)
    offer = manage_queries.own_offer(producer, public_id)
    form = _description_form(offer, producer, today)
    if not form.is_submitted():
        return render_template("catalog/manage/description.html", form=form, offer=offer)

    def act() -> None:
        own = reach.own_producer(actor)
        offers.change_product(
            manage_queries.own_offer(own, public_id),
            form.to_facts(manage_queries.processors_for(own, today)),
            picture=_store_picture(form, actor),
            actor=actor,
            at=clock.now(),
        )

    if not judged(form, form.picture, Purpose.PICTURE) or not carried_out(form, act):
        return render_template("catalog/manage/description.html", form=form, offer=offer), 422
    flash(_("商品资料已更新。"), "success")
    return redirect(url_for("listings.show_offer", public_id=public_id))


def _description_form(offer: Offer, producer: Producer, today: date) -> ProductForm:
    product: Product = offer.product
    unit = {"g": "kg", "ml": "l"}.get(product.content_unit, product.content_unit)
    form = ProductForm(
        obj=None,
        name=product.name,
        name_en=product.name_en,
        category=product.category_code,
        summary=product.summary,
        summary_en=product.summary_en,
        net_content=plain_decimal(product.content, UNITS[unit]),
        content_unit=unit,
        pack_name=product.pack_name,
        pack_name_en=product.pack_name_en,
        storage=product.storage,
        shelf_life_days=product.shelf_life_days,
        geographical_indication=product.geographical_indication,
        processor=product.processor.public_id if product.processor else "",
    )
    processors = manage_queries.processors_for(producer, today)
    form.offer_choices(category_tree(), processors, product.storage)
    return form


def _step(public_id: str, event: OfferEvent, words: str) -> Answer:
    actor, form = current_actor(), BareForm()
    reach_own = manage_queries.own_offer
    reach_own(reach.own_producer(actor), public_id)

    def act() -> None:
        own = reach_own(reach.own_producer(actor), public_id)
        offers.move_offer(own, event, actor=actor, at=clock.now())

    if not form.validate() or not carried_out(form, act):
        own = reach_own(reach.own_producer(actor), public_id)
        return listing_page(own, refused=form), 409
    flash(words, "success")
    return redirect(url_for("listings.show_offer", public_id=public_id))


@bp.post("/supplier/listings/<public_id>/submission")
@requires("catalog:offer:write")
def create_submission(public_id: str) -> Answer:
    return _step(public_id, OfferEvent.SUBMIT, _("已提交，等待县级审核。"))


@bp.post("/supplier/listings/<public_id>/withdrawal")
@requires("catalog:offer:write")
def create_withdrawal(public_id: str) -> Answer:
    return _step(public_id, OfferEvent.WITHDRAW, _("已撤回，可以修改。"))


@bp.post("/supplier/listings/<public_id>/suspension")
@requires("catalog:offer:write")
def create_suspension(public_id: str) -> Answer:
    return _step(public_id, OfferEvent.SUSPEND, _("商品已下架。"))


@bp.post("/supplier/listings/<public_id>/resumption")
@requires("catalog:offer:write")
def create_resumption(public_id: str) -> Answer:
    return _step(public_id, OfferEvent.RESUME, _("商品已恢复在售。"))


@bp.post("/supplier/listings/<public_id>/retirement")
@requires("catalog:offer:write")
def create_retirement(public_id: str) -> Answer:
    return _step(public_id, OfferEvent.RETIRE, _("商品已停售。"))
