"""Asking again who sits there, before what must not be done at somebody else's open screen.

`@confirmed` below `@requires` lets a view run only when the person has shown their password, or a
code where they have a second factor, within the last ten minutes. A form that was sent too late is
not lost: the question is asked in its place and the form goes on with the answer.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict

from shop import audit, clock
from shop.accounts import attempts, entrance, operations, sessions
from shop.accounts.factors import operations as factors
from shop.accounts.factors.forms import CodeConfirmationForm
from shop.accounts.forms import ConfirmationForm
from shop.accounts.models import User
from shop.actor import Actor, current_actor
from shop.db import db, transaction
from shop.errors import DomainError
from shop.web.forms import Form

FRESH = timedelta(minutes=10)
FIELD = "confirmation"
View = TypeVar("View", bound=Callable[..., Any])


def is_fresh(*, at: datetime) -> bool:
    """Whether the person of this request was confirmed in this session not long ago."""
    last: datetime | None = g.get("session_confirmed_at")
    return last is not None and at - last < FRESH


def confirmed(view: View) -> View:
    """Ask who sits there before the view, unless that was asked just now."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        answer = _take_answer()
        if is_fresh(at=clock.now()):
            return view(*args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return redirect(url_for("accounts.confirm", next=request.full_path.rstrip("?")))
        form = new_form(formdata=None)
        if answer is None:
            return ask_in_place(form), 403
        try:
            prove(current_actor(), answer, at=clock.now())
        except DomainError as refusal:
            form.refuse(FIELD, refusal.message)
            return ask_in_place(form), refusal.status
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def new_form(**options: Any) -> ConfirmationForm | CodeConfirmationForm:
    """What this person is asked for."""
    by_code = current_user.has_second_factor
    return CodeConfirmationForm(**options) if by_code else ConfirmationForm(**options)


def ask_in_place(form: Form) -> str:
    """The page that asks, with the form in whose place it stands and which goes on with it."""
    fields = request.form.items(multi=True)
    return render_template(
        "accounts/confirmation.html",
        form=form,
        action=request.path,
        carried=[(name, value) for name, value in fields if name != "csrf_token"],
        has_files=bool(request.files),
    )


def prove(actor: Actor, answer: str, *, at: datetime) -> None:
    """Confirm the session by a password, or a code where there is a second factor; its token is
    changed. Guesses count like those at the door. Raises WrongPassword, WrongCode,
    TooManyAttempts."""
    user = db.session.get_one(User, actor.user_id)
    user_id, email, by_code = user.id, user.email, current_user.has_second_factor
    kind = attempts.CODE if by_code else attempts.SIGN_IN
    with transaction():
        attempt = attempts.admit(kind, email, attempts.address(), at=at)
    if not by_code:
        try:
            operations.authenticate(email, answer)
        except operations.WrongPassword:
            raise operations.WrongPassword(_("密码不正确。"), field=FIELD) from None
    with transaction():
        proof = _use_code(user_id, answer, at=at) if by_code else "password"
        attempts.succeed(attempt, at=at)
        token = sessions.renew_token(entrance.token_of(actor), at=at)
        person = db.session.get_one(User, user_id)
        audit.record(actor, "accounts:session:confirm", person, after={"proof": proof}, at=at)
    session["_user_id"] = current_user.session_token = token
    g.session_confirmed_at = at


def _use_code(user_id: int, answer: str, *, at: datetime) -> str:
    try:
        return factors.use_code(user_id, answer.strip(), at=at)
    except factors.WrongCode as wrong:
        raise factors.WrongCode(wrong.message, field=FIELD) from None


def _take_answer() -> str | None:
    """The answer, taken out of the form that carries it: the view's own form knows no such field."""
    given = request.form.get(FIELD)
    if given is not None:
        rest = [(n, v) for n, v in request.form.items(multi=True) if n != FIELD]
        request.form = ImmutableMultiDict(rest)
    return given
