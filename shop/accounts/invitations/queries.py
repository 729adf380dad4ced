"""Reading the members of an organisation and who is invited."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from shop.accounts.invitations.models import Invitation
from shop.accounts.models import Membership, User
from shop.actor import Actor, Role
from shop.db import db


@dataclass(frozen=True)
class Member:
    """A person of the organisation, as what, and since when."""

    user: User
    roles: list[Role]
    since: datetime


def members_of(actor: Actor) -> Select[tuple[Membership]]:
    """The live memberships of the organisation acted for, person by person."""
    return (
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == actor.organisation_id, Membership.ended_at.is_(None))
        .options(joinedload(Membership.user))
        .order_by(Membership.created_at, User.id, Membership.id)
    )


def members(actor: Actor) -> list[Member]:
    """Each person once, whoever has been there longest first; one query."""
    found: dict[int, Member] = {}
    for one in db.session.scalars(members_of(actor)):
        member = found.setdefault(one.user_id, Member(one.user, [], one.created_at))
        member.roles.append(Role(one.role))
    return list(found.values())


def pending(actor: Actor, *, at: datetime) -> Select[tuple[Invitation]]:
    """The invitations of the organisation acted for that may still be accepted."""
    return (
        select(Invitation)
        .where(
            Invitation.organisation_id == actor.organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > at,
        )
        .options(joinedload(Invitation.invited_by))
        .order_by(Invitation.id.desc())
    )
