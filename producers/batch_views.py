"""A supplier's batches: recorded, promised conform, shared by households."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from producers import reach
from producers.benefit import shared_in
from producers.forms import BatchForm, ShareForm
from producers.harvests import Asked, batches_of, harvests_of
from producers.models import Batch, BatchShare, Household, Producer
from producers.operations import harvest
from producers.sheets import batches_report
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import db, transaction
from shop.errors import InvalidInput, NotFound
from shop.regions.queries import names, names_inside
from shop.sheets import sheet
from shop.web.acting import carried_out
from shop.web.choices import PLEASE, choices
from shop.web.forms import refuse_extras
from shop.web.paging import Page, asked_page

bp = Blueprint("batches", __name__)

Answer = str | Response | tuple[str, int]
PAGE_SIZE = 20
LABEL_COUNTS = ("24", "48", "96")
"""Sheets of A4 hold 24 labels each."""
MOST_KNOWN = 30


@bp.get("/supplier/batches")
@requires("producers:batch:read")
def list_batches() -> str:
    producer = reach.own_producer(current_actor())
    harvests = harvests_of(producer)
    asked = Asked.read(harvests)
    fitting = batches_of(producer, asked)
    total = db.session.scalar(select(func.count()).select_from(fitting.order_by(None).subquery()))
    page = Page(asked_page(), PAGE_SIZE, total or 0)
    batches = db.session.scalars(fitting.offset(page.offset).limit(page.size)).all()
    return render_template(
        "producers/manage/batches.html",
        batches=batches,
        shared=shared_in(batches),
        page=page,
        asked=asked,
        harvests=harvests,
        today=clock.today(),
    )


@bp.get("/supplier/batches.xlsx")
@requires("producers:batch:read")
def batches_sheet() -> Response:
    """Every batch that fits what is asked for, with what households gave to it."""
    producer, today = reach.own_producer(current_actor()), clock.today().isoformat()
    harvests = harvests_of(producer)
    asked = Asked.read(harvests)
    batches = db.session.scalars(batches_of(producer, asked)).all()
    parameters = [(_("供应商"), producer.name), *asked.in_words(harvests), (_("日期"), today)]
    return sheet(
        batches_report(batches, shared_in(batches), parameters=parameters), f"batches-{today}"
    )


@bp.route("/supplier/batches/new", methods=["GET", "POST"])
@requires("producers:batch:record")
def new_batch() -> Answer:
    actor, today = current_actor(), clock.today()
    form = BatchForm(harvested_on=today)
    _offer_bases(form, reach.own_producer(actor), today)
    if not form.is_submitted():
        return _new_batch_page(form)
    made: list[str] = []

    def act() -> None:
        producer = reach.own_producer(actor)
        base = reach.usable_base(producer, form.base.data, today)
        batch = harvest.record_batch(producer, form.to_harvest(base), actor=actor, at=clock.now())
        db.session.flush()
        made.append(batch.public_id)

    if not form.validate() or not carried_out(form, act):
        return _new_batch_page(form), 422
    flash(_("批次已登记。"), "success")
    return redirect(url_for("batches.show_batch", public_id=made[0]))


def _offer_bases(form: BatchForm, producer: Producer, today: date) -> None:
    bases = reach.usable_bases(producer, today)
    form.base.choices = choices(((base.public_id, base.name) for base in bases), ask=PLEASE)
    if len(bases) == 1 and not form.is_submitted():
        form.base.data = bases[0].public_id


def _new_batch_page(form: BatchForm) -> str:
    """With what was harvested before, to choose instead of typing it again."""
    producer = reach.own_producer(current_actor())
    latest = func.max(Batch.harvested_on).desc()
    known = (
        select(Batch.produce)
        .where(Batch.producer_id == producer.id)
        .group_by(Batch.produce)
        .order_by(latest)
        .limit(MOST_KNOWN)
    )
    return render_template(
        "producers/manage/batch_form.html", form=form, known=db.session.scalars(known).all()
    )


@bp.get("/supplier/batches/<public_id>")
@requires("producers:batch:read")
def show_batch(public_id: str) -> str:
    producer = reach.own_producer(current_actor())
    batch = reach.own_batch(producer, public_id)
    return _batch_page(producer, batch, None)


def _share_form(producer: Producer, batch: Batch) -> ShareForm:
    form = ShareForm()
    form.offer_units(batch.unit_code)
    noted = select(BatchShare.household_id).where(BatchShare.batch_id == batch.id)
    free = reach.linked_households(producer, batch.harvested_on).where(Household.id.not_in(noted))
    households = list(db.session.scalars(free))
    called = names({household.village_code for household in households})
    form.household.choices = choices(
        ((h.pseudonym, f"{h.pseudonym} {called.get(h.village_code, '')}") for h in households),
        ask=PLEASE,
    )
    return form


def _batch_page(producer: Producer, batch: Batch, form: ShareForm | None) -> str:
    shares = db.session.execute(
        select(Household.pseudonym, Household.village_code, BatchShare.quantity)
        .join(BatchShare, BatchShare.household_id == Household.id)
        .where(BatchShare.batch_id == batch.id)
        .order_by(Household.pseudonym)
    ).all()
    places = {village for _pseudonym, village, _quantity in shares}
    return render_template(
        "producers/manage/batch.html",
        batch=batch,
        shares=shares,
        shared=sum(quantity for _pseudonym, _village, quantity in shares),
        today=clock.today(),
        places=names_inside({*places, batch.base.village_code}, producer.county_code),
        form=form or _share_form(producer, batch),
    )


@bp.post("/supplier/batches/<public_id>/shares")
@requires("producers:batch:record")
def create_share(public_id: str) -> Answer:
    actor = current_actor()
    producer = reach.own_producer(actor)
    form = _share_form(producer, reach.own_batch(producer, public_id))

    def act() -> None:
        batch = reach.own_batch(reach.own_producer(actor), public_id)
        linked = reach.linked_households(batch.producer, batch.harvested_on)
        household = db.session.scalar(linked.where(Household.pseudonym == form.household.data))
        if household is None:
            raise InvalidInput(_("采收当天这户与本单位没有联结关系。"), field="household")
        harvest.add_share(batch, household, form.quantity or 0, actor=actor, at=clock.now())

    if not form.validate() or not carried_out(form, act):
        producer = reach.own_producer(actor)
        return _batch_page(producer, reach.own_batch(producer, public_id), form), 422
    flash(_("农户交售数量已登记。"), "success")
    return redirect(url_for("batches.show_batch", public_id=public_id))


@bp.post("/supplier/batches/<public_id>/conformity-certificate")
@requires("producers:batch:record")
def create_conformity(public_id: str) -> Answer:
    actor = current_actor()
    refuse_extras()
    with transaction():
        batch = reach.own_batch(reach.own_producer(actor), public_id)
        harvest.issue_conformity(batch, actor=actor, at=clock.now())
    flash(_("已开具承诺达标合格证。"), "success")
    return redirect(url_for("batches.show_batch", public_id=public_id))


@bp.get("/supplier/batches/<public_id>/labels")
@requires("producers:batch:read")
def show_labels(public_id: str) -> str:
    """Labels with the trace code, to print and put on packs. Raises NotFound for an odd number."""
    producer = reach.own_producer(current_actor())
    batch = reach.own_batch(producer, public_id)
    text = request.args.get("count", "24")
    if text not in LABEL_COUNTS:
        raise NotFound
    return render_template(
        "producers/manage/labels.html",
        batch=batch,
        producer=producer,
        count=int(text),
        counts=LABEL_COUNTS,
        place=names([batch.base.village_code], full=True).get(batch.base.village_code),
    )


@bp.get("/supplier/batches/<public_id>/conformity-certificate")
@requires("producers:batch:read")
def show_conformity(public_id: str) -> str:
    """The certificate to print (forms B3). Raises NotFound where no promise was made."""
    producer = reach.own_producer(current_actor())
    batch = reach.own_batch(producer, public_id)
    if batch.conformity_number is None:
        raise NotFound
    return render_template(
        "producers/manage/conformity.html",
        batch=batch,
        issued_on=batch.conformity_issued_on,
        producer=producer,
        phone=producer.organisation.contact_phone,
        place=names([batch.base.village_code], full=True).get(batch.base.village_code),
    )
