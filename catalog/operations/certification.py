"""Certificates and their scope: handed in, reviewed, revoked. Expiry is by date and no verb."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from catalog.models import CertificateCoverage, Product
from catalog.operations.changes import offers_covered_by, tell_offers_changed
from catalog.terms import anniversary
from producers.models import Base, Certificate, CertificateType, Producer
from producers.reach import refuse_own
from producers.states import CERTIFICATE_MACHINE, CertificateEvent, CertificateStatus
from shop import audit, codes
from shop.accounts.notices import notify
from shop.actor import Actor
from shop.db import db, lock
from shop.errors import InvalidInput
from shop.files import StoredFile

PRODUCT_SCOPE, PRODUCER_SCOPE, BATCH_SCOPE = "product_and_base", "producer", "batch"


@dataclass(frozen=True)
class CertificateFacts:
    """What a supplier states of a certificate."""

    type: CertificateType
    number: str
    issuer: str
    valid_from: date
    valid_to: date | None


def submit_certificate(
    holder: Producer,
    facts: CertificateFacts,
    products: Iterable[Product],
    bases: Iterable[Base],
    *,
    evidence: StoredFile,
    actor: Actor,
    at: datetime,
) -> Certificate:
    """Hand a certificate in for review, with its scope: every product as grown on every base.

    One that was refused may be handed in again under its number. Raises InvalidInput at the field.
    """
    pairs = [(product, base) for product in products for base in bases]
    number = checked_number(facts.type, facts.number)
    refuse_days(facts.type, facts.valid_from, facts.valid_to)
    refuse_scope(facts.type, has_scope=bool(pairs))
    certificate = _refused_before(holder, facts.type, number)
    if certificate is None:
        certificate = Certificate(holder=holder, type=facts.type, number=number)
        db.session.add(certificate)
    else:
        certificate.status = CERTIFICATE_MACHINE.next(
            CertificateStatus(certificate.status), CertificateEvent.SUBMIT_AGAIN
        )
    certificate.issuer, certificate.evidence = facts.issuer, evidence
    certificate.valid_from, certificate.valid_to = facts.valid_from, facts.valid_to
    certificate.submitted_at, certificate.status_reason = at, None
    db.session.flush()
    _cover(certificate, pairs if facts.type.scope_rule == PRODUCT_SCOPE else [])
    after = {
        "type": facts.type.code,
        "number": number,
        "valid_to": facts.valid_to.isoformat() if facts.valid_to else None,
        "scope": len(pairs),
    }
    audit.record(actor, "catalog:certificate:submit", certificate, after=after, at=at)
    return certificate


def checked_number(kind: CertificateType, text: str) -> str:
    """The number as it is kept: by the type's check and its published pattern. InvalidInput."""
    try:
        number = codes.check(kind.number_check, text)
    except InvalidInput as refusal:
        raise InvalidInput(refusal.message, field="number") from None
    if kind.number_pattern and not re.fullmatch(kind.number_pattern.strip("^$"), number, re.ASCII):
        raise InvalidInput(
            _l("编号不符合“%(name)s”的编号规则，请与证书核对。", name=kind.name), field="number"
        )
    return number


def refuse_scope(kind: CertificateType, *, has_scope: bool) -> None:
    """Raises InvalidInput where the type covers products and none, or no base, is chosen."""
    if kind.scope_rule == PRODUCT_SCOPE and not has_scope:
        raise InvalidInput(_l("请选择证书覆盖的商品和基地。"), field="products")


def refuse_days(kind: CertificateType, valid_from: date, valid_to: date | None) -> None:
    """Raises InvalidInput for days that do not fit the type."""
    months = kind.validity_months
    if valid_to is None:
        if months is not None:
            raise InvalidInput(_l("这类证书有有效期，请填写到期日。"), field="valid_to")
        return
    if valid_to < valid_from:
        raise InvalidInput(_l("到期日不能早于生效日。"), field="valid_to")
    if months is not None and valid_to > anniversary(valid_from, months):
        raise InvalidInput(
            _l("这类证书有效期为 %(months)d 个月，请核对日期。", months=months), field="valid_to"
        )


def _refused_before(holder: Producer, kind: CertificateType, number: str) -> Certificate | None:
    known = db.session.scalar(
        select(Certificate).where(Certificate.type_code == kind.code, Certificate.number == number)
    )
    if known is None:
        return None
    if known.holder_id != holder.id or known.status != CertificateStatus.REFUSED:
        raise InvalidInput(_l("这个编号的证书已经登记过。"), field="number")
    return known


def _cover(certificate: Certificate, pairs: list[tuple[Product, Base]]) -> None:
    db.session.execute(
        delete(CertificateCoverage).where(CertificateCoverage.certificate_id == certificate.id)
    )
    db.session.add_all(
        CertificateCoverage(certificate_id=certificate.id, product_id=product.id, base_id=base.id)
        for product, base in pairs
    )


def approve_certificate(certificate: Certificate, *, actor: Actor, at: datetime) -> None:
    """From now on it counts on its days. Raises InvalidTransition, SamePerson."""
    _decide(certificate, CertificateEvent.APPROVE, None, actor=actor, at=at)


def refuse_certificate(
    certificate: Certificate, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Turn a certificate down. Raises InvalidTransition, SamePerson."""
    _decide(certificate, CertificateEvent.REFUSE, reason, actor=actor, at=at)


def revoke_certificate(
    certificate: Certificate, reason: str, *, actor: Actor, at: datetime
) -> None:
    """It no longer counts: what only it covers cannot be bought. InvalidTransition, SamePerson."""
    _decide(certificate, CertificateEvent.REVOKE, reason, actor=actor, at=at)


def _decide(
    certificate: Certificate, event: CertificateEvent, reason: str | None,
    *, actor: Actor, at: datetime,
) -> None:  # fmt: skip
    (locked,) = lock(Certificate, [certificate.id])
    refuse_own(actor, locked.holder)
    before = CertificateStatus(locked.status)
    after = CERTIFICATE_MACHINE.next(before, event)
    if after is CertificateStatus.APPROVED:
        locked.approved_at = at
    elif after is CertificateStatus.REVOKED:
        locked.revoked_at = at
    locked.status, locked.status_reason = after, reason
    audit.record(
        actor, f"catalog:certificate:{event}", locked,
        before={"status": before}, after={"status": after, "reason": reason}, at=at,
    )  # fmt: skip
    tell_offers_changed(offers_covered_by(locked.id), at=at)
    notify(
        kind=f"catalog:certificate:{event}", subject=f"{locked.type.name} {locked.number}", at=at,
        organisation_id=locked.holder.organisation_id,
        dedupe_key=f"certificate:{locked.id}:{event}:{at.isoformat()}",
    )  # fmt: skip
