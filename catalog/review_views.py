"""Review of certificates and offers by the county and the platform."""

from collections.abc import Callable

from flask import render_template, url_for
from flask_babel import gettext as _

from catalog import manage_queries
from catalog.models import Offer
from catalog.operations import certification, offers
from catalog.pictures import picture_url
from catalog.queries import certificates_of
from catalog.review_desk import bp
from catalog.states import OFFER_LABELS, OFFER_MACHINE, OfferEvent, OfferStatus
from producers.forms import words
from producers.models import Certificate
from producers.states import CERTIFICATE_LABELS, CERTIFICATE_MACHINE, CertificateStatus
from shop import clock, review
from shop.access import requires
from shop.actor import current_actor
from shop.db import lock
from shop.regions.queries import names
from shop.web.deciding import Answer, DecisionForm, Matter, ReasonedForm, decide, mark, reasoned
from shop.web.forms import Form


@bp.get("/review/certificates/<public_id>")
@requires("catalog:certificate:review")
def show_certificate(public_id: str) -> str:
    return _certificate_page(public_id, ReasonedForm(formdata=None))


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
        seen=_certificate_mark(certificate),
        form=form,
        reason_form=reasoned(form),
        today=clock.today(),
        place=review.place(current_actor(), "certificates", public_id),
    )


def _certificate_mark(certificate: Certificate) -> str:
    return mark(certificate.status, certificate.submitted_at)


def _held_certificate(public_id: str) -> Certificate:
    found = manage_queries.reviewed_certificate(current_actor(), public_id)
    (certificate,) = lock(Certificate, [found.id])
    return certificate


def _decide_certificate(
    public_id: str, form: DecisionForm, act: Callable[[Certificate], None], words: str
) -> Answer:
    matter = Matter(
        "certificates", public_id, url_for("review.show_certificate", public_id=public_id),
        lambda: _held_certificate(public_id), _certificate_mark,
        lambda form: _certificate_page(public_id, form),
    )  # fmt: skip
    return decide(matter, form, act, words)


@bp.post("/review/certificates/<public_id>/approval")
@requires("catalog:certificate:review")
def create_certificate_approval(public_id: str) -> Answer:
    def act(certificate: Certificate) -> None:
        certification.approve_certificate(certificate, actor=current_actor(), at=clock.now())

    return _decide_certificate(public_id, DecisionForm(), act, _("证书已通过。"))


@bp.post("/review/certificates/<public_id>/refusal")
@requires("catalog:certificate:review")
def create_certificate_refusal(public_id: str) -> Answer:
    form = ReasonedForm()

    def act(certificate: Certificate) -> None:
        certification.refuse_certificate(
            certificate, words(form.reason), actor=current_actor(), at=clock.now()
        )

    return _decide_certificate(public_id, form, act, _("证书已退回。"))


@bp.post("/review/certificates/<public_id>/revocation")
@requires("catalog:certificate:review")
def create_certificate_revocation(public_id: str) -> Answer:
    form = ReasonedForm()

    def act(certificate: Certificate) -> None:
        certification.revoke_certificate(
            certificate, words(form.reason), actor=current_actor(), at=clock.now()
        )

    return _decide_certificate(public_id, form, act, _("证书已撤销。"))


@bp.get("/review/offers/<public_id>")
@requires("catalog:offer:review")
def show_offer(public_id: str) -> str:
    return _offer_page(public_id, ReasonedForm(formdata=None))


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
        seen=_offer_mark(offer),
        form=form,
        reason_form=reasoned(form),
    )


def _offer_mark(offer: Offer) -> str:
    return mark(offer.status, offer.updated_at)


def _held_offer(public_id: str) -> Offer:
    found = manage_queries.reviewed_offer(current_actor(), public_id)
    (offer,) = lock(Offer, [found.id])
    return offer


def _decide_offer(public_id: str, form: DecisionForm, event: OfferEvent, words: str) -> Answer:
    reason = form.reason.data if isinstance(form, ReasonedForm) else None

    def act(offer: Offer) -> None:
        offers.review_offer(offer, event, actor=current_actor(), at=clock.now(), reason=reason)

    matter = Matter(
        "offers", public_id, url_for("review.show_offer", public_id=public_id),
        lambda: _held_offer(public_id), _offer_mark, lambda form: _offer_page(public_id, form),
    )  # fmt: skip
    return decide(matter, form, act, words)


@bp.post("/review/offers/<public_id>/approval")
@requires("catalog:offer:review")
def create_offer_approval(public_id: str) -> Answer:
    return _decide_offer(public_id, DecisionForm(), OfferEvent.LIST, _("已通过，商品开始在售。"))


@bp.post("/review/offers/<public_id>/refusal")
@requires("catalog:offer:review")
def create_offer_refusal(public_id: str) -> Answer:
    return _decide_offer(public_id, ReasonedForm(), OfferEvent.REFUSE, _("已退回供应商修改。"))


@bp.post("/review/offers/<public_id>/return")
@requires("catalog:offer:review")
def create_offer_return(public_id: str) -> Answer:
    return _decide_offer(public_id, ReasonedForm(), OfferEvent.SEND_BACK, _("已下架并退回供应商。"))
