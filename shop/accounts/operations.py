"""Verbs about people: register, sign in, change a password, join an organisation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from shop import audit
from shop.accounts import passwords, queries, sessions
from shop.accounts.models import Membership, Organisation, User, UserSession
from shop.actor import ANONYMOUS, Actor, Role
from shop.db import db
from shop.errors import InvalidInput, NotFound


class EmailTaken(InvalidInput):
    """Somebody has registered with this address."""


class WrongPassword(InvalidInput):
    """The name or the password is wrong; which of them is not told."""


@dataclass(frozen=True)
class Entrance:
    """What a sign-in opens: the session's token and what the person is."""

    token: str
    user: User
    roles: frozenset[Role]


def register_consumer(
    email: str, name: str, password_hash: str, *, at: datetime, is_demo: bool = False
) -> User:
    """Open a consumer's account; the caller has refused weak passwords. Raises EmailTaken."""
    user = _add_user(email, name, password_hash, phone=None, at=at, is_demo=is_demo)
    audit.record(_self(user), "accounts:account:register", user, at=at)
    return user


def authenticate(email: str, password: str) -> tuple[int, str | None]:
    """The person's id, and a new hash where the old one is outdated. Raises WrongPassword.

    Hashing takes long on purpose: no transaction is open meanwhile.
    """
    user = queries.user_by_email(email)
    welcome = user is not None and user.is_active
    if user is not None and user.is_demo and not current_app.config["IS_DEMO"]:
        welcome = False
    user_id, known_hash = (user.id, user.password_hash) if user and welcome else (0, None)
    db.session.rollback()
    if not passwords.verify_password(known_hash, password) or known_hash is None:
        raise WrongPassword(_("邮箱或密码不正确。"))
    return user_id, passwords.hash_password(password) if passwords.is_outdated(known_hash) else None


def sign_in(
    user_id: int,
    *,
    at: datetime,
    new_hash: str | None = None,
    proof: str = "password",
    organisation: Organisation | None = None,
) -> Entrance:
    """Begin a session for somebody who has shown who they are. `proof` is by what: "password",
    "code", "recovery_code", or "demo", which shows nothing: such a session is not confirmed.
    They act for `organisation`, else for the first that they belong to."""
    user = db.session.get_one(User, user_id)
    if new_hash is not None:
        user.password_hash = new_hash
    statement = select(Membership).where(
        Membership.user_id == user.id, Membership.ended_at.is_(None)
    )
    memberships = list(db.session.scalars(statement.order_by(Membership.id)))
    first = organisation or (memberships[0].organisation if memberships else None)
    token = sessions.begin_session(
        user,
        is_staff=bool(memberships),
        at=at,
        confirmed_at=None if proof == "demo" else at,
        organisation_id=organisation.id if organisation else None,
    )
    roles = [each.role for each in memberships if each.organisation is first]
    actor, after = sessions.make_actor(user, first, roles), {"proof": proof}
    audit.record(actor, "accounts:session:begin", user, after=after, at=at)
    return Entrance(token, user, frozenset(Role(role) for role in roles))


def sign_out(actor: Actor, token: str, *, at: datetime) -> None:
    """End the session that a token opens."""
    user = db.session.get_one(User, actor.user_id)
    sessions.end_sessions(user.id, token=token, at=at)
    audit.record(actor, "accounts:session:end", user, at=at)


def end_session(actor: Actor, public_id: str, *, at: datetime) -> UserSession:
    """End one of the actor's own sessions; raises NotFound for anybody else's."""
    own = select(UserSession).where(
        UserSession.user_id == actor.user_id, UserSession.public_id == public_id
    )
    session = db.session.scalar(own)
    if session is None:
        raise NotFound
    session.ended_at = session.ended_at or at
    audit.record(actor, "accounts:session:end", session, at=at)
    return session


def end_other_sessions(actor: Actor, token: str, *, at: datetime) -> int:
    """End all of the actor's sessions but the one that the token opens; how many."""
    ended = db.session.execute(
        update(UserSession)
        .where(
            UserSession.user_id == actor.user_id,
            UserSession.ended_at.is_(None),
            UserSession.token_hash != sessions.token_hash(token),
        )
        .values(ended_at=at)
    )
    count = int(ended.rowcount)  # type: ignore[attr-defined]
    user = db.session.get_one(User, actor.user_id)
    audit.record(actor, "accounts:session:end_others", user, after={"count": count}, at=at)
    return count


def change_profile(actor: Actor, *, name: str, locale: str, theme: str, at: datetime) -> None:
    """How the person is called, and how pages read and look for them. What was changed is
    recorded, the values are not: they are the person's own."""
    user = db.session.get_one(User, actor.user_id)
    wanted = {"name": name, "locale": locale, "theme": theme}
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    for field in changed:
        setattr(user, field, wanted[field])
    if changed:
        audit.record(actor, "accounts:profile:change", user, after={"fields": changed}, at=at)


def change_password(actor: Actor, password_hash: str, *, at: datetime) -> None:
    """Store the new hash and end every session of the person, this one too: the caller begins
    a new one for whoever has just shown the old password."""
    user = db.session.get_one(User, actor.user_id)
    user.password_hash = password_hash
    sessions.end_sessions(user.id, at=at)
    audit.record(actor, "accounts:password:change", user, at=at)


def choose_organisation(actor: Actor, token: str, public_id: str, *, at: datetime) -> None:
    """Act for another of one's organisations in this session; raises NotFound."""
    own = queries.organisations_of(actor).where(Organisation.public_id == public_id)
    organisation = db.session.scalar(own)
    if organisation is None:
        raise NotFound
    hashed = sessions.token_hash(token)
    session = db.session.scalars(select(UserSession).where(UserSession.token_hash == hashed)).one()
    session.organisation_id = organisation.id
    after = {"organisation": organisation.name}
    audit.record(actor, "accounts:session:act_for", session, after=after, at=at)


def create_member(
    email: str,
    name: str,
    password: str,
    *,
    organisation: Organisation,
    roles: Iterable[Role],
    actor: Actor,
    at: datetime,
    phone: str | None = None,
    is_demo: bool = False,
) -> User:
    """Let a person act for an organisation, with a new account where there is none. Live sessions
    end, as a member's last shorter. Raises WeakPassword, EmailTaken for a person who exists."""
    passwords.refuse_weak(password, email=email.lower(), is_staff=True)
    hashed = passwords.hash_password(password)
    user = _add_user(email, name, hashed, phone=phone, at=at, is_demo=is_demo)
    add_memberships(user, organisation, roles, actor=actor, at=at)
    return user


def add_memberships(
    user: User, organisation: Organisation, roles: Iterable[Role], *, actor: Actor, at: datetime
) -> None:
    """Give a person roles in an organisation and end their sessions, as staff's last shorter.
    A role that was ended begins again; one that is held already stays."""
    names = sorted(role.value for role in roles)
    known = select(Membership).where(
        Membership.user_id == user.id, Membership.organisation_id == organisation.id
    )
    held = {membership.role: membership for membership in db.session.scalars(known)}
    for role in names:
        if role in held:
            held[role].ended_at = None
            continue
        db.session.add(Membership(user=user, organisation=organisation, role=role, created_at=at))
    db.session.flush()
    sessions.end_sessions(user.id, at=at)
    after = {"organisation": organisation.name, "roles": names}
    audit.record(actor, "accounts:membership:begin", user, after=after, at=at)


def _add_user(
    email: str, name: str, password_hash: str, *, phone: str | None, at: datetime, is_demo: bool
) -> User:
    user = User(
        email=email.lower(),
        name=name,
        phone=phone,
        password_hash=password_hash,
        is_demo=is_demo,
        created_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as taken:
        raise EmailTaken(_("这个邮箱已经注册，请直接登录。"), field="email") from taken
    return user


def _self(user: User) -> Actor:
    """The person as the actor of their own registration."""
    return Actor(name=user.name, user_id=user.id, request_id=ANONYMOUS.request_id)
