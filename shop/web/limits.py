"""What no request may carry, whichever server stands in front (bar A23)."""

from flask import Flask, abort, request

LONGEST_QUERY = 8_000
"""Bytes after the question mark; gunicorn itself refuses a line of more than 8,190."""
LARGEST_NUMBER = 2**63 - 1
"""The largest whole number that a column holds."""
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


def refuse_long_queries() -> None:
    if len(request.query_string) > LONGEST_QUERY:
        abort(414)


def refuse_what_no_column_holds() -> None:
    """The character NUL, which PostgreSQL keeps in no text, and ids beyond any number."""
    ids = (request.view_args or {}).values()
    if "\0" in request.path or any(isinstance(i, int) and i > LARGEST_NUMBER for i in ids):
        abort(404)
    # A body that is no form stays unread: its view may allow less of it than the shop does.
    forms = (request.args, request.form) if request.mimetype in FORMS else (request.args,)
    for values in forms:
        if any("\0" in part for pair in values.items(multi=True) for part in pair):
            abort(400)


def init_app(app: Flask) -> None:
    app.before_request(refuse_long_queries)
    app.before_request(refuse_what_no_column_holds)
