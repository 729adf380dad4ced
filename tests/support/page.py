"""The page client: a browser without eyes that checks the manners of every page it is given."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

CSRF_FIELD = "csrf_token"
VOID_FIELDS = {"submit", "button", "image", "reset", "file"}


@dataclass
class Form:
    """A form as it stands on the page, with the values it would send."""

    action: str
    method: str
    identity: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, **values: Any) -> dict[str, Any]:
        return {**self.fields, **values}


def is_sent(given: dict[str, str]) -> bool:
    """Whether a browser sends this input as it stands."""
    kind = given.get("type", "text")
    return kind not in VOID_FIELDS and (kind not in {"checkbox", "radio"} or "checked" in given)


class PageReader(HTMLParser):
    """Collects what the manners ask about, and the forms."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lang: str | None = None
        self.title = ""
        self.headings: list[str] = []
        self.ids: Counter[str] = Counter()
        self.bad: list[str] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self._is_remark = self._goes_on = False  # a remark kept on one line with its words
        self._inside: list[str] = []
        self._select: str | None = None
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = given.get("lang")
        if "id" in given:
            self.ids[given["id"]] += 1
        self._note_inline(tag, given)
        self._is_remark = "data-written" in given and given.get("class") == "nowrap"
        self._goes_on = self._is_remark
        if tag == "h1":
            self.headings.append("")
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in {"title", "h1", "script", "style", "textarea"}:
            self._inside.append(tag)
        self._read_form(tag, given)

    def _note_inline(self, tag: str, given: dict[str, str]) -> None:
        if "style" in given:
            self.bad.append(f"<{tag} style>")
        self.bad += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        if tag in {"script", "style"} and "nonce" not in given:
            self.bad.append(f"<{tag}> without nonce")
        if given.get("href", "").lower().startswith("javascript:"):
            self.bad.append("javascript: address")

    def _read_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            method = given.get("method", "get").lower()
            self._form = Form(given.get("action", ""), method, given.get("id", ""))
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._form.fields.setdefault(self._select, []).append(given.get("value", ""))
        elif tag == "textarea" and name:
            self._form.fields.setdefault(name, []).append("")
            self._select = name
        elif tag == "input" and name and is_sent(given):
            self._form.fields.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._goes_on, self._is_remark = self._is_remark, False
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()
        if tag == "form":
            self._form = None
        if tag in {"select", "textarea"}:
            self._select = None

    def handle_data(self, data: str) -> None:
        where = self._inside[-1] if self._inside else ""
        if where == "title":
            self.title += data
        elif where == "h1":
            self.headings[-1] += data
        elif where == "textarea" and self._form is not None and self._select:
            self._form.fields[self._select][-1] += data.removeprefix("\n")
        if where not in {"script", "style", "title"}:
            self.text.append(self.text.pop() + data if self._goes_on and self.text else data)
        self._goes_on = False


@dataclass
class Page:
    """An answer together with what was read from it."""

    response: TestResponse
    reader: PageReader

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.reader.text).split())

    @property
    def heading(self) -> str:
        return " ".join(self.reader.headings[0].split()) if self.reader.headings else ""

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    def form(self, action_or_id: str) -> Form:
        """The form whose id is, or whose action ends in, the given words."""
        for form in self.reader.forms:
            if action_or_id and (
                form.identity == action_or_id or form.action.endswith(action_or_id)
            ):
                return form
        known = [form.identity or form.action for form in self.reader.forms]
        raise LookupError(f"no form {action_or_id!r}; there are {known}")


def check_manners(page: PageReader) -> None:
    """One h1, a title that starts with it, unique ids, nothing inline, a language, CSRF fields."""
    headings = [" ".join(heading.split()) for heading in page.headings]
    assert len(headings) == 1, f"a page has one h1, this has {headings}"
    assert headings[0], "the h1 is empty"
    title = " ".join(page.title.split())
    assert title.startswith(headings[0]), f"title {title!r} starts with the h1 {headings[0]!r}"
    twice = [name for name, count in page.ids.items() if count > 1]
    assert not twice, f"ids used twice: {twice}"
    assert not page.bad, f"inline script or style: {page.bad}"
    assert page.lang, "the page names its language"
    for form in page.forms:
        if form.method == "post":
            assert form.fields.get(CSRF_FIELD), f"form {form.action!r} has no CSRF field"


class PageClient:
    """Gets pages and sends forms as they stand on the page, CSRF field included."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, address: str, *, status: int = 200, **options: Any) -> Page:
        return self._read(self.client.get(address, **options), status)

    def post(self, address: str, data: Any = None, *, status: int = 302, **options: Any) -> Page:
        """Send values without a form; a state-changing route answers this with a refusal."""
        return self._read(self.client.post(address, data=data, **options), status)

    def submit(self, page: Page, action_or_id: str, *, status: int = 302, **values: Any) -> Page:
        """Fill in a form of the page and send it."""
        form = page.form(action_or_id)
        address = form.action or page.response.request.path
        if form.method == "get":
            return self.get(address, query_string=form.filled(**values), status=status)
        return self.post(address, form.filled(**values), status=status)

    def follow(self, page: Page) -> Page:
        assert page.location, f"nothing to follow: {page.status}"
        return self.get(page.location)

    def _read(self, response: TestResponse, status: int) -> Page:
        reader = PageReader()
        is_page = response.mimetype == "text/html" and not 300 <= response.status_code < 400
        if is_page:
            reader.feed(response.get_data(as_text=True))
        shown = " ".join("".join(reader.text).split())[:400]
        assert response.status_code == status, (
            f"{response.request.path}: {response.status}: {shown}"
        )
        if is_page:
            check_manners(reader)
        return Page(response, reader)
