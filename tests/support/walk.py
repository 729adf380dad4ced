"""A walk over the shop's pages: every page that links lead to, every form that stands on one."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from tests.support.page import CSRF_FIELD, PageClient, PageReader

EVERYWHERE = {"accounts.sign_out", "web.set_language"}  # in the frame of every page
ID_IN_NAME = re.compile(r"(?<=-)[A-Za-z0-9_-]{22}$|(?<=-)[0-9]+$")
UNTYPED = {"submit", "button", "image", "reset"}


@dataclass
class Control:
    """One name of a form with what it may hold, as the page says it."""

    name: str
    identity: str
    kind: str  # whole, decimal, date, choice, check, file, hidden, text
    value: str = ""
    options: list[str] = field(default_factory=list)
    required: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in {"whole", "decimal"}


@dataclass
class Sheet:
    """A form of a page, with where it stands and which view it is sent to."""

    page: str
    action: str
    method: str
    endpoint: str = ""
    controls: dict[str, Control] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[object, ...]:
        """Forms of one shape are one form: same view, same fields but for the ids in them."""
        return (self.endpoint, self.method, *sorted(self.kinds_of_name()))

    def kinds_of_name(self) -> dict[str, Control]:
        """One control of each sort: of fifty quantities, one for each offer, the first."""
        found: dict[str, Control] = {}
        for name, control in self.controls.items():
            found.setdefault(ID_IN_NAME.sub("ID", name), control)
        return found

    def plausible(self) -> dict[str, str]:
        """Values as a person would leave them, so that a single bad one is what is judged."""
        return {
            name: control.value or plausible_value(control)
            for name, control in self.controls.items()
            if control.kind not in {"file", "check"} and name != CSRF_FIELD
        }


def plausible_value(control: Control) -> str:
    if control.kind == "choice":
        return next((option for option in control.options if option), "")
    samples = {"whole": "1", "decimal": "1", "date": "2026-06-30", "text": "测试文字"}
    return samples.get(control.kind, "")


def kind_of(tag: str, given: dict[str, str]) -> str:
    if tag == "select":
        return "choice"
    kind, mode = given.get("type", "text"), given.get("inputmode", "")
    if kind in {"hidden", "date", "file"}:
        return kind
    if kind in {"checkbox", "radio"}:
        return "check" if kind == "checkbox" else "choice"
    if kind == "number" or mode == "numeric":
        return "whole"
    return "decimal" if mode == "decimal" else "text"


class SheetReader(PageReader):
    """Reads the controls of each form as well."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[Sheet] = []
        self._options_of: Control | None = None
        self._elsewhere: dict[str, dict[str, Control]] = {}  # by the address a button sends to

    def _read_form(self, tag: str, given: dict[str, str]) -> None:
        super()._read_form(tag, given)
        if tag == "form":
            self.sheets.append(
                Sheet("", given.get("action", ""), given.get("method", "get").lower())
            )
        if self._form is None:
            return
        if tag == "option" and self._options_of is not None:
            value = given.get("value", "")
            self._options_of.options.append(value)
            if "selected" in given:
                self._options_of.value = value
        elif tag == "button" and "formaction" in given:
            self._note_way(given)
        elif tag in {"input", "select", "textarea"} and given.get("type") not in UNTYPED:
            self._note(tag, given)

    def _note_way(self, given: dict[str, str]) -> None:
        """A button that sends the form elsewhere: another form with the same fields and its own."""
        own = self._elsewhere.setdefault(given["formaction"], {})
        if name := given.get("name", ""):
            value = given.get("value", "")
            choice = own.setdefault(name, Control(name, "", "choice", value))
            choice.options.append(value)

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if tag == "form":
            for action, own in self._elsewhere.items():
                whole = self.sheets[-1]
                self.sheets.append(Sheet("", action, whole.method, "", {**whole.controls, **own}))
            self._elsewhere = {}

    def _note(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), kind_of(tag, given)
        if not name:
            return
        new = Control(name, given.get("id", ""), kind, required="required" in given)
        control = self.sheets[-1].controls.setdefault(name, new)
        if given.get("type") == "radio":
            control.options.append(given.get("value", ""))
        if given.get("type") != "radio" or "checked" in given:
            control.value = given.get("value", "")
        self._options_of = control if tag == "select" else None


@dataclass
class Visit:
    """One page as one person saw it."""

    address: str
    endpoint: str
    response: Response
    html: str
    sheets: list[Sheet]
    links: list[str]


def endpoint_of(app: Flask, path: str, method: str) -> str:
    """The view that an address leads to, or nothing."""
    try:
        found, _ = app.url_map.bind("localhost").match(urlsplit(path).path, method=method.upper())
    except HTTPException:
        return ""
    return str(found)


def read(app: Flask, address: str, response: Response) -> Visit:
    html = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
    reader = SheetReader()
    reader.feed(html)
    for sheet in reader.sheets:
        sheet.page = address
        sheet.action = urljoin(address, sheet.action) if sheet.action else address
        sheet.endpoint = endpoint_of(app, sheet.action, sheet.method)
    links = [urljoin(address, link).partition("#")[0] for link in reader.links]
    endpoint = endpoint_of(app, address, "get")
    return Visit(address, endpoint, response, html, reader.sheets, links)


def walk(
    app: Flask, client: PageClient, *, start: tuple[str, ...] = ("/",), each: int = 4,
    most: int = 250,
) -> Iterator[Visit]:  # fmt: skip
    """Visit what is reached by links from `start`: up to `each` addresses of a view.

    Addresses that differ in what they filter by count as pages of their own, once per filter.
    """
    waiting, known, visited = list(start), set(start), Counter[object]()
    for address in waiting:
        parts = urlsplit(address)
        endpoint = endpoint_of(app, address, "get")
        filters = tuple(sorted(parse_qs(parts.query)))
        if not endpoint or visited[endpoint] >= 3 * each or visited[endpoint, filters] >= each:
            continue
        visited.update([endpoint, (endpoint, filters)])
        with client.client.get(address) as response:
            seen = read(app, address, response)
        yield seen
        for link in [*seen.links, response.headers.get("Location", "")]:
            if link.startswith("/") and link not in known:
                known.add(link)
                waiting.append(link)
        if sum(count for key, count in visited.items() if isinstance(key, str)) >= most:
            return
