"""Signing up, in and out."""

from flask import Blueprint, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from shop import clock
from shop.access import public
from shop.accounts import attempts, entrance, operations, passwords
from shop.accounts.answers import Answer, answered
from shop.accounts.factors import challenges
from shop.accounts.factors.operations import factor_of
from shop.accounts.forms import SignInForm, SignUpForm
from shop.actor import current_actor
from shop.db import transaction
from shop.web.forms import refuse_extras
from shop.web.landing import landing
from shop.web.paths import own_path

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Answer:
    form = SignInForm(next=request.args.get("next"))
    if request.method == "GET" and current_actor().is_signed_in:
        return redirect(landing(current_actor().roles))
    return answered(form, "accounts/sign_in.html", lambda: _enter(form))


@bp.route("/sign-up", methods=["GET", "POST"])
@public
def sign_up() -> Answer:
    form = SignUpForm(next=request.args.get("next"))
    return answered(form, "accounts/sign_up.html", lambda: _register(form))


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
    whatever follows, and hashing holds no lock; hence two transactions. Where there is a second
    factor the session begins only with its code."""
    at, email = clock.now(), str(form.email.data)
    with transaction():
        attempt = attempts.admit(attempts.SIGN_IN, email, attempts.address(), at=at)
    user_id, new_hash = operations.authenticate(email, str(form.password.data))
    with transaction():
        attempts.succeed(attempt, at=at)
        if factor_of(user_id) is not None:
            token = challenges.begin(user_id, at=at, new_hash=new_hash)
            session["challenge"] = token
            return redirect(url_for("accounts.sign_in_code", next=form.next.data or None))
        entered = entrance.begin(user_id, at=at, new_hash=new_hash)
    entrance.renew_cookie(entered)
    return redirect(own_path(form.next.data, landing(entered.roles)))


def _register(form: SignUpForm) -> Response:
    at, email = clock.now(), str(form.email.data)
    password = str(form.password.data)
    passwords.refuse_weak(password, email=email, is_staff=False)
    with transaction():
        attempt = attempts.admit(attempts.SIGN_UP, email, attempts.address(), at=at)
    hashed = passwords.hash_password(password)
    with transaction():
        attempts.succeed(attempt, at=at)
        user = operations.register_consumer(email, str(form.name.data), hashed, at=at)
        entered = entrance.begin(user.id, at=at)
    entrance.renew_cookie(entered)
    flash(_("注册成功，欢迎来到乡源。"), "success")
    return redirect(own_path(form.next.data, landing(entered.roles)))
