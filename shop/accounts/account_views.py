"""One's own account: details, password, live sessions, organisation, inbox."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from shop import clock
from shop.access import requires
from shop.accounts import attempts, entrance, notices, operations, passwords, queries, sessions
from shop.accounts.devices import device_words
from shop.accounts.forms import OrganisationForm, PasswordForm, ReadingForm
from shop.accounts.models import User
from shop.accounts.views import Answer
from shop.accounts.views import bp as bp
from shop.actor import ROLE_LABELS, current_actor
from shop.db import db, transaction
from shop.errors import DomainError, InvalidInput
from shop.web.forms import Form
from shop.web.paging import Page, asked_page

NOTICES_PER_PAGE = 30


@bp.get("/account")
@requires("accounts:account:read")
def show_account() -> Answer:
    actor, at = current_actor(), clock.now()
    user = db.session.get_one(User, actor.user_id)
    return render_template(
        "accounts/account.html",
        user=user,
        role_labels=[ROLE_LABELS[role] for role in sorted(actor.roles)],
        organisations=db.session.scalars(queries.organisations_of(actor)).all(),
        sessions=db.session.scalars(queries.live_sessions(actor, at=at).limit(50)).all(),
        device_words=device_words,
        this_session=sessions.token_hash(entrance.token_of(actor)),
    )


@bp.route("/account/password", methods=["GET", "POST"])
@requires("accounts:account:change")
def change_password() -> Answer:
    form = PasswordForm()
    status = 200
    if form.validate_on_submit():
        try:
            return _change_password(form)
        except DomainError as refusal:
            form.refuse(refusal.field, refusal.message)
            status = refusal.status
    elif form.is_submitted():
        status = 422
    return render_template("accounts/password.html", form=form), status


def _change_password(form: PasswordForm) -> Response:
    """Guesses at the old password count like those at the door."""
    actor, at = current_actor(), clock.now()
    email = db.session.get_one(User, actor.user_id).email
    new = str(form.password.data)
    passwords.refuse_weak(new, email=email, is_staff=bool(actor.roles))
    with transaction():
        address = request.remote_addr or "-"
        attempt = attempts.admit(attempts.SIGN_IN, email, address, at=at)
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


@bp.post("/account/sessions/<public_id>/termination")
@requires("accounts:session:end")
def end_session(public_id: str) -> Answer:
    _refuse_strange(Form())
    actor = current_actor()
    with transaction():
        ended = operations.end_session(actor, public_id, at=clock.now())
        is_this = ended.token_hash == sessions.token_hash(entrance.token_of(actor))
    if is_this:
        entrance.empty_cookie()
        return redirect(url_for("catalog.home"))
    flash(_("那次登录已结束。"), "success")
    return redirect(url_for("accounts.show_account"))


@bp.post("/account/organisation")
@requires("accounts:account:change")
def choose_organisation() -> Answer:
    form = OrganisationForm()
    _refuse_strange(form)
    actor = current_actor()
    token = entrance.token_of(actor)
    with transaction():
        operations.choose_organisation(actor, token, str(form.organisation.data), at=clock.now())
    changed = sessions.find_user(token)
    roles = changed.actor.roles if changed and changed.actor else frozenset()
    return redirect(entrance.landing(roles))


@bp.get("/inbox")
@requires("accounts:inbox:read")
def inbox() -> Answer:
    mine = notices.visible_to(current_actor())
    total = db.session.scalar(select(func.count()).select_from(mine.order_by(None).subquery()))
    page = Page(asked_page(), NOTICES_PER_PAGE, total or 0)
    rows = db.session.scalars(mine.offset(page.offset).limit(page.size)).all()
    items = [
        {"text": notices.words_of(row), "at": row.created_at, "url": row.url,
         "is_read": row.read_at is not None}
        for row in rows
    ]  # fmt: skip
    return render_template(
        "accounts/inbox.html",
        page=page,
        items=items,
        newest=rows[0].id if rows else 0,
        unread=any(not item["is_read"] for item in items),
    )


@bp.post("/inbox/reading")
@requires("accounts:inbox:read")
def read_inbox() -> Answer:
    """Mark what the page showed as read."""
    form = ReadingForm()
    _refuse_strange(form)
    with transaction():
        notices.mark_read(current_actor(), up_to=int(str(form.newest.data)), at=clock.now())
    return redirect(url_for("accounts.inbox"))


def _refuse_strange(form: Form) -> None:
    """A one-button form has no page of its own to show an error on."""
    if not form.validate_on_submit():
        raise InvalidInput
