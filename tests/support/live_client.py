"""The page client on a running shop: the same manners and forms as in the tests, over HTTP."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tests.support.page import PageClient


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like another; the page client follows it when it is told to."""

    def redirect_request(self, *given: Any, **named: Any) -> None:
        return None


@dataclass(frozen=True)
class Asked:
    path: str


@dataclass(frozen=True)
class Answer:
    """As much of a response as the page client looks at."""

    request: Asked
    status_code: int
    headers: Message
    body: bytes

    @property
    def status(self) -> str:
        return str(self.status_code)

    @property
    def mimetype(self) -> str:
        return self.headers.get_content_type()

    def get_data(self, *, as_text: bool) -> str:
        return self.body.decode("utf-8", "replace")


class LiveClient:
    """Asks a running shop, with cookies of its own."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), _StayHere
        )
        self.opener.addheaders = [("Accept-Language", "zh-CN")]

    def get(self, address: str, query_string: Any = None) -> Answer:
        more = f"?{urlencode(query_string, doseq=True)}" if query_string else ""
        return self._ask(address + more, None)

    def post(self, address: str, data: Any = None) -> Answer:
        return self._ask(address, urlencode(data or {}, doseq=True).encode())

    def _ask(self, address: str, body: bytes | None) -> Answer:
        url = self.base + quote(address, safe="/?&=%#")
        asked = Asked(urlsplit(address).path)
        try:
            with self.opener.open(url, body) as told:
                return Answer(asked, told.status, told.headers, told.read())
        except urllib.error.HTTPError as told:
            with told:
                return Answer(asked, told.code, told.headers, told.read())

    def browser_cookies(self) -> list[dict[str, str]]:
        """The cookies in the words of Playwright."""
        return [
            {"name": each.name, "value": each.value or "", "url": self.base}
            for each in self.cookies
        ]


def live_page_client(base: str) -> tuple[PageClient, LiveClient]:
    client = LiveClient(base)
    return PageClient(client), client  # type: ignore[arg-type]
