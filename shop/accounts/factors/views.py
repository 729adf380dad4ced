"""The second factor's pages: its state, setting it up, turning it off, the code at sign-in."""

from datetime import datetime

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from shop import clock
from shop.access import public, requires
from shop.accounts import attempts, entrance, operations
from shop.accounts.answers import Answer, answered
from shop.accounts.confirmation import confirmed
from shop.accounts.factors import challenges, rules, setting_up, totp
from shop.accounts.factors import operations as factors
from shop.accounts.factors.forms import RecoveryCodeForm, SetUpForm, SignInCodeForm, TurnOffForm
from shop.accounts.models import User
from shop.accounts.views import bp as bp
from shop.actor import current_actor
from shop.db import db, transaction
from shop.web.forms import refuse_extras
from shop.web.landing import landing
from shop.web.paths import own_path


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
def sign_in_code() -> Answer:
    """The second half of a sign-in. Without a first half there is nothing to ask here."""
    token, is_recovery = session.get("challenge"), "recovery" in request.args
    if request.method != "POST" and not token:
        return redirect(url_for("accounts.sign_in"))
    make = RecoveryCodeForm if is_recovery else SignInCodeForm
    form = make(next=request.args.get("next"))
    return answered(
        form, "accounts/sign_in_code.html", lambda: _enter(form, token), is_recovery=is_recovery
    )


def _enter(form: SignInCodeForm | RecoveryCodeForm, token: str | None) -> Response:
    """The try is counted for itself, whatever becomes of the code."""
    at = clock.now()
    with transaction():
        user = challenges.person_behind(token, at=at)
        challenges.count_try(str(token), at=at)
        attempt = attempts.admit(attempts.CODE, user.email, attempts.address(), at=at)
        user_id = user.id
    with transaction():
        proof = factors.use_code(user_id, str(form.code.data), at=at)
        attempts.succeed(attempt, at=at)
        challenges.end(str(token), at=at)
        entered = entrance.begin(user_id, at=at, proof=proof)
    entrance.renew_cookie(entered)
    return redirect(own_path(form.next.data, landing(entered.roles)))


@bp.get("/account/second-factor")
@requires("accounts:account:read")
def second_factor() -> Answer:
    actor = current_actor()
    factor = factors.factor_of(actor.user_id)
    since = current_app.config["SECOND_FACTOR_FROM"]
    return render_template(
        "accounts/second_factor.html",
        factor=factor,
        codes_left=factors.codes_left(factor) if factor else 0,
        is_advised=rules.is_advised(actor.roles),
        required_from=since if rules.is_advised(actor.roles) else None,
    )


@bp.route("/account/second-factor/new", methods=["GET", "POST"])
@requires("accounts:account:change")
@confirmed
def set_up_second_factor() -> Answer:
    """The picture and a code to show that it was read; then the recovery codes, once."""
    actor, at = current_actor(), clock.now()
    user = db.session.get_one(User, actor.user_id)
    if factors.factor_of(user.id) is not None:
        if request.method != "POST":
            return redirect(url_for("accounts.second_factor"))
        raise factors.AlreadyOn
    form, email = SetUpForm(), user.email
    if not form.is_submitted():
        form.secret.data = setting_up.sealed(totp.new_secret(), user.id, at=at)
    secret = setting_up.opened(form.secret.data, user.id, at=at)
    if secret is None:  # the page lay open for too long
        secret = totp.new_secret()
        form.secret.data = setting_up.sealed(secret, user.id, at=at)
        form.secret.raw_data = None

    def act() -> Answer:
        with transaction():
            codes = factors.turn_on(actor, secret, str(form.code.data), at=at)
        return _show_codes(codes, at)

    return answered(
        form,
        "accounts/second_factor_new.html",
        act,
        picture=totp.picture(secret, email),
        groups=totp.groups(secret),
        address=totp.address(secret, email),
    )


@bp.post("/account/second-factor/recovery-codes")
@requires("accounts:account:change")
@confirmed
def renew_recovery_codes() -> Answer:
    refuse_extras()
    at = clock.now()
    with transaction():
        codes = factors.renew_recovery_codes(current_actor(), at=at)
    return _show_codes(codes, at)


@bp.route("/account/second-factor/termination", methods=["GET", "POST"])
@requires("accounts:account:change")
def end_second_factor() -> Answer:
    actor = current_actor()
    if factors.factor_of(actor.user_id) is None:
        if request.method != "POST":
            return redirect(url_for("accounts.second_factor"))
        raise factors.NotOn
    form = TurnOffForm()
    return answered(form, "accounts/second_factor_end.html", lambda: _turn_off(form))


def _turn_off(form: TurnOffForm) -> Response:
    actor, at = current_actor(), clock.now()
    email = db.session.get_one(User, actor.user_id).email
    assert actor.user_id is not None
    with transaction():
        tries = [
            attempts.admit(kind, email, attempts.address(), at=at)
            for kind in (attempts.SIGN_IN, attempts.CODE)
        ]
    try:
        operations.authenticate(email, str(form.password.data))
    except operations.WrongPassword:
        raise operations.WrongPassword(_("密码不正确。"), field="password") from None
    with transaction():
        factors.use_code(actor.user_id, str(form.code.data), at=at)
        for attempt in tries:
            attempts.succeed(attempt, at=at)
        factors.turn_off(actor, at=at)
    flash(_("两步验证已关闭。"), "success")
    return redirect(url_for("accounts.second_factor"))


def _show_codes(codes: list[str], at: datetime) -> str:
    """Once: they are kept as hashes only, and no browser keeps the page."""
    return render_template("accounts/recovery_codes.html", codes=codes, at=at)
