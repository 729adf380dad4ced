"""Where a page may send people: to the shop's own paths and nowhere else (bar A27)."""

import re
from urllib.parse import urlsplit

OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")


def own_path(target: str | None, fallback: str) -> str:
    """`target` if it is a path of this site, else `fallback`."""
    if not target or len(target) > 2000 or not OWN_PATH.fullmatch(target):
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc else target
