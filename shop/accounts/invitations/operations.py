"""Verbs about colleagues: invite, withdraw, accept, end a membership."""

import secrets
from datetime import datetime

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from shop import audit
from shop.accounts import operations, sessions
from shop.accounts.invitations import queries, rules
from shop.accounts.invitations.models import Invitation
from shop.accounts.models import Membership, Organisation, User
from shop.accounts.notices import notify
from shop.accounts.sessions import token_hash
from shop.actor import Actor, Role
from shop.db import db, lock
from shop.errors import DomainError, InvalidInput, NotAllowed, NotFound

MOST_PENDING = 50
"""More open invitations than this in one organisation are a mistake, or worse."""


class InvitationOver(DomainError):
    """Accepted, withdrawn or too old."""

    status = 410


def invite(actor: Actor, email: str, role: Role, *, at: datetime) -> tuple[Invitation, str]:
    """Let somebody join the actor's organisation by a link; returns its token, kept only as hash.
    An open invitation of the same person as the same is replaced.

    Raises NotAllowed for a role that is not the actor's to give, InvalidInput for who has it.
    """
    if role not in rules.appointable(actor.roles):
        raise NotAllowed
    assert actor.organisation_id is not None
    (organisation,) = lock(Organisation, [actor.organisation_id])
    has_it = queries.members_of(actor).where(User.email == email, Membership.role == role.value)
    if db.session.scalar(has_it) is not None:
        raise InvalidInput(_l("这个人已经是本单位成员，身份相同。"), field="email")
    waiting = list(db.session.scalars(queries.pending(actor, at=at)))
    for former in waiting:
        if (former.email, former.role) == (email, role.value):
            former.withdrawn_at = at
    if len(waiting) >= MOST_PENDING:
        raise InvalidInput(_l("还有太多邀请没有接受，请先撤回不需要的邀请。"))
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        organisation=organisation,
        email=email,
        role=role.value,
        token_hash=token_hash(token),
        invited_by_id=actor.user_id,
        created_at=at,
        expires_at=at + current_app.config["INVITATION_LASTS"],
    )
    db.session.add(invitation)
    audit.record(actor, "accounts:invitation:send", invitation, after={"role": role.value}, at=at)
    return invitation, token


def withdraw(actor: Actor, public_id: str, *, at: datetime) -> Invitation:
    """Make an open invitation of the actor's organisation worthless. Raises NotFound."""
    found = queries.pending(actor, at=at).where(Invitation.public_id == public_id)
    invitation = db.session.scalar(found)
    if invitation is None:
        raise NotFound
    invitation.withdrawn_at = at
    audit.record(actor, "accounts:invitation:withdraw", invitation, at=at)
    return invitation


def find(token: str, *, at: datetime) -> Invitation:
    """The open invitation behind a link. Raises NotFound, InvitationOver with the reason."""
    statement = select(Invitation).where(Invitation.token_hash == token_hash(token))
    invitation = db.session.scalar(statement)
    if invitation is None:
        raise NotFound(_l("请检查链接是否完整，或请邀请您的人再发一次。"))
    if invitation.accepted_at is not None:
        raise InvitationOver(
            _l("这份邀请已经用过。请直接登录；如果不是您本人接受的，请马上告诉邀请您的人。")
        )
    if invitation.withdrawn_at is not None:
        raise InvitationOver(_l("这份邀请已被撤回。如有疑问，请联系邀请您的人。"))
    if invitation.expires_at <= at:
        raise InvitationOver(_l("这份邀请已过期。请让邀请您的人再发一次。"))
    return invitation


def accept_as_new(
    token: str, name: str, password_hash: str, *, at: datetime
) -> tuple[User, Organisation]:
    """Open an account for the invited address and let it join; the caller has refused weak
    passwords. Raises NotFound, InvitationOver, EmailTaken."""
    invitation = find(token, at=at)
    is_demo = invitation.organisation.is_demo
    user = operations.register_consumer(
        invitation.email, name, password_hash, at=at, is_demo=is_demo
    )
    return user, _join(invitation, user, at=at)


def accept_as(token: str, user_id: int, *, at: datetime) -> Organisation:
    """Let a person who has an account join. Raises NotFound, InvitationOver."""
    user = db.session.get_one(User, user_id)
    return _join(find(token, at=at), user, at=at)


def end_membership(actor: Actor, public_id: str, *, at: datetime) -> User:
    """End all that a colleague is in the actor's organisation, their sessions, and the invitations
    that they have open. Raises NotFound, NotAllowed for oneself or a role not the actor's to end.
    """
    assert actor.organisation_id is not None
    found = queries.members_of(actor).where(User.public_id == public_id)
    memberships = list(db.session.scalars(found))
    if not memberships:
        raise NotFound
    user, roles = memberships[0].user, {Role(one.role) for one in memberships}
    if user.id == actor.user_id:
        raise NotAllowed(_l("不能移除自己。请让另一位同事操作。"))
    if not roles <= set(rules.appointable(actor.roles)):
        raise NotAllowed(_l("这位同事的身份不由您管理，请联系平台。"))
    for membership in memberships:
        membership.ended_at = at
    db.session.execute(
        update(Invitation)
        .where(
            Invitation.organisation_id == actor.organisation_id,
            Invitation.invited_by_id == user.id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=at)
    )
    sessions.end_sessions(user.id, at=at)
    before = {"roles": sorted(role.value for role in roles)}
    audit.record(actor, "accounts:membership:end", user, before=before, at=at)
    notify(
        kind="membership_ended",
        subject=actor.organisation_name or "",
        dedupe_key=f"membership_ended:{user.id}:{actor.organisation_id}:{at.isoformat()}",
        at=at,
        user_id=user.id,
        url="/account",
    )
    return user


def _join(invitation: Invitation, user: User, *, at: datetime) -> Organisation:
    """Only one of two who come at once with the same link joins."""
    taken = db.session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(accepted_at=at, accepted_by_id=user.id)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise InvitationOver(_l("这份邀请刚刚用过或已被撤回。"))
    organisation, role = invitation.organisation, Role(invitation.role)
    actor = sessions.make_actor(user, organisation, [role.value])
    operations.add_memberships(user, organisation, [role], actor=actor, at=at)
    audit.record(actor, "accounts:invitation:accept", invitation, after={"role": role.value}, at=at)
    notify(
        kind="member_joined",
        subject=user.name,
        dedupe_key=f"member_joined:{invitation.id}",
        at=at,
        user_id=invitation.invited_by_id,
        url="/organisation/members",
    )
    return organisation
