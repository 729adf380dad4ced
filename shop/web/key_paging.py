"""Pages of a list that grows at its head: by the key of the last row, never by counting."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select
from werkzeug.exceptions import NotFound

from shop.db import db

KEY = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class KeyPage:
    """The addresses of the newest rows and of those that come after these; None where none are."""

    newest_url: str | None
    older_url: str | None


def asked_before() -> int | None:
    """The key below which the address asks for rows; anything but a key is not found."""
    text = request.args.get("before")
    if text is None:
        return None
    if not KEY.fullmatch(text):
        raise NotFound
    return int(text)


def newest_first(statement: Select[Any], key: Any, size: int) -> tuple[Sequence[Any], KeyPage]:
    """One page of the entities of a statement, by `key` downwards: one query."""
    before = asked_before()
    wanted = statement if before is None else statement.where(key < before)
    found = db.session.scalars(wanted.order_by(None).order_by(key.desc()).limit(size + 1)).all()
    rows = found[:size]
    newest = _address(None) if before is not None else None
    return rows, KeyPage(newest, _address(rows[-1].id) if len(found) > size else None)


def _address(before: int | None) -> str:
    asked = {
        name: values
        for name, values in request.args.to_dict(flat=False).items()
        if name not in ("before", "endpoint", "self") and not name.startswith("_")
    }
    arguments: dict[str, Any] = {**asked, **(request.view_args or {})}
    if before is not None:
        arguments["before"] = [str(before)]
    return url_for(str(request.endpoint), **arguments)
