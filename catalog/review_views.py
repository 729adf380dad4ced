"""Review of certificates and offers by the county and the platform."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import manage_queries
from catalog.operations import certification, offers
from catalog.pictures import picture_url
from catalog.queries import certificates_of
from catalog.review_desk import bp
from catalog.states import OFFER_LABELS, OFFER_MACHINE, OfferEvent, OfferStatus
from producers.forms import BareForm, ReasonForm, words
from producers.models import Certificate
from producers.states import CERTIFICATE_LABELS, CERTIFICATE_MACHINE, CertificateStatus
from shop import clock, review
from shop.access import requires
from shop.actor import current_actor
from shop.regions.queries import names
from shop.web.acting import carried_out
from shop.web.forms import Form

Answer = str | Response | tuple[str, int]


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
        place=review.place(current_actor(), "certificates", public_id),
    )


def _decide_certificate(
    public_id: str, form: Form, act: Callable[[Certificate], None], words: str
) -> Answer:
    actor = current_actor()
    manage_queries.reviewed_certificate(actor, public_id)
    place = review.place(actor, "certificates", public_id)
    if not form.validate() or not carried_out(
        form, lambda: act(manage_queries.reviewed_certificate(actor, public_id))
    ):
        return _certificate_page(public_id, form), 422
    flash(words, "success")
    here = url_for("review.show_certificate", public_id=public_id)
    return redirect(review.after(place, here))


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
        origin=names([offer.base.village_code], full=True).get(offer.base.village_code),
        today=today,
        place=review.place(current_actor(), "offers", public_id),
        picture=picture_url(
            offer.product.motif, offer.product_id, picture.public_id if picture else None
        ),
        form=form,
        reason_form=form if isinstance(form, ReasonForm) else ReasonForm(formdata=None),
    )


def _decide_offer(public_id: str, form: Form, event: OfferEvent, words: str) -> Answer:
    actor = current_actor()
    manage_queries.reviewed_offer(actor, public_id)
    place = review.place(actor, "offers", public_id)
    reason = form.reason.data if isinstance(form, ReasonForm) else None

    def act() -> None:
        offer = manage_queries.reviewed_offer(actor, public_id)
        offers.review_offer(offer, event, actor=actor, at=clock.now(), reason=reason)

    if not form.validate() or not carried_out(form, act):
        return _offer_page(public_id, form), 422
    flash(words, "success")
    return redirect(review.after(place, url_for("review.show_offer", public_id=public_id)))


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
