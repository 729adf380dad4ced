"""The local Stripe server and a shop's webhook address, both as real HTTP servers."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import WSGIRequestHandler, make_server

from orders.payments.gateway import PaymentRequest
from orders.payments.localstripe.app import LocalStripe, create_app
from orders.payments.stripe_gateway import StripeGateway

SECRET_KEY = "sk_test_local"
WEBHOOK_SECRET = "whsec_local"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    """Serve an application on a free port of 127.0.0.1 and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Inbox:
    """A shop that only keeps what it is sent, and answers with `status`."""

    received: list[tuple[bytes, str]] = field(default_factory=list)
    status: str = "200 OK"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.received.append((body, environ.get("HTTP_STRIPE_SIGNATURE", "")))
        start_response(self.status, [("Content-Type", "text/plain")])
        return [b""]

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.received]


@dataclass
class Local:
    """One running pair, with the gateway that talks to it."""

    url: str
    app: LocalStripe
    inbox: Inbox
    gateway: StripeGateway

    def call(
        self, path: str, wish: dict[str, Any] | None = None, *, post: bool = True
    ) -> dict[str, Any]:
        """Pull a lever under /_test."""
        headers = {"Authorization": f"Bearer {SECRET_KEY}", "Content-Type": "application/json"}
        body = json.dumps(wish or {}) if post else None
        status, text = self.http("POST" if post else "GET", f"/_test{path}", body, headers)
        assert status == 200, text
        answer: dict[str, Any] = json.loads(text)
        return answer

    def http(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """One plain request to the server: its status, and its text or its Location."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"))
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            text = answer.read().decode()
            return answer.status, answer.getheader("Location", text)
        finally:
            connection.close()

    def events(self) -> list[dict[str, Any]]:
        """All events so far, oldest first."""
        return self.app.store.newest("event", 1000, None)[::-1]


@contextmanager
def running(state_dir: Path | None = None) -> Iterator[Local]:
    """A local server with test controls, an inbox and a gateway."""
    inbox = Inbox()
    with serving(inbox) as shop_url:
        app = create_app(
            secret_key=SECRET_KEY,
            webhook_secret=WEBHOOK_SECRET,
            webhook_url=f"{shop_url}/webhooks/stripe",
            state_dir=state_dir,
            test_controls=True,
        )
        try:
            with serving(app) as url:
                yield Local(url, app, inbox, StripeGateway(SECRET_KEY, WEBHOOK_SECRET, url))
        finally:
            app.close()


def a_request(
    reference: str = "XY-0001", amount_fen: int = 12_345, **changes: Any
) -> PaymentRequest:
    """A payment of 123.45 yuan that may be made for the next hour."""
    values: dict[str, Any] = {
        "reference": reference,
        "amount_fen": amount_fen,
        "currency": "cny",
        "description": f"乡源订单 {reference}",
        "success_url": "http://127.0.0.1:9/orders/1?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/orders/1",
        "idempotency_key": f"order-{reference}",
        "expires_at": datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1),
        "locale": "zh_CN",
    }
    return PaymentRequest(**(values | changes))


def until(is_true: Callable[[], bool], seconds: int = 5) -> None:
    """Wait for something done by another thread; fail when it does not come."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
