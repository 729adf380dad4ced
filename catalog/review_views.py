"""Review of certificates and offers by the county and the platform, and the reviewers' desk."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from catalog import manage_queries
from catalog.models import Offer
from catalog.operations import certification, offers
from catalog.pictures import picture_url
from catalog.queries import certificates_of
from catalog.states import OFFER_LABELS, OFFER_MACHINE, OfferEvent, OfferStatus
from producers import review_queries
from producers.forms import BareForm, ReasonForm, words
from producers.models import Certificate
from producers.states import (
    CERTIFICATE_LABELS,
    CERTIFICATE_MACHINE,
    PRODUCER_LABELS,
    CertificateStatus,
)
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import db
from shop.regions.queries import names
from shop.web.acting import carried_out
from shop.web.forms import Form
from shop.web.paging import Page, asked_page

bp = Blueprint("review", __name__)

Answer = str | Response | tuple[str, int]
PAGE_SIZE = 20
DESK_ROWS = 8


def _count(wanted: Select[tuple[Offer]] | Select[tuple[Certificate]]) -> int:
    return db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


@bp.get("/review")
@requires("catalog:review:read")
def desk() -> str:
    """What waits for this reviewer: producers, certificates, offers."""
    actor = current_actor()
    applicants = review_queries.producers_to_review(actor, review_queries.waiting_statuses(actor))
    certificates = manage_queries.certificates_to_review(actor)
    handed_in = manage_queries.offers_to_review(actor)
    producers = list(db.session.scalars(applicants.limit(DESK_ROWS)))
    return render_template(
        "catalog/review/desk.html",
        producers=producers,
        producers_count=db.session.scalar(select(func.count()).select_from(applicants.subquery())),
        certificates=list(db.session.scalars(certificates.limit(DESK_ROWS))),
        certificates_count=_count(certificates),
        offers=list(db.session.scalars(handed_in.limit(DESK_ROWS))),
        offers_count=_count(handed_in),
        places=names({producer.county_code for producer in producers}),
        producer_labels=PRODUCER_LABELS,
    )


@bp.get("/review/certificates")
@requires("catalog:certificate:review")
def list_certificates() -> str:
    wanted = manage_queries.certificates_to_review(current_actor())
    page = Page(asked_page(), PAGE_SIZE, _count(wanted))
    found = db.session.scalars(wanted.offset(page.offset).limit(page.size)).all()
    return render_template("catalog/review/certificates.html", certificates=found, page=page)


@bp.get("/review/certificates/<public_id>")
@requires("catalog:certificate:review")
def show_certificate(public_id: str) -> str:
    return _certificate_page(public_id, ReasonForm(formdata=None))


def _certificate_page(public_id: str, form: Form) -> str:
    certificate = manage_queries.reviewed_certificate(current_actor(), public_id)
    status = CertificateStatus(certificate.status)
    return render_template(
        "catalog/review/certificate.html",
        certificate=certificate,
        holder=certificate.holder,
        scope=manage_queries.scope_of(certificate),
        status=CERTIFICATE_LABELS[status],
        events={event.value for event in CERTIFICATE_MACHINE.events_from(status)},
        form=form,
        reason_form=form if isinstance(form, ReasonForm) else ReasonForm(formdata=None),
        today=clock.today(),
    )


def _decide_certificate(
    public_id: str, form: Form, act: Callable[[Certificate], None], words: str
) -> Answer:
    actor = current_actor()
    manage_queries.reviewed_certificate(actor, public_id)
    if not form.validate() or not carried_out(
        form, lambda: act(manage_queries.reviewed_certificate(actor, public_id))
    ):
        return _certificate_page(public_id, form), 422
    flash(words, "success")
    return redirect(url_for("review.show_certificate", public_id=public_id))


@bp.post("/review/certificates/<public_id>/approval")
@requires("catalog:certificate:review")
def create_certificate_approval(public_id: str) -> Answer:
    def act(certificate: Certificate) -> None:
        certification.approve_certificate(certificate, actor=current_actor(), at=clock.now())

    return _decide_certificate(public_id, BareForm(), act, _("证书已通过。"))


@bp.post("/review/certificates/<public_id>/refusal")
@requires("catalog:certificate:review")
def create_certificate_refusal(public_id: str) -> Answer:
    form = ReasonForm()

    def act(certificate: Certificate) -> None:
        certification.refuse_certificate(
            certificate, words(form.reason), actor=current_actor(), at=clock.now()
        )

    return _decide_certificate(public_id, form, act, _("证书已退回。"))


@bp.post("/review/certificates/<public_id>/revocation")
@requires("catalog:certificate:review")
def create_certificate_revocation(public_id: str) -> Answer:
    form = ReasonForm()

    def act(certificate: Certificate) -> None:
        certification.revoke_certificate(
            certificate, words(form.reason), actor=current_actor(), at=clock.now()
        )

    return _decide_certificate(public_id, form, act, _("证书已撤销。"))


@bp.get("/review/offers")
@requires("catalog:offer:review")
def list_offers() -> str:
    wanted = manage_queries.offers_to_review(current_actor())
    page = Page(asked_page(), PAGE_SIZE, _count(wanted))
    found = db.session.scalars(wanted.offset(page.offset).limit(page.size)).all()
    return render_template("catalog/review/offers.html", offers=found, page=page)


@bp.get("/review/offers/<public_id>")
@requires("catalog:offer:review")
def show_offer(public_id: str) -> str:
    return _offer_page(public_id, ReasonForm(formdata=None))


def _offer_page(public_id: str, form: Form) -> str:
    offer = manage_queries.reviewed_offer(current_actor(), public_id)
    status, today = OfferStatus(offer.status), clock.today()
    pair = (offer.product_id, offer.base_id)
    picture = offer.product.picture
    return render_template(
        "catalog/review/offer.html",
        offer=offer,
        product=offer.product,
        seller=offer.product.producer,
        status=OFFER_LABELS[status],
        events={event.value for event in OFFER_MACHINE.events_from(status)},
        conditions=manage_queries.conditions_of([offer.id], today)[offer.id],
        certificates=certificates_of([pair], today)[pair],
        place=names([offer.base.village_code], full=True).get(offer.base.village_code),
        picture=picture_url(
            offer.product.motif, offer.product_id, picture.public_id if picture else None
        ),
        form=form,
        reason_form=form if isinstance(form, ReasonForm) else ReasonForm(formdata=None),
    )


def _decide_offer(public_id: str, form: Form, event: OfferEvent, words: str) -> Answer:
    actor = current_actor()
    manage_queries.reviewed_offer(actor, public_id)
    reason = form.reason.data if isinstance(form, ReasonForm) else None

    def act() -> None:
        offer = manage_queries.reviewed_offer(actor, public_id)
        offers.review_offer(offer, event, actor=actor, at=clock.now(), reason=reason)

    if not form.validate() or not carried_out(form, act):
        return _offer_page(public_id, form), 422
    flash(words, "success")
    return redirect(url_for("review.show_offer", public_id=public_id))


@bp.post("/review/offers/<public_id>/approval")
@requires("catalog:offer:review")
def create_offer_approval(public_id: str) -> Answer:
    return _decide_offer(public_id, BareForm(), OfferEvent.LIST, _("已通过，商品开始在售。"))


@bp.post("/review/offers/<public_id>/refusal")
@requires("catalog:offer:review")
def create_offer_refusal(public_id: str) -> Answer:
    return _decide_offer(public_id, ReasonForm(), OfferEvent.REFUSE, _("已退回供应商修改。"))


@bp.post("/review/offers/<public_id>/return")
@requires("catalog:offer:review")
def create_offer_return(public_id: str) -> Answer:
    return _decide_offer(public_id, ReasonForm(), OfferEvent.SEND_BACK, _("已下架并退回供应商。"))
