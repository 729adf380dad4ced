"""A form goes only from the shop's own pages, whatever token it carries (bar A19)."""

from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request

READING = {"GET", "HEAD", "OPTIONS", "TRACE"}


def own_hosts() -> set[str]:
    """The host asked for and, behind a proxy that asks for another, that of PUBLIC_URL."""
    return {request.host, urlsplit(current_app.config["PUBLIC_URL"]).netloc}


def is_from_own_page() -> bool:
    """Whether the browser says that one of our own pages sent this; silence is no yes."""
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(said) and urlsplit(said).netloc in own_hosts()


def refuse_foreign_origin() -> None:
    """Browsers name the page's site with every form they send; programs name none."""
    origin = request.headers.get("Origin")
    if request.method in READING or origin is None:
        return
    if urlsplit(origin).netloc not in own_hosts():
        abort(400)


def init_app(app: Flask) -> None:
    app.before_request(refuse_foreign_origin)
