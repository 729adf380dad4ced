"""The cookie's side of signing in and out, and where people land."""

from datetime import datetime
from typing import Any

from flask import Flask, current_app, session, url_for
from flask_login import login_user

from shop.accounts.operations import Entrance
from shop.actor import Actor, Role

KEPT = ("locale", "cart_count")
LANDINGS = (
    (Role.OPERATOR, "operations.outbox"),
    (Role.COUNTY_REVIEWER, "review.desk"),
    (Role.OFFICIAL, "reports.totals"),
    (Role.AUDITOR, "reports.totals"),
    (Role.INSTITUTION_APPROVER, "canteen.desk"),
    (Role.INSTITUTION_BUYER, "canteen.desk"),
    (Role.COOPERATIVE_STAFF, "supplier.desk"),
    (Role.ENTERPRISE_STAFF, "supplier.desk"),
)


def landing(roles: frozenset[Role]) -> str:
    """The first page of somebody's own work; the storefront for everybody else."""
    for role, endpoint in LANDINGS:
        if role in roles and endpoint in current_app.view_functions:
            return url_for(endpoint)
    return url_for("catalog.home")


def tell_rooms(user_id: int, at: datetime) -> None:
    """Let other packages take over what the visitor left, inside the sign-in's transaction.
    Each of `app.extensions["after_sign_in"]` is called with the person's id and the instant,
    while the browser's session still holds what it held."""
    for hook in current_app.extensions["after_sign_in"]:
        hook(user_id, at)


def renew_cookie(entrance: Entrance) -> None:
    """A cookie with nothing of the former one but the language and the cart's count."""
    kept: dict[str, Any] = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    session.permanent = not entrance.roles
    entrance.user.session_token = entrance.token  # type: ignore[misc]
    login_user(entrance.user)


def empty_cookie() -> None:
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale


def token_of(actor: Actor) -> str:
    """The token in the cookie of whoever is signed in."""
    assert actor.is_signed_in
    return str(session["_user_id"])


def init_app(app: Flask) -> None:
    app.extensions["after_sign_in"] = []
