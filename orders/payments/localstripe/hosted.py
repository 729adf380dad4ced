"""The payment page a payer is sent to: plain form posts, and back to the shop."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from orders.payments.localstripe.errors import ApiError
from orders.payments.localstripe.sessions import Payments, offered
from orders.payments.localstripe.shapes import Json
from orders.payments.localstripe.words import METHOD_NAMES, words_for

PLACEHOLDER = "{CHECKOUT_SESSION_ID}"


def hosted_blueprint(payments: Payments) -> Blueprint:
    """The page, its three buttons, and its style sheet."""
    bp = Blueprint(
        "hosted",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/pay-assets",
    )

    @bp.get("/pay/<session_id>")
    def show_page(session_id: str) -> Response | tuple[Response, int]:
        try:
            session = payments.find("checkout.session", session_id)
        except ApiError:
            return _page("gone.html", None), 404
        if session["status"] != "open":
            return _page("closed.html", session)
        return _page("pay.html", session, was_declined="declined" in request.args)

    @bp.post("/pay/<session_id>")
    def settle(session_id: str) -> BaseResponse | tuple[Response, int]:
        try:
            session = payments.find("checkout.session", session_id)
        except ApiError:
            return _page("gone.html", None), 404
        outcome = request.form.get("outcome")
        try:
            if outcome == "cancel" and session["cancel_url"]:
                return redirect(_filled(session["cancel_url"], session), 303)
            if outcome == "paid":
                session = payments.pay(session_id, request.form.get("method", ""))
                return redirect(_filled(session["success_url"], session), 303)
            if outcome == "failed":
                payments.fail(session_id, request.form.get("method", ""))
                return redirect(f"/pay/{session_id}?declined=1", 303)
        except ApiError:
            pass  # closed in the meantime, or a method that is not offered: show it as it is
        return redirect(f"/pay/{session_id}", 303)

    return bp


def _filled(url: str, session: Json) -> str:
    return url.replace(PLACEHOLDER, session["id"])


def _page(template: str, session: Json | None, *, was_declined: bool = False) -> Response:
    words = words_for(session["locale"] if session else None)
    html = render_template(
        f"localstripe/{template}",
        session=session,
        words=words,
        yuan=_yuan,
        methods=[(name, METHOD_NAMES[name][words["lang"]]) for name in offered(session or {})],
        was_declined=was_declined,
        success_url=_filled(session["success_url"], session) if session else None,
        cancel_url=_filled(session["cancel_url"] or "", session) if session else None,
    )
    page = Response(html, mimetype="text/html")
    # Browsers hold redirects after a form post to form-action, so the shop must be named.
    homes = {_origin(session[name]) for name in ("success_url", "cancel_url")} if session else set()
    page.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none';"
        f" form-action 'self' {' '.join(sorted(homes))}"
    )
    page.headers["Cache-Control"] = "no-store"
    page.headers["X-Content-Type-Options"] = "nosniff"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def _origin(url: str | None) -> str:
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _yuan(fen: int) -> str:
    return f"¥{fen // 100:,}.{fen % 100:02d}"
