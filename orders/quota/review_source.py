"""Yearly filings in the reviewers' queue: a department's own units first, then finance."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, String, and_, cast, literal, or_, select

from orders.quota.models import QuotaPlan
from orders.quota.scope import scope_of
from orders.quota.states import PlanStatus
from shop import review
from shop.accounts.models import Organisation
from shop.actor import Actor
from shop.db import db

DECISIONS = {
    "quota:plan:check": _l("已审核"),
    "quota:plan:confirm": _l("已确认"),
    "quota:plan:return": _l("已退回"),
}


def _address(reference: str) -> str:
    unit_id, year = reference.rsplit("/", 1)
    return url_for("quota_review.show_plan", unit_id=unit_id, year=int(year))


def _next_step(actor: Actor) -> ColumnElement[bool]:
    """What this actor's step is: `operations.may_check` and `may_confirm` as a condition."""
    filed = QuotaPlan.status == PlanStatus.FILED
    itself = Organisation.department_id == Organisation.id
    if actor.department_id is not None:
        return and_(filed, Organisation.department_id == actor.department_id, ~itself)
    above = or_(Organisation.department_id.is_(None), itself)
    return or_(and_(filed, above), QuotaPlan.status == PlanStatus.CHECKED)


def _waiting(actor: Actor) -> Select[Any]:
    reference = Organisation.public_id + literal("/") + cast(QuotaPlan.year, String)
    return (
        select(
            *review.columns(
                reference=reference, since=QuotaPlan.filed_at, title=Organisation.name,
                party=cast(QuotaPlan.year, String), region=Organisation.region_code,
            )
        )
        .join(Organisation, Organisation.id == QuotaPlan.unit_id)
        .where(*scope_of(actor).units(), _next_step(actor))
    )  # fmt: skip


def _titles(ids: Iterable[str]) -> review.Titles:
    rows = db.session.execute(
        select(QuotaPlan.id, QuotaPlan.year, Organisation.name, Organisation.public_id)
        .join(Organisation, Organisation.id == QuotaPlan.unit_id)
        .where(QuotaPlan.id.in_([int(each) for each in ids]))
    )
    return {
        str(id_): (
            _("%(unit)s %(year)d年度填报", unit=name, year=year),
            _address(f"{public_id}/{year}"),
        )
        for id_, year, name, public_id in rows
    }


SOURCE = review.Source(
    "plans", _l("预留份额填报"), "quota:plan:review", _waiting, _address, DECISIONS, _titles
)
