"""Clients of the measurements: pages per second, and shoppers who order through HTTP."""

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from secrets import token_urlsafe
from urllib.parse import urlencode, urlsplit

from tests.support.people import PASSWORD, email_of

CLIENTS = 8
SOLD_OUT = "库存不足"
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
DELIVERY = {
    "recipient": "试验买家", "phone": "13800138000", "region_code": "150402",
    "address": "试验路1号", "note": "",
}  # fmt: skip


class Fault(Exception):
    """An answer that the measurement must not have."""


def client_name() -> str:
    return "wrk" if shutil.which("wrk") else "the small Python client"


def pages_per_second(base: str, path: str, cookies: str, seconds: int) -> float:
    """Answers per second to CLIENTS connections; raises Fault for any that is not 2xx or 3xx."""
    headers = ["Accept-Language: zh-CN", *([f"Cookie: {cookies}"] if cookies else [])]
    if shutil.which("wrk"):
        return _with_wrk(base + path, headers, seconds)
    return _with_sockets(base, path, headers, seconds)


def _with_wrk(address: str, headers: Sequence[str], seconds: int) -> float:
    words = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s"]
    for header in headers:
        words += ["-H", header]
    said = subprocess.run([*words, address], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise Fault(f"{address}:\n{said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None:
        raise Fault(said)
    return float(rate[1])


def _with_sockets(base: str, path: str, headers: Sequence[str], seconds: int) -> float:
    place = urlsplit(base)
    address = (place.hostname or "", place.port or 80)
    words = [f"GET {path} HTTP/1.1", f"Host: {place.netloc}", *headers]
    request = "\r\n".join([*words, "", ""]).encode()
    counts = [0] * CLIENTS
    faults: list[str] = []
    limit = time.monotonic() + seconds

    def go(number: int) -> None:
        with closing(socket.create_connection(address, timeout=30)) as connection:
            while time.monotonic() < limit and not faults:
                connection.sendall(request)
                status = _read_answer(connection)
                if b" 200 " not in status:
                    faults.append(f"{path}: {status.decode()}")
                counts[number] += 1

    run_together([lambda number=number: go(number) for number in range(CLIENTS)])  # type: ignore[misc]
    if faults:
        raise Fault(faults[0])
    return sum(counts) / seconds


def _read_answer(connection: socket.socket) -> bytes:
    """One whole answer; returns its first line."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    missing = int(length[1]) - len(body) if length else 0
    while missing > 0:
        missing -= len(connection.recv(65536))
    return head.split(b"\r\n", 1)[0]


def run_together(tasks: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def hidden(name: str, html: str) -> str:
    """The value of a hidden field."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
    value = re.search(r'value="([^"]*)"', tag[0]) if tag else None
    if value is None:
        raise Fault(f"no field {name}: {html[:300]}")
    return value[1]


def sign_in(base: str, name: str) -> str:
    """The cookie of a demonstration account after its sign-in form was sent."""
    connection = HTTPConnection(urlsplit(base).netloc, timeout=30)
    connection.request("GET", "/sign-in")
    page = connection.getresponse()
    cookie = (page.headers["Set-Cookie"] or "").partition(";")[0]
    fields = {"csrf_token": hidden("csrf_token", page.read().decode()), "next": ""}
    body = urlencode({**fields, "email": email_of(name), "password": PASSWORD})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded",
               "Origin": base, "Referer": f"{base}/sign-in"}  # fmt: skip
    connection.request("POST", "/sign-in", body, headers)
    answer = connection.getresponse()
    if answer.status != 302:
        raise Fault(f"{name} could not sign in: {answer.status}")
    cookies = [value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie") or ()]
    for one in cookies:
        if one.startswith("session="):
            return one
    raise Fault(f"{name} got no session")


def first_product(base: str) -> str:
    connection = HTTPConnection(urlsplit(base).netloc, timeout=30)
    connection.request("GET", "/products")
    found = re.search(r'href="(/products/[^/?#"]+)"', connection.getresponse().read().decode())
    assert found
    return found[1]


@dataclass
class Answer:
    status: int
    location: str
    text: str


class Shopper:
    """A signed-in consumer with one connection, one offer and one form of each kind in hand."""

    def __init__(self, base: str, cookie: str, offer: str, quantity: int) -> None:
        self.place = urlsplit(base)
        self.cookie = self.first_cookie = cookie
        self.offer, self.quantity = offer, str(quantity)
        self.connection = HTTPConnection(self.place.netloc, timeout=60)
        self.csrf = self.seen = ""

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> Answer:
        headers = {"Cookie": f"session={self.cookie}", "Accept-Language": "zh-CN"}
        if data is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://{self.place.netloc}",
                "Referer": f"http://{self.place.netloc}/cart",
            }
        body = urlencode(data) if data is not None else None
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie") or ():
            if header.startswith("session="):
                self.cookie = header.partition("=")[2].partition(";")[0]
        return Answer(answer.status, answer.headers.get("Location", ""), text)

    def prepare(self) -> None:
        """Fill the cart once and read the forms; what follows needs no page."""
        self.csrf = hidden("csrf_token", self.ask("GET", f"/products/{self.offer}").text)
        self.first_cookie = self.cookie
        self.fill_cart()
        page = self.ask("GET", "/checkout?prefecture=150400").text
        self.csrf, self.seen = hidden("csrf_token", page), hidden("seen", page)
        self.connection.close()  # the server ends idle connections; the next request opens its own

    def fill_cart(self) -> Answer:
        # Each time with the cookie that the first page gave: messages for a next page that is
        # never asked for would pile up in it.
        self.cookie = self.first_cookie
        return self.ask("POST", "/cart/lines", self._form(offer=self.offer, quantity=self.quantity))

    def place_order(self) -> Answer:
        key = token_urlsafe(16)
        return self.ask(
            "POST", "/checkout/placement", self._form(**DELIVERY, key=key, seen=self.seen)
        )

    def _form(self, **values: str) -> dict[str, str]:
        return {"csrf_token": self.csrf, **values}


@dataclass
class Orders:
    """What came of ordering. Times in seconds."""

    seconds: float = 0
    placed: int = 0
    sold_out: int = 0
    both: list[float] = field(default_factory=list)
    placement: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.placed / self.seconds

    def note(self, answer: Answer, pay_page: str) -> None:
        """A placed order leads to the page to pay on; sold out is a refusal in words."""
        if answer.status == 303 and answer.location.startswith(pay_page):
            self.placed += 1
        elif answer.status == 409 and SOLD_OUT in answer.text:
            self.sold_out += 1
        else:
            words = " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())
            self.faults.append(f"{answer.status} {answer.location} {words[:300]}")


def order_for(shoppers: Sequence[Shopper], pay_page: str, seconds: int) -> Orders:
    """Everybody orders again and again for so long."""
    found, lock = Orders(), threading.Lock()
    begun = time.monotonic()

    def go(shopper: Shopper) -> None:
        while time.monotonic() < begun + seconds:
            start = time.monotonic()
            cart = shopper.fill_cart()
            middle = time.monotonic()
            answer = shopper.place_order()
            end = time.monotonic()
            with lock:
                found.both.append(end - start)
                found.placement.append(end - middle)
                if cart.status not in (302, 303):
                    found.faults.append(f"cart {cart.status}")
                found.note(answer, pay_page)

    run_together([lambda shopper=shopper: go(shopper) for shopper in shoppers])  # type: ignore[misc]
    found.seconds = time.monotonic() - begun
    return found


def rush(shoppers: Sequence[Shopper], pay_page: str) -> Orders:
    """Everybody orders once, at the same moment."""
    found, lock = Orders(), threading.Lock()
    gate = threading.Barrier(len(shoppers) + 1)

    def go(shopper: Shopper) -> None:
        gate.wait()
        start = time.monotonic()
        try:
            answer = shopper.place_order()
        except OSError as problem:
            with lock:
                found.faults.append(repr(problem))
            return
        with lock:
            found.placement.append(time.monotonic() - start)
            found.note(answer, pay_page)

    threads = [threading.Thread(target=go, args=(shopper,)) for shopper in shoppers]
    for thread in threads:
        thread.start()
    gate.wait()
    begun = time.monotonic()
    for thread in threads:
        thread.join()
    found.seconds = time.monotonic() - begun
    return found


def percentile(values: Sequence[float], share: int) -> float:
    """The value that so many of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else 0
