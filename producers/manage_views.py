"""A supplier's registration and profile."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from producers import reach
from producers.forms import ApplicationForm, ProfileForm
from producers.models import Enterprise, Producer
from producers.operations import registration
from producers.rules import REGISTRATION_LIST
from producers.states import PRODUCER_LABELS, ProducerStatus
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import db
from shop.regions.english import full_place_name
from shop.regions.models import Region
from shop.regions.queries import counting, names
from shop.web.acting import carried_out
from shop.web.choices import PLEASE, choices

bp = Blueprint("supply", __name__)

Answer = str | Response | tuple[str, int]


@bp.route("/supplier/application", methods=["GET", "POST"])
@requires("producers:application:write")
def show_application() -> Answer:
    """Apply as a supplier; afterwards, where the application stands."""
    actor = current_actor()
    producer = registration.application_of(actor.user_id)
    may_write = producer is None or producer.status == ProducerStatus.REFUSED
    form = _application_form(producer)
    if not may_write:
        return _application_page(producer, None)
    if not form.is_submitted():
        return _application_page(producer, form)
    if not form.validate():
        return _application_page(producer, form), 422
    at = clock.now()

    def act() -> None:
        known = registration.application_of(actor.user_id)
        if known is None:
            registration.apply_as_producer(form.to_application(), actor=actor, at=at)
        else:
            registration.apply_again(known, form.to_application(), actor=actor, at=at)

    if not carried_out(form, act):
        return _application_page(registration.application_of(actor.user_id), form), 422
    flash(_("申请已提交，等待县级部门推荐。"), "success")
    return redirect(url_for("supply.show_application"))


def _application_form(producer: Producer | None) -> ApplicationForm:
    form = ApplicationForm(**({} if producer is None else _stated(producer)))
    rows = db.session.execute(
        select(Region.code, Region.full_name)
        .where(Region.code.in_(counting(REGISTRATION_LIST, clock.today())))
        .order_by(Region.code)
    )
    counties = [(code, full_place_name(code, name)) for code, name in rows.tuples()]
    form.county_code.choices = choices(counties, ask=PLEASE)
    if producer is not None:  # a refused application keeps its kind and its code
        form.kind.data, form.uscc.data = producer.kind, producer.uscc
    return form


def _stated(producer: Producer) -> dict[str, object]:
    licence = producer.sc_licence if isinstance(producer, Enterprise) else None
    return {
        "name": producer.name,
        "county_code": producer.county_code,
        "address": producer.address,
        "legal_representative": producer.legal_representative,
        "founded_on": producer.founded_on,
        "contact_name": producer.organisation.contact_name,
        "contact_phone": producer.organisation.contact_phone,
        "story": producer.story,
        "processes": licence is not None,
        "sc_licence": licence,
    }


def _application_page(producer: Producer | None, form: ApplicationForm | None) -> str:
    return render_template(
        "producers/manage/application.html",
        producer=producer,
        form=form,
        status=PRODUCER_LABELS[ProducerStatus(producer.status)] if producer else None,
        steps=_steps(producer),
    )


def _steps(producer: Producer | None) -> list[tuple[str, str]]:
    """The way of an application: (label, done | current | todo)."""
    reached = {ProducerStatus.APPLIED: 1, ProducerStatus.RECOMMENDED: 2}
    status = ProducerStatus(producer.status) if producer else ProducerStatus.REFUSED
    done = 0 if status is ProducerStatus.REFUSED else reached.get(status, 3)
    labels = [_("填写申请"), _("县级推荐"), _("平台审核")]
    return [
        (label, "done" if n < done else "current" if n == done else "todo")
        for n, label in enumerate(labels)
    ]


@bp.route("/supplier/profile", methods=["GET", "POST"])
@requires("producers:profile:change")
def show_profile() -> Answer:
    """The own facts; those that anybody may check are changed through the reviewers."""
    actor = current_actor()
    producer = reach.own_producer(actor)
    form = ProfileForm.of(producer)
    if form.is_submitted():
        if form.validate() and carried_out(
            form,
            lambda: registration.change_profile(
                reach.own_producer(actor), form.to_profile(), actor=actor, at=clock.now()
            ),
        ):
            flash(_("资料已保存。"), "success")
            return redirect(url_for("supply.show_profile"))
        return _profile_page(reach.own_producer(actor), form), 422
    return _profile_page(producer, form)


def _profile_page(producer: Producer, form: ProfileForm) -> str:
    return render_template(
        "producers/manage/profile.html",
        producer=producer,
        form=form,
        county=names([producer.county_code], full=True).get(producer.county_code),
        status=PRODUCER_LABELS[ProducerStatus(producer.status)],
        bases=reach.usable_bases(producer, clock.today()),
    )
