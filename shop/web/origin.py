"""A form goes only from the shop's own pages, whatever token it carries (bar A19)."""

from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request

READING = {"GET", "HEAD", "OPTIONS", "TRACE"}


def refuse_foreign_origin() -> None:
    """Browsers name the page's site with every form they send; programs name none.

    The host is compared with the one asked for and, behind a proxy that asks for another,
    with that of PUBLIC_URL.
    """
    origin = request.headers.get("Origin")
    if request.method in READING or origin is None:
        return
    if urlsplit(origin).netloc not in {
        request.host,
        urlsplit(current_app.config["PUBLIC_URL"]).netloc,
    }:
        abort(400)


def init_app(app: Flask) -> None:
    app.before_request(refuse_foreign_origin)
