"""Where a page may send people: to the shop's own paths and nowhere else (bar A27)."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import current_app, request

OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")


def own_path(target: str | None, fallback: str) -> str:
    """`target` if it is a path of this site, else `fallback`."""
    if not target or len(target) > 2000 or not OWN_PATH.fullmatch(target):
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc else target


def page_path() -> str:
    """Where to come back to from a choice that every page offers, its language or its appearance.

    The page's own address; where that takes only a form, which was refused, the page from which the
    form was sent, or the nearest one above.
    """
    return next((path for path in _ways_back() if _can_be_read(path)), "/")


def _ways_back() -> Iterator[str]:
    yield request.full_path.rstrip("?")
    sender = urlsplit(request.referrer or "")
    if sender.netloc == request.host:
        yield f"{sender.path}?{sender.query}" if sender.query else sender.path
    above = request.path
    while above := above.rpartition("/")[0]:
        yield above


def _can_be_read(path: str) -> bool:
    if request.method in ("GET", "HEAD"):
        return True
    return current_app.url_map.bind("").test(urlsplit(path).path, "GET")
