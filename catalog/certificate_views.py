"""A supplier's certificates: list, add, look at one."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response

from catalog import manage_queries
from catalog.certificate_forms import CertificateForm
from catalog.operations import certification
from producers import reach
from producers.attention import reminder_days
from producers.models import Certificate, CertificateType, Producer
from producers.rules import reminder_due
from producers.states import CERTIFICATE_LABELS, CertificateStatus
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import db
from shop.errors import InvalidInput, NotFound
from shop.uploads import BadFile, Purpose, store_upload
from shop.web.acting import carried_out
from shop.web.choices import PLEASE, choices
from shop.web.frame import pick
from shop.web.sending import judged

bp = Blueprint("certificates", __name__)

Answer = str | Response | tuple[str, int]


STATES = {
    "valid": _l("有效"),
    "expiring": _l("即将到期"),
    "expired": _l("已过期"),
    "submitted": _l("待审核"),
    "refused": _l("未通过"),
}
BY_URGENCY = ("refused", "expiring", "submitted", "valid", "expired")
RENEWED = {"refused", "expiring", "expired"}
"""What is handed in again, right from the list."""
MOST = 200


def states_of(certificate: Certificate, on: date) -> set[str]:
    """The filters under which a certificate stands on a day; one about to end is valid as well."""
    if certificate.status != CertificateStatus.APPROVED:
        return {certificate.status}
    if certificate.valid_to is None:
        return {"valid"}
    if certificate.valid_to < on:
        return {"expired"}
    reached = reminder_due(certificate.valid_to, on, reminder_days(on))
    return {"valid"} if reached is None else {"valid", "expiring"}


def _urgency(certificate: Certificate, states: set[str]) -> tuple[int, date]:
    """What wants something to be done comes first, and there what ends first."""
    place = next((n for n, state in enumerate(BY_URGENCY) if state in states), len(BY_URGENCY))
    return place, certificate.valid_to or date.max


@bp.get("/supplier/certificates")
@requires("catalog:certificate:read")
def list_certificates() -> str:
    producer, today = reach.own_producer(current_actor()), clock.today()
    asked = request.args.get("state", "")
    if asked and asked not in STATES:
        raise NotFound
    every = list(db.session.scalars(manage_queries.own_certificates(producer).limit(MOST)))
    told = {each.id: states_of(each, today) for each in every}
    every.sort(key=lambda each: _urgency(each, told[each.id]))
    return render_template(
        "catalog/manage/certificates.html",
        certificates=[each for each in every if not asked or asked in told[each.id]],
        covered=manage_queries.products_covered(every),
        may_renew={each.id for each in every if told[each.id] & RENEWED},
        counts={state: sum(state in states for states in told.values()) for state in STATES},
        every=len(every),
        states=STATES,
        asked=asked,
        labels=CERTIFICATE_LABELS,
        today=today,
    )


@bp.get("/supplier/certificates/<public_id>")
@requires("catalog:certificate:read")
def show_certificate(public_id: str) -> str:
    producer = reach.own_producer(current_actor())
    certificate = manage_queries.own_certificate(producer, public_id)
    return render_template(
        "catalog/manage/certificate.html",
        certificate=certificate,
        scope=manage_queries.scope_of(certificate),
        status=CERTIFICATE_LABELS[CertificateStatus(certificate.status)],
        today=clock.today(),
    )


@bp.route("/supplier/certificates/new", methods=["GET", "POST"])
@requires("catalog:certificate:write")
def new_certificate() -> Answer:
    actor, today = current_actor(), clock.today()
    producer = reach.own_producer(actor)
    form = CertificateForm(**_like(producer, request.args.get("like", "")))
    types = _offer_choices(form, producer, today)
    if not form.is_submitted():
        return render_template("catalog/manage/certificate_form.html", form=form, types=types)

    def act() -> None:
        producer = reach.own_producer(actor)
        facts = form.to_facts(_types())
        try:
            evidence = store_upload(
                form.evidence.data, organisation_id=actor.organisation_id,
                purpose=Purpose.EVIDENCE, at=clock.now(),
            )  # fmt: skip
        except BadFile as refusal:
            raise InvalidInput(refusal.message, field="evidence") from None
        products, bases = set(form.products.data or ()), set(form.bases.data or ())
        certification.submit_certificate(
            producer,
            facts,
            [each for each in manage_queries.own_products(producer) if each.public_id in products],
            [each for each in reach.usable_bases(producer, today) if each.public_id in bases],
            evidence=evidence,
            actor=actor,
            at=clock.now(),
        )

    if not judged(form, form.evidence, Purpose.EVIDENCE) or not carried_out(form, act):
        types = _offer_choices(form, reach.own_producer(actor), today)
        page = render_template("catalog/manage/certificate_form.html", form=form, types=types)
        return page, 422
    flash(_("证书已提交，等待县级审核。"), "success")
    return redirect(url_for("certificates.list_certificates"))


def _like(producer: Producer, public_id: str) -> dict[str, Any]:
    """What the form begins with: nothing, or a certificate to renew or to hand in anew.

    One that was refused keeps its number and days; a renewed one gets new ones. Raises NotFound.
    """
    if not public_id:
        return {}
    if not (public_id.isascii() and public_id.isprintable()):
        raise NotFound
    known = manage_queries.own_certificate(producer, public_id)
    scope = manage_queries.scope_of(known)
    values: dict[str, Any] = {
        "type": known.type_code,
        "issuer": known.issuer,
        "products": list({product.public_id for product, _base in scope}),
        "bases": list({base.public_id for _product, base in scope}),
    }
    if known.status == CertificateStatus.REFUSED:
        values |= {
            "number": known.number, "valid_from": known.valid_from, "valid_to": known.valid_to,
        }  # fmt: skip
    return values


def _types() -> dict[str, CertificateType]:
    """What a producer may hand in; batch certificates come with their batch."""
    wanted = select(CertificateType).where(CertificateType.scope_rule != certification.BATCH_SCOPE)
    ordered = wanted.order_by(CertificateType.grants_listing.desc(), CertificateType.name)
    return {kind.code: kind for kind in db.session.scalars(ordered)}


def _offer_choices(
    form: CertificateForm, producer: Producer, today: date
) -> dict[str, CertificateType]:
    types = _types()
    form.type.choices = choices(((code, pick(kind)) for code, kind in types.items()), ask=PLEASE)
    form.types = types
    form.products.choices = choices(
        (each.public_id, pick(each)) for each in manage_queries.own_products(producer)
    )
    form.bases.choices = choices(
        (each.public_id, each.name) for each in reach.usable_bases(producer, today)
    )
    return types
