"""Reading accounts: people, their organisations, their live sessions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from shop.accounts.models import Membership, Organisation, User, UserSession
from shop.accounts.sessions import CONSUMER_IDLE, STAFF_IDLE, token_hash
from shop.actor import Actor, Role
from shop.db import db


def user_by_email(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == email))


def is_staff(user_id: int) -> bool:
    statement = select(Membership.id).where(
        Membership.user_id == user_id, Membership.ended_at.is_(None)
    )
    return db.session.scalar(statement.limit(1)) is not None


def organisations_of(actor: Actor) -> Select[tuple[Organisation]]:
    """The organisations that the person may act for."""
    return (
        select(Organisation)
        .where(
            Organisation.id.in_(
                select(Membership.organisation_id).where(
                    Membership.user_id == actor.user_id, Membership.ended_at.is_(None)
                )
            )
        )
        .order_by(Organisation.name, Organisation.id)
    )


def memberships_of(user_id: int) -> Select[tuple[Membership]]:
    """All that a person is or was for organisations, with these loaded."""
    return (
        select(Membership)
        .where(Membership.user_id == user_id)
        .options(joinedload(Membership.organisation))
        .order_by(Membership.id)
    )


@dataclass(frozen=True)
class Place:
    """An organisation in which the person acts, and as what."""

    organisation: Organisation
    roles: list[Role]


def places_of(actor: Actor) -> list[Place]:
    """Where the person may act, in the order of the names; one query."""
    assert actor.user_id is not None
    live = memberships_of(actor.user_id).where(Membership.ended_at.is_(None))
    found: dict[int, Place] = {}
    for membership in db.session.scalars(live):
        organisation = membership.organisation
        place = found.setdefault(organisation.id, Place(organisation, []))
        place.roles.append(Role(membership.role))
    return sorted(found.values(), key=lambda place: place.organisation.name)


def session_of(token: str) -> UserSession | None:
    return db.session.scalar(select(UserSession).where(UserSession.token_hash == token_hash(token)))


def live_sessions(actor: Actor, *, at: datetime) -> Select[tuple[UserSession]]:
    """The person's sessions that still open a door, the latest first."""
    idle = STAFF_IDLE if actor.roles else CONSUMER_IDLE
    return (
        select(UserSession)
        .where(
            UserSession.user_id == actor.user_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > at,
            UserSession.last_seen_at > at - idle,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
