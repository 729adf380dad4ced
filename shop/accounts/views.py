"""Signing up, in and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from shop import clock
from shop.access import public
from shop.accounts import attempts, entrance, operations, passwords, sessions
from shop.accounts.forms import SignInForm, SignUpForm
from shop.actor import current_actor
from shop.db import transaction
from shop.errors import DomainError
from shop.web.forms import refuse_extras
from shop.web.paths import own_path

bp = Blueprint("accounts", __name__)
Answer = Response | str | tuple[str, int]


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Answer:
    form = SignInForm(next=request.args.get("next"))
    if request.method == "GET" and current_actor().is_signed_in:
        return redirect(entrance.landing(current_actor().roles))
    status = 200
    if form.validate_on_submit():
        try:
            return _enter(form)
        except DomainError as refusal:
            form.refuse(refusal.field, refusal.message)
            status = refusal.status
    elif form.is_submitted():
        status = 422
    return render_template("accounts/sign_in.html", form=form), status


@bp.route("/sign-up", methods=["GET", "POST"])
@public
def sign_up() -> Answer:
    form = SignUpForm(next=request.args.get("next"))
    status = 200
    if form.validate_on_submit():
        try:
            return _register(form)
        except DomainError as refusal:
            form.refuse(refusal.field, refusal.message)
            status = refusal.status
    elif form.is_submitted():
        status = 422
    return render_template("accounts/sign_up.html", form=form), status


@bp.post("/sign-out")
@public
def sign_out() -> Answer:
    """Also for somebody whose session has ended meanwhile: there is nothing to refuse."""
    refuse_extras()
    actor = current_actor()
    if actor.is_signed_in:
        with transaction():
            operations.sign_out(actor, entrance.token_of(actor), at=clock.now())
    entrance.empty_cookie()
    flash(_("您已退出。"), "success")
    return redirect(url_for("catalog.home"))


def _enter(form: SignInForm) -> Response:
    """Count the try, look at the password, begin the session: the first must stay counted
    whatever follows, and hashing holds no lock; hence two transactions."""
    at, email = clock.now(), str(form.email.data)
    with transaction():
        attempt = attempts.admit(attempts.SIGN_IN, email, _address(), at=at)
    user_id, new_hash = operations.authenticate(email, str(form.password.data))
    with transaction():
        attempts.succeed(attempt, at=at)
        entered = _begin(user_id, new_hash)
    entrance.renew_cookie(entered)
    return redirect(own_path(form.next.data, entrance.landing(entered.roles)))


def _register(form: SignUpForm) -> Response:
    at, email = clock.now(), str(form.email.data)
    password = str(form.password.data)
    passwords.refuse_weak(password, email=email, is_staff=False)
    with transaction():
        attempt = attempts.admit(attempts.SIGN_UP, email, _address(), at=at)
    hashed = passwords.hash_password(password)
    with transaction():
        attempts.succeed(attempt, at=at)
        user = operations.register_consumer(email, str(form.name.data), hashed, at=at)
        entered = _begin(user.id, None)
    entrance.renew_cookie(entered)
    flash(_("注册成功，欢迎来到乡源。"), "success")
    return redirect(own_path(form.next.data, entrance.landing(entered.roles)))


def _begin(user_id: int, new_hash: str | None) -> operations.Entrance:
    """Begin the new session; the one that the browser had until now is dead."""
    actor, at = current_actor(), clock.now()
    if actor.user_id is not None:
        sessions.end_sessions(actor.user_id, token=entrance.token_of(actor), at=at)
    entered = operations.sign_in(user_id, at=at, new_hash=new_hash)
    entrance.tell_rooms(user_id, at)
    return entered


def _address() -> str:
    """The peer's address; headers that anybody can write do not count."""
    return request.remote_addr or "-"
