"""Whom to ask: the offices that stand above the reader's organisation, and the platform."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, or_, select

from shop.accounts.models import Membership, Organisation, OrganisationKind
from shop.actor import Actor, Role
from shop.db import db


@dataclass(frozen=True)
class Office:
    """An office with the telephone that it has given for this."""

    what_for: str
    name: str
    contact: str
    phone: str


def offices_for(actor: Actor) -> list[Office]:
    """One query: the platform for everybody, and for members their own offices."""
    runs_it = exists().where(
        Membership.organisation_id == Organisation.id,
        Membership.role == Role.OPERATOR,
        Membership.ended_at.is_(None),
    )
    wanted: list[ColumnElement[bool]] = [(Organisation.kind == OrganisationKind.PLATFORM) & runs_it]
    if actor.organisation_id is not None:
        own = select(Organisation.parent_id).where(Organisation.id == actor.organisation_id)
        wanted.append(Organisation.id.in_(own))
        wanted.append(
            (Organisation.kind == OrganisationKind.COUNTY_BUREAU)
            & (Organisation.region_code == actor.region_code)
        )
    found = db.session.scalars(select(Organisation).where(or_(*wanted)).order_by(Organisation.id))
    reasons = {
        OrganisationKind.PLATFORM: _("使用本站、付款和退款"),
        OrganisationKind.COUNTY_BUREAU: _("供应商资料、证书和商品审核"),
        OrganisationKind.DEPARTMENT: _("预留份额填报的审核"),
        OrganisationKind.FINANCE_BUREAU: _("预留份额的规则和确认"),
    }
    return [
        Office(reasons[kind], office.name, office.contact_name, office.contact_phone)
        for office in found
        if (kind := OrganisationKind(office.kind)) in reasons
    ]
