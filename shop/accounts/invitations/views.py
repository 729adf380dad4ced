"""The page behind an invitation's link: open an account, or join with the one that one has."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from shop import clock
from shop.access import public, requires
from shop.accounts import attempts, entrance, passwords
from shop.accounts import operations as accounts
from shop.accounts.answers import Answer, answered
from shop.accounts.invitations import operations
from shop.accounts.invitations.forms import JoinForm, NewMemberForm
from shop.accounts.invitations.models import Invitation
from shop.accounts.models import Organisation, User
from shop.accounts.views import bp as bp
from shop.actor import ROLE_LABELS, Role, current_actor
from shop.db import db, transaction
from shop.errors import DomainError, NotFound
from shop.web.landing import landing

GONE = (404, 410)
TEMPLATE = "accounts/invitation.html"


@bp.get("/invitation")
@public
def show_invitation() -> Answer:
    token = request.args.get("token", "")
    try:
        invitation = operations.find(token, at=clock.now())
    except DomainError as refusal:
        return _over(refusal)
    make = JoinForm if current_actor().is_signed_in else NewMemberForm
    return render_template(TEMPLATE, form=make(token=token), **_about(invitation, token))


@bp.post("/invitation/account")
@public
def accept_with_new_account() -> Answer:
    form = NewMemberForm()
    return _accept(form, lambda: _open_account(form))


@bp.post("/invitation/membership")
@requires("accounts:account:change")
def accept_with_own_account() -> Answer:
    form = JoinForm()
    return _accept(form, lambda: _join(form))


def _accept(form: NewMemberForm | JoinForm, act: Callable[[], Answer]) -> Answer:
    """The same page again where something is wrong in the form; its own where the link is."""
    token = str(form.token.data or "")
    try:
        invitation = operations.find(token, at=clock.now())
        return answered(form, TEMPLATE, act, **_about(invitation, token))
    except DomainError as refusal:
        if refusal.status not in GONE:
            raise
        return _over(refusal)


def _open_account(form: NewMemberForm) -> Response:
    at, token = clock.now(), str(form.token.data)
    email, password = operations.find(token, at=at).email, str(form.password.data)
    passwords.refuse_weak(password, email=email, is_staff=True)
    with transaction():
        attempt = attempts.admit(attempts.SIGN_UP, email, attempts.address(), at=at)
    hashed = passwords.hash_password(password)
    with transaction():
        attempts.succeed(attempt, at=at)
        user, organisation = operations.accept_as_new(token, str(form.name.data), hashed, at=at)
        return _enter(user.id, organisation)


def _join(form: JoinForm) -> Response:
    at, token, password = clock.now(), str(form.token.data), str(form.current.data)
    email = db.session.get_one(User, current_actor().user_id).email
    with transaction():
        attempt = attempts.admit(attempts.SIGN_IN, email, attempts.address(), at=at)
    try:
        user_id, _outdated = accounts.authenticate(email, password)
    except accounts.WrongPassword:
        raise accounts.WrongPassword(_("密码不正确。"), field="current") from None
    try:
        passwords.refuse_weak(password, email=email, is_staff=True, field="current")
    except passwords.WeakPassword:
        message = _("代表单位的账号密码至少 %(count)d 个字符。请先修改密码，再回到这个链接。",
                    count=passwords.SHORTEST_STAFF)  # fmt: skip
        raise passwords.WeakPassword(message, field="current") from None
    with transaction():
        attempts.succeed(attempt, at=at)
        organisation = operations.accept_as(token, user_id, at=at)
        return _enter(user_id, organisation)


def _enter(user_id: int, organisation: Organisation) -> Response:
    """Joining ended every session of the person: a new one, acting for where they are now."""
    entered = entrance.begin(user_id, at=clock.now(), organisation=organisation)
    entrance.renew_cookie(entered)
    flash(_("您已加入 %(organisation)s。", organisation=organisation.name), "success")
    return redirect(landing(entered.roles))


def _about(invitation: Invitation, token: str) -> dict[str, object]:
    user_id = current_actor().user_id
    return {
        "organisation": invitation.organisation.name,
        "role": ROLE_LABELS[Role(invitation.role)],
        "inviter": invitation.invited_by.name,
        "email": invitation.email,
        "expires_at": invitation.expires_at,
        "token": token,
        "own_email": db.session.get_one(User, user_id).email if user_id else None,
    }


def _over(refusal: DomainError) -> Answer:
    page = render_template(
        "accounts/invitation_over.html",
        message=refusal.message,
        is_unknown=isinstance(refusal, NotFound),
    )
    return page, refusal.status
