"""The letter that brings an invitation's link."""

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _

from shop.accounts import mail
from shop.accounts.invitations.models import Invitation
from shop.actor import ROLE_LABELS, Actor, Role
from shop.web.filters import moment


def lasts() -> timedelta:
    found: timedelta = current_app.config["INVITATION_LASTS"]
    return found


def link_of(token: str) -> str:
    """The whole address: it is read outside of this site."""
    return f"{current_app.config['PUBLIC_URL']}/invitation?token={token}"


def send(invitation: Invitation, token: str, *, actor: Actor, at: datetime) -> None:
    """Leave the letter in the current transaction, in the language of whoever invites."""
    if not mail.is_possible():
        return
    organisation = invitation.organisation.name
    body = _(
        "%(inviter)s 邀请您以“%(role)s”的身份加入 %(organisation)s。\n\n"
        "请在 %(until)s 前打开下面的链接：\n%(link)s\n\n"
        "链接只能用一次，请不要转发。如果您不认识邀请人，不必理会这封邮件。",
        inviter=actor.name,
        role=ROLE_LABELS[Role(invitation.role)],
        organisation=organisation,
        until=moment(invitation.expires_at),
        link=link_of(token),
    )
    mail.leave(
        to=invitation.email,
        subject=_("邀请您加入 %(organisation)s", organisation=organisation),
        body=body,
        message_id=f"invitation-{invitation.public_id}",
        at=at,
    )
