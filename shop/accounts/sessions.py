"""Sign-in sessions kept at the server: begun, found by their cookie's token, ended."""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import current_app, g, request
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import DBAPIError

from shop import clock
from shop.accounts.factors.models import SecondFactor
from shop.accounts.models import Membership, Organisation, OrganisationKind, User, UserSession
from shop.actor import Actor, Role
from shop.db import db, transaction

STAFF_IDLE, STAFF_WHOLE = timedelta(minutes=30), timedelta(hours=12)
CONSUMER_IDLE = CONSUMER_WHOLE = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=1)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(
    user: User,
    *,
    is_staff: bool,
    at: datetime,
    confirmed_at: datetime | None = None,
    organisation_id: int | None = None,
) -> str:
    """Open a session and return its token; only the hash is kept."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        UserSession(
            token_hash=token_hash(token),
            user=user,
            created_at=at,
            last_seen_at=at,
            confirmed_at=confirmed_at,
            organisation_id=organisation_id,
            expires_at=at + (STAFF_WHOLE if is_staff else CONSUMER_WHOLE),
            address=request.remote_addr,
            agent=(request.user_agent.string or "")[:300],
        )
    )
    return token


def end_sessions(user_id: int, *, at: datetime, token: str | None = None) -> None:
    """End one session by its token, or all of a person's."""
    statement = update(UserSession).where(
        UserSession.user_id == user_id, UserSession.ended_at.is_(None)
    )
    if token is not None:
        statement = statement.where(UserSession.token_hash == token_hash(token))
    db.session.execute(statement.values(ended_at=at))


def renew_token(token: str, *, at: datetime) -> str:
    """A new token for a session in which the person has just been confirmed; the old one is dead."""
    new = secrets.token_urlsafe(32)
    db.session.execute(
        update(UserSession)
        .where(UserSession.token_hash == token_hash(token), UserSession.ended_at.is_(None))
        .values(token_hash=token_hash(new), confirmed_at=at)
    )
    return new


BEHIND = (
    select(User, UserSession, Membership.role, Organisation, SecondFactor.id)
    .join(UserSession, UserSession.user_id == User.id)
    .outerjoin(Membership, (Membership.user_id == User.id) & Membership.ended_at.is_(None))
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
    .where(UserSession.token_hash == bindparam("token_hash"))
    .order_by(Membership.id)
)
"""Made once: this is asked with every page of somebody who has signed in."""


def find_user(token: str) -> User | None:
    """The person behind a live session, with `actor` made: one query. None if ended or too old."""
    now = clock.now()
    rows = db.session.execute(BEHIND, {"token_hash": token_hash(token)}).all()
    if not rows:
        return None
    user, session, _, organisation, factor_id = rows[0]
    idle = STAFF_IDLE if organisation is not None else CONSUMER_IDLE
    stale = session.expires_at <= now or session.last_seen_at + idle <= now
    is_strange = user.is_demo and not current_app.config["IS_DEMO"]
    if session.ended_at is not None or stale or is_strange or not user.is_active:
        return None
    if session.organisation_id:
        chosen = [row[3] for row in rows if row[3] and row[3].id == session.organisation_id]
        organisation = chosen[0] if chosen else organisation
    roles = [row[2] for row in rows if row[3] is not None and row[3] is organisation]
    user.actor = make_actor(user, organisation, roles)
    user.session_token = token
    user.has_second_factor = factor_id is not None
    g.session_confirmed_at = session.confirmed_at
    g.session_seen = (session.id, session.last_seen_at)
    return user


def make_actor(user: User, organisation: Organisation | None, roles: list[str]) -> Actor:
    is_department = organisation is not None and organisation.kind == OrganisationKind.DEPARTMENT
    return Actor(
        name=user.name,
        user_id=user.id,
        organisation_id=organisation.id if organisation else None,
        organisation_name=organisation.name if organisation else None,
        roles=frozenset(Role(role) for role in roles),
        region_code=organisation.region_code if organisation else None,
        department_id=organisation.id if organisation and is_department else None,
        request_id=g.get("request_id", "-"),
        address=request.remote_addr,
    )


def touch_session(error: BaseException | None = None) -> None:
    """Note at the end of a request that its session is in use: at most once a minute, in a
    transaction of its own. A busy database is no reason to spoil the page that is on its way."""
    seen = g.pop("session_seen", None)
    if seen is None or clock.now() - seen[1] < SEEN_EVERY:
        return
    try:
        with transaction():
            db.session.execute(
                update(UserSession)
                .where(UserSession.id == seen[0])
                .values(last_seen_at=clock.now())
            )
    except DBAPIError:
        current_app.logger.warning("a session was not marked as seen")
