"""Where a second factor is required, people without one are led to setting it up first."""

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from shop import clock
from shop.accounts.factors import rules
from shop.actor import ANONYMOUS

OPEN = {
    "static", "accounts.sign_out", "accounts.sign_in", "accounts.confirm", "accounts.show_account",
    "accounts.second_factor", "accounts.set_up_second_factor", "accounts.choose_organisation",
    "web.set_language", "web.set_theme", "status.healthz", "status.readyz",
}  # fmt: skip
"""What remains open meanwhile; a page's address that is not there stays not there."""


def lead_to_setting_up() -> Response | None:
    actor, since = g.get("actor", ANONYMOUS), current_app.config["SECOND_FACTOR_FROM"]
    if not rules.is_required(actor.roles, since=since, on=clock.today()):
        return None
    if current_user.has_second_factor or request.endpoint is None or request.endpoint in OPEN:
        return None
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("accounts.set_up_second_factor"))
    abort(403)


def init_app(app: Flask) -> None:
    app.before_request(lead_to_setting_up)
