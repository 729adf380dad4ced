"""The cookie's side of signing in and out."""

from datetime import datetime
from typing import Any

from flask import Flask, current_app, session
from flask_login import login_user

from shop.accounts import operations, sessions
from shop.accounts.models import Organisation
from shop.accounts.operations import Entrance
from shop.actor import Actor, current_actor
from shop.web.frame import LOCALES, THEMES
from shop.web.navigation import AUDIENCES

KEPT = ("locale", "theme", "cart_count")


def tell_rooms(user_id: int, at: datetime) -> None:
    """Let other packages take over what the visitor left, inside the sign-in's transaction.
    Each of `app.extensions["after_sign_in"]` is called with the person's id and the instant,
    while the browser's session still holds what it held."""
    for hook in current_app.extensions["after_sign_in"]:
        hook(user_id, at)


def begin(
    user_id: int,
    *,
    at: datetime,
    new_hash: str | None = None,
    proof: str = "password",
    organisation: Organisation | None = None,
) -> Entrance:
    """Begin the new session; the one that the browser had until now is dead."""
    actor = current_actor()
    if actor.user_id is not None:
        sessions.end_sessions(actor.user_id, token=token_of(actor), at=at)
    entered = operations.sign_in(
        user_id, at=at, new_hash=new_hash, proof=proof, organisation=organisation
    )
    tell_rooms(user_id, at)
    return entered


def renew_cookie(entrance: Entrance) -> None:
    """A cookie with nothing of the former one but the language, the look and the cart's count.
    What the person chose in their profile goes before what the browser had."""
    kept: dict[str, Any] = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    user = entrance.user
    if user.locale in LOCALES:
        session["locale"] = user.locale
    if user.theme in THEMES:
        session["theme"] = user.theme
    session.permanent = not entrance.roles
    entrance.user.session_token = entrance.token  # type: ignore[misc]
    login_user(entrance.user)


def empty_cookie() -> None:
    kept = {name: session[name] for name in ("locale", "theme") if name in session}
    session.clear()
    session.update(kept)


def token_of(actor: Actor) -> str:
    """The token in the cookie of whoever is signed in."""
    assert actor.is_signed_in
    return str(session["_user_id"])


def own_section() -> str:
    """The frame in which the person's own pages stand: their desk's, or the storefront's."""
    audiences = sorted({AUDIENCES[role] for role in current_actor().roles})
    return f"sections/{audiences[0] if audiences else 'public'}.html"


def init_app(app: Flask) -> None:
    app.extensions["after_sign_in"] = []
    app.jinja_env.globals["own_section"] = own_section
