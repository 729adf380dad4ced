"""What somebody new does first: each room adds its steps, the desk shows what is left of them.

A room's source answers with at most one query. Once all is done, or somebody has put the list
away, it asks nothing more than that: put away, nothing at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, current_app, redirect, session, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from shop.access import public
from shop.actor import Actor, current_actor
from shop.web.forms import Form
from shop.web.navigation import AUDIENCES
from shop.web.paths import own_path

PUT_AWAY = "checklist_off"

bp = Blueprint("checklist", __name__)


@dataclass(frozen=True)
class Task:
    """One step: what to do, why, where, and whether the facts say that it is done."""

    key: str
    label: str
    why: str
    url: str
    is_done: bool
    order: int = 50


Source = Callable[[Actor], Sequence[Task]]


def add(app: Flask, audience: str, source: Source) -> None:
    """Let a room tell its steps to an audience: 'buyer' or 'supplier'."""
    table: dict[str, list[Source]] = app.extensions.setdefault("checklist", {})
    table.setdefault(audience, []).append(source)


def audience_of(actor: Actor) -> str:
    return next((AUDIENCES[role] for role in sorted(actor.roles)), "")


def first_steps() -> list[Task]:
    """The steps of whoever asks, in order; empty when all are done or the list was put away."""
    actor = current_actor()
    audience = audience_of(actor)
    sources = current_app.extensions.get("checklist", {}).get(audience, [])
    if not sources or session.get(PUT_AWAY) == _mark(actor):
        return []
    tasks = sorted((task for source in sources for task in source(actor)), key=lambda t: t.order)
    return [] if all(task.is_done for task in tasks) else tasks


def _mark(actor: Actor) -> str:
    """Whose list was put away: another person or organisation in this browser has its own."""
    return f"{actor.user_id}-{actor.organisation_id}"


class DismissalForm(Form):
    next = HiddenField()


@bp.post("/checklist/dismissal")
@public
def dismiss() -> Response:
    """Put the list away in this browser."""
    form = DismissalForm()
    if not form.validate_on_submit():
        abort(400)
    session[PUT_AWAY] = _mark(current_actor())
    return redirect(own_path(form.next.data, url_for("catalog.home")))


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
