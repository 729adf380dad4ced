"""One's own account: what it is, its profile, its password, and asking again who sits there."""

from flask import flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from shop import clock
from shop.access import requires
from shop.accounts import (
    attempts,
    confirmation,
    entrance,
    notices,
    operations,
    own_data,
    passwords,
    queries,
    sessions,
)
from shop.accounts.answers import Answer, answered, refuse_strange
from shop.accounts.factors import rules
from shop.accounts.forms import OrganisationForm, PasswordForm, ProfileForm
from shop.accounts.models import User
from shop.accounts.views import bp as bp
from shop.actor import ROLE_LABELS, current_actor
from shop.db import db, transaction
from shop.web.acting import carried_out
from shop.web.landing import landing
from shop.web.paths import own_path


@bp.get("/account")
@requires("accounts:account:read")
def show_account() -> Answer:
    actor, at = current_actor(), clock.now()
    unread = notices.unread(actor).order_by(None).subquery()
    live = queries.live_sessions(actor, at=at).order_by(None).subquery()
    return render_template(
        "accounts/account.html",
        user=db.session.get_one(User, actor.user_id),
        places=queries.places_of(actor),
        role_labels=ROLE_LABELS,
        unread=db.session.scalar(select(func.count()).select_from(unread)),
        devices=db.session.scalar(select(func.count()).select_from(live)),
        has_second_factor=current_user.has_second_factor,
        is_advised=rules.is_advised(actor.roles) and not current_user.has_second_factor,
    )


@bp.route("/account/profile", methods=["GET", "POST"])
@requires("accounts:account:change")
def profile() -> Answer:
    actor = current_actor()
    user = db.session.get_one(User, actor.user_id)
    email = user.email
    form = ProfileForm(
        name=user.name,
        locale=user.locale or str(get_locale()),
        theme=user.theme or session.get("theme", "auto"),
    )
    if not form.is_submitted():
        return render_template("accounts/profile.html", form=form, email=email)
    chosen = {"name": form.name.data, "locale": form.locale.data, "theme": form.theme.data}

    def act() -> None:
        operations.change_profile(actor, **chosen, at=clock.now())

    if not form.validate() or not carried_out(form, act):
        return render_template("accounts/profile.html", form=form, email=email), 422
    session["locale"], session["theme"] = chosen["locale"], chosen["theme"]
    with force_locale(chosen["locale"]):
        flash(_("个人资料已保存。"), "success")
    return redirect(url_for("accounts.profile"))


@bp.route("/account/password", methods=["GET", "POST"])
@requires("accounts:account:change")
def change_password() -> Answer:
    form = PasswordForm()
    email = db.session.get_one(User, current_actor().user_id).email
    return answered(
        form, "accounts/password.html", lambda: _change_password(form, email), email=email
    )


def _change_password(form: PasswordForm, email: str) -> Response:
    """Guesses at the old password count like those at the door."""
    actor, at = current_actor(), clock.now()
    new = str(form.password.data)
    passwords.refuse_weak(new, email=email, is_staff=bool(actor.roles))
    with transaction():
        attempt = attempts.admit(attempts.SIGN_IN, email, attempts.address(), at=at)
    try:
        user_id, _outdated = operations.authenticate(email, str(form.current.data))
    except operations.WrongPassword:
        raise operations.WrongPassword(_("现在的密码不正确。"), field="current") from None
    hashed = passwords.hash_password(new)
    with transaction():
        attempts.succeed(attempt, at=at)
        operations.change_password(actor, hashed, at=at)
        entered = operations.sign_in(user_id, at=at)
    entrance.renew_cookie(entered)
    flash(_("密码已修改，其他设备上的登录都已结束。"), "success")
    return redirect(url_for("accounts.show_account"))


@bp.route("/account/confirmation", methods=["GET", "POST"])
@requires("accounts:account:read")
def confirm() -> Answer:
    """Asked before a page that is not for an open screen; then on to that page."""
    form = confirmation.new_form(next=request.args.get("next"))

    def act() -> Response:
        confirmation.prove(current_actor(), str(form.confirmation.data), at=clock.now())
        return redirect(own_path(form.next.data, url_for("accounts.show_account")))

    return answered(
        form,
        "accounts/confirmation.html",
        act,
        action=url_for("accounts.confirm"),
        carried=[],
        has_files=False,
    )


@bp.post("/account/organisation")
@requires("accounts:account:change")
def choose_organisation() -> Answer:
    form = OrganisationForm()
    refuse_strange(form)
    actor = current_actor()
    token = entrance.token_of(actor)
    with transaction():
        operations.choose_organisation(actor, token, str(form.organisation.data), at=clock.now())
    changed = sessions.find_user(token)
    roles = changed.actor.roles if changed and changed.actor else frozenset()
    return redirect(landing(roles))


@bp.get("/account/data.json")
@requires("accounts:account:read")
def download_data() -> Response:
    """What the accounts keep of the person, for themselves."""
    response = jsonify(own_data.of(current_actor(), at=clock.now()))
    response.headers["Content-Disposition"] = 'attachment; filename="account.json"'
    return response
