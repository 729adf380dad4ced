"""Pages of a list: a number, a size, and the addresses of the neighbours."""

import re
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug.exceptions import NotFound

NUMBER = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True)
class Page:
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def prev_url(self) -> str | None:
        return page_url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return page_url(self.number + 1) if self.number < self.pages else None


def asked_page() -> int:
    """The page number of the address; anything but a positive number is not found."""
    text = request.args.get("page", "1")
    if not NUMBER.fullmatch(text):
        raise NotFound
    return int(text)


def page_url(number: int) -> str:
    arguments: dict[str, Any] = {
        **(request.view_args or {}), **request.args.to_dict(flat=False), "page": number
    }  # fmt: skip
    return url_for(str(request.endpoint), **arguments)
