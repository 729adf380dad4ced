"""Work that a lost session or a stale page would lose: shown again, to be sent with a new token.

A form from our own page that meets "please sign in" or a stale token is answered with its own
text in hidden fields. Nothing is done with it before a person has seen what would be sent, where
and as whom, and has pressed the button there. Passwords, papers and files are never carried.
"""

import re
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, g, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from shop.access import PUBLIC, policy, policy_of, public
from shop.actor import ANONYMOUS, Actor
from shop.web import field_words
from shop.web.field_words import field_labels, field_values, label_of, named
from shop.web.navigation import navigation_for
from shop.web.origin import is_from_own_page
from shop.web.paths import own_path

MOST_FIELDS, MOST_LETTERS = 800, 100_000
NEVER_ROOMS = {"accounts", "households", "web", "webhooks", "resume"}
NEVER_NAMES = re.compile(
    r"csrf|password|secret|token|otp|one_time|current|repeated|id_number|identity|head_name"
    r"|bank_account|card", re.IGNORECASE,
)  # fmt: skip
OPAQUE = re.compile(r"[A-Za-z0-9_-]{22}")
TAKEN, TAKEN_SECONDS = "taken", 300
BAD_NEWS = {"error", "danger", "bad", "warning"}

bp = Blueprint("resume", __name__)


@dataclass(frozen=True)
class Kept:
    """What was sent: where to, every text with its words, how many fields of the page itself that
    nobody types, and what has to be given again."""

    path: str
    pairs: list[tuple[str, str]]
    shown: list[tuple[str, str]]
    unnamed: int
    files: list[tuple[str, str]]
    left_out: list[str]
    needs_sign_in: bool


def kept_form() -> Kept | None:
    """The form at hand if it may be shown again; None where it came from elsewhere or may not."""
    room = (request.endpoint or "").partition(".")[0]
    if request.method != "POST" or not request.endpoint or room in NEVER_ROOMS:
        return None
    if not is_from_own_page() or not _may_send():
        return None
    try:
        sent = list(request.form.items(multi=True))
        files = [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    except HTTPException:  # too large to be read
        return None
    pairs = [(name, value) for name, value in sent if not NEVER_NAMES.search(name)]
    if len(pairs) > MOST_FIELDS or sum(len(n) + len(v) for n, v in pairs) > MOST_LETTERS:
        return None
    names = [name for name, _value in pairs]
    labels = field_labels(request.endpoint, names) | named(names)
    read = field_values(request.endpoint)
    shown = [
        (words, read.get((name, value), value))
        for name, value in pairs
        if value.strip() and (words := label_of(name, labels)) != name
        and not (OPAQUE.fullmatch(value) and (name, value) not in read)
    ]  # fmt: skip
    return Kept(
        path=own_path(request.full_path.rstrip("?"), "/"),
        pairs=pairs,
        shown=shown,
        unnamed=sum(1 for _name, value in pairs if value) - len(shown),
        files=[(name, label_of(name, labels)) for name, filename in files if filename],
        left_out=[
            label_of(name, labels)
            for name, value in sent
            if value and NEVER_NAMES.search(name) and name != "csrf_token"
        ],
        needs_sign_in=_needs_sign_in(),
    )


def _permission() -> str:
    return policy_of(current_app, str(request.endpoint)) or ""


def _needs_sign_in() -> bool:
    actor: Actor = g.get("actor", ANONYMOUS)
    allowed = _permission() == PUBLIC or policy().allows(actor, _permission())
    return not actor.is_signed_in and not allowed


def _may_send() -> bool:
    """Somebody signed in who has no right to it is told so, and keeps nothing."""
    actor: Actor = g.get("actor", ANONYMOUS)
    allowed = _permission() == PUBLIC or policy().allows(actor, _permission())
    return allowed or not actor.is_signed_in


def kept_page(status: int) -> tuple[str, int] | None:
    """The page that shows the form again, or None where there is nothing to keep."""
    kept = kept_form()
    if kept is None:
        return None
    g.pop("csrf_token", None)  # the token that failed is not given out again
    page = render_template(
        "errors/resume.html",
        kept=kept,
        place=_place_words(kept.path),
        actor=g.get("actor", ANONYMOUS),
        origin_page=own_path(_page_of_origin(), ""),
    )
    return page, status


def _place_words(path: str) -> str:
    """What the navigation calls the page that the form is sent to, if it is one of its own."""
    known = navigation_for(g.get("actor", ANONYMOUS))
    return next((link.label for link in known if link.url == path.partition("?")[0]), "")


def _page_of_origin() -> str:
    """The path of the page on which the form stood, if the browser says it."""
    base, referrer = request.host_url.rstrip("/"), request.referrer or ""
    return referrer.removeprefix(base) if referrer.startswith(base + "/") else ""


@bp.get("/resumption")
@public
def come_back() -> str:
    """Where the sign-in leads that began on a kept form."""
    return render_template("errors/come_back.html", home=url_for("catalog.home"))


def tell_taken(response: Response) -> Response:
    """A form that was carried out ends in a redirect: the browser may forget its draft of it."""
    if request.method != "POST" or response.status_code not in {302, 303}:
        return response
    notices = session.get("_flashes", [])
    if g.get("csrf_valid") and not any(kind in BAD_NEWS for kind, _text in notices):
        response.set_cookie(
            TAKEN,
            "1",
            max_age=TAKEN_SECONDS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            samesite="Lax",
        )
    return response


def init_app(app: Flask) -> None:
    field_words.init_app(app)
    app.register_blueprint(bp)
    app.after_request(tell_taken)
