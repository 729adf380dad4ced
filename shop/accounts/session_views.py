"""Where one is signed in, and ending it there."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop import clock
from shop.access import requires
from shop.accounts import entrance, operations, queries, sessions
from shop.accounts.answers import Answer, refuse_strange
from shop.accounts.devices import device_words
from shop.accounts.forms import OtherSessionsForm
from shop.accounts.views import bp as bp
from shop.actor import current_actor
from shop.db import db, transaction
from shop.errors import InvalidInput
from shop.web.forms import Form

MOST = 50


@bp.get("/account/sessions")
@requires("accounts:account:read")
def show_sessions() -> Answer:
    actor, at = current_actor(), clock.now()
    live = db.session.scalars(queries.live_sessions(actor, at=at).limit(MOST)).all()
    this = sessions.token_hash(entrance.token_of(actor))
    return render_template(
        "accounts/sessions.html", sessions=live, this_session=this, device_words=device_words
    )


@bp.post("/account/sessions/<public_id>/termination")
@requires("accounts:session:end")
def end_session(public_id: str) -> Answer:
    refuse_strange(Form())
    actor = current_actor()
    with transaction():
        ended = operations.end_session(actor, public_id, at=clock.now())
        is_this = ended.token_hash == sessions.token_hash(entrance.token_of(actor))
    if is_this:
        entrance.empty_cookie()
        return redirect(url_for("catalog.home"))
    flash(_("那次登录已结束。"), "success")
    return redirect(url_for("accounts.show_sessions"))


@bp.post("/account/other-sessions/termination")
@requires("accounts:session:end")
def end_other_sessions() -> Answer:
    form = OtherSessionsForm()
    refuse_strange(form)
    actor, at = current_actor(), clock.now()
    token = entrance.token_of(actor)
    this = queries.session_of(token)
    if this is None or this.public_id != form.kept.data:
        raise InvalidInput(_("登录状态已改变，请刷新页面后重试。"))
    with transaction():
        count = operations.end_other_sessions(actor, token, at=at)
    flash(_("已结束其他 %(count)s 处登录。", count=count), "success")
    return redirect(url_for("accounts.show_sessions"))
