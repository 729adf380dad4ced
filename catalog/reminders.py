"""Scheduled: remind suppliers of certificates that are about to end, once per reminder."""

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from producers.attention import reminder_days
from producers.models import Certificate
from producers.queries import certificate_valid
from producers.rules import reminder_due
from shop.accounts.notices import notify
from shop.clock import business_day
from shop.db import db, transaction
from shop.worker import page_words

EXPIRING = "catalog:certificate:expiring"


def remind_of_expiry(at: datetime) -> int:
    """Leave the notices that are due; how many were new. May run any number of times."""
    on = business_day(at)
    days = reminder_days(on)
    soon = on + timedelta(days=max(days))
    with page_words(), transaction():
        certificates = db.session.scalars(
            select(Certificate)
            .options(joinedload(Certificate.type), joinedload(Certificate.holder))
            .where(certificate_valid(on), Certificate.valid_to <= soon)
            .order_by(Certificate.id)
        ).all()
        return sum(
            _remind(each, reminder_due(each.valid_to, on, days), at) for each in certificates
        )


def _remind(certificate: Certificate, before: int | None, at: datetime) -> bool:
    if before is None:
        return False
    return notify(
        kind=EXPIRING,
        subject=f"{certificate.type.name} {certificate.number}（{certificate.valid_to}）",
        organisation_id=certificate.holder.organisation_id,
        url=url_for("certificates.show_certificate", public_id=certificate.public_id),
        dedupe_key=f"{EXPIRING}:{certificate.id}:{certificate.valid_to}:{before}",
        at=at,
    )
