"""Reading accounts: people, their organisations, their live sessions."""

from datetime import datetime

from sqlalchemy import Select, select

from shop.accounts.models import Membership, Organisation, User, UserSession
from shop.accounts.sessions import CONSUMER_IDLE, STAFF_IDLE
from shop.actor import Actor
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
