"""Certificates and offers in the reviewers' queue."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p
from sqlalchemy import Select, literal, select

from catalog import manage_queries
from catalog.models import Offer, Product
from producers.models import Certificate, CertificateType, Producer
from shop import review
from shop.actor import Actor
from shop.db import db
from shop.web.frame import is_english

OF_CERTIFICATES = {
    "catalog:certificate:approve": _l("已通过"),
    "catalog:certificate:refuse": _l("已退回"),
    "catalog:certificate:revoke": _l("已撤销"),
}
OF_OFFERS = {
    "catalog:offer:list": _l("已通过"),
    "catalog:offer:refuse": _l("已退回"),
    "catalog:offer:send_back": _l("已下架并退回"),
}


def _certificate(reference: str) -> str:
    return url_for("review.show_certificate", public_id=reference)


def _offer(reference: str) -> str:
    return url_for("review.show_offer", public_id=reference)


def _numbered(name: Any) -> Any:
    return name + literal(" ") + Certificate.number


def _certificates_waiting(actor: Actor) -> Select[Any]:
    wanted = manage_queries.certificates_to_review(actor).join(
        CertificateType, CertificateType.code == Certificate.type_code
    )
    return wanted.with_only_columns(
        *review.columns(
            reference=Certificate.public_id, since=Certificate.submitted_at,
            title=_numbered(CertificateType.name), title_en=_numbered(CertificateType.name_en), party=Producer.name,
            region=Producer.county_code,
        ),
        maintain_column_froms=True,
    )  # fmt: skip


def _offers_waiting(actor: Actor) -> Select[Any]:
    return manage_queries.offers_to_review(actor).with_only_columns(
        *review.columns(
            reference=Offer.public_id, since=Offer.submitted_at, title=Product.name,
            title_en=Product.name_en, party=Producer.name, region=Producer.county_code,
        ),
        maintain_column_froms=True,
    )  # fmt: skip


def _certificate_titles(ids: Iterable[str]) -> review.Titles:
    named = CertificateType.name_en if is_english() else CertificateType.name
    rows = db.session.execute(
        select(Certificate.id, named, Certificate.number, Certificate.public_id)
        .join(CertificateType, CertificateType.code == Certificate.type_code)
        .where(Certificate.id.in_([int(each) for each in ids]))
    )
    return {str(i): (f"{name} {number}", _certificate(public)) for i, name, number, public in rows}


def _offer_titles(ids: Iterable[str]) -> review.Titles:
    named = Product.name_en if is_english() else Product.name
    rows = db.session.execute(
        select(Offer.id, named, Offer.public_id)
        .join(Product, Product.id == Offer.product_id)
        .where(Offer.id.in_([int(each) for each in ids]))
    )
    return {str(id_): (name, _offer(public_id)) for id_, name, public_id in rows}


SOURCES = (
    review.Source(
        "certificates", _p("many", "证书"), "catalog:certificate:review", _certificates_waiting,
        _certificate, OF_CERTIFICATES, _certificate_titles,
    ),
    review.Source(
        "offers", _p("many", "商品"), "catalog:offer:review", _offers_waiting, _offer, OF_OFFERS,
        _offer_titles,
    ),
)  # fmt: skip
