"""Sending signed webhooks from background threads, with retries that survive a restart."""

import http.client
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from orders.payments.localstripe import shapes
from orders.payments.localstripe.signing import signature
from orders.payments.localstripe.store import Store

THREADS = 2
TIMEOUT_SECONDS = 15
RETRY_MAX_SECONDS = 300
GIVE_UP_ATTEMPTS = 200
"""With the longest pause of five minutes between attempts, well over half a day."""

Json = dict[str, Any]


class Sender:
    """Takes deliveries from the store and posts them. `every_second` runs on the side."""

    def __init__(self, store: Store, url: str | None, secret: str) -> None:
        self._store = store
        self._url = url
        self._secret = secret
        self._wake = threading.Condition()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.is_holding = False

    def start(self, every_second: Callable[[], None]) -> None:
        jobs = [self._send_forever] * (THREADS if self._url else 0)
        for job in [*jobs, lambda: self._tick_forever(every_second)]:
            thread = threading.Thread(target=job, name="localstripe", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        self._stop.set()
        with self._wake:
            self._wake.notify_all()
        for thread in self._threads:
            thread.join(TIMEOUT_SECONDS)

    def queue(self, event: Json, *, delay: int = 0) -> None:
        """Leave an event to be sent, `delay` seconds from now."""
        state = "held" if self.is_holding else "pending"
        if self._url is None:
            state = "unsent"
        self._store.queue(event["id"], shapes.wire(event), int(time.time()) + delay, state)
        with self._wake:
            self._wake.notify()

    def post(self, payload: bytes, *, header: str | None = None) -> int:
        """Post one body now and return the status; 0 when no answer came."""
        parts = urlsplit(self._url or "")
        secure = parts.scheme == "https"
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        if header is None:
            header = signature(payload, self._secret, int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": header,
            "User-Agent": "Stripe/1.0 (local test server)",
        }
        try:
            connection.request("POST", parts.path or "/", body=payload, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def deliver(self, delivery_id: int, payload: str, attempts: list[Json]) -> int:
        """Post a claimed delivery and record how it went; returns the status."""
        status = self.post(payload.encode())
        at = int(time.time())
        attempts = [*attempts, {"at": at, "status": status}]
        if 200 <= status < 300:
            self._store.settle(delivery_id, "sent", at, attempts)
        elif len(attempts) >= GIVE_UP_ATTEMPTS:
            self._store.settle(delivery_id, "failed", at, attempts)
        else:
            pause = min(2 ** min(len(attempts) - 1, 10), RETRY_MAX_SECONDS)
            self._store.settle(delivery_id, "pending", at + pause, attempts)
        return status

    def _send_forever(self) -> None:
        while not self._stop.is_set():
            claimed = self._store.claim_due(int(time.time()))
            if claimed is not None:
                self.deliver(*claimed)
                continue
            with self._wake:
                self._wake.wait(0.25)

    def _tick_forever(self, every_second: Callable[[], None]) -> None:
        while not self._stop.wait(1):
            every_second()
