"""How long an address may be, whichever server stands in front (bar A23)."""

from flask import Flask, abort, request

LONGEST_QUERY = 8_000
"""Bytes after the question mark; gunicorn itself refuses a line of more than 8,190."""


def refuse_long_queries() -> None:
    if len(request.query_string) > LONGEST_QUERY:
        abort(414)


def init_app(app: Flask) -> None:
    app.before_request(refuse_long_queries)
