"""What a first visit to a page costs in a real browser: bytes, requests, largest paint, shifts."""

import gzip
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, CDPSession

KILOBYTE = 1000
MOST_BYTES, MOST_REQUESTS = 150 * KILOBYTE, 25
MOST_CSS, MOST_SCRIPT = 40 * KILOBYTE, 30 * KILOBYTE  # compressed
MOST_SHIFT, LONGEST_PAINT = 0.02, 1.5  # share of the window · seconds
PHONE = {"width": 390, "height": 844}
OBSERVE = """() => {
    window.shift = 0; window.paint = 0; window.painted = '';
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value;
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) {
            window.paint = one.startTime; window.painted = one.element?.tagName || '';
        }
    }).observe({ type: 'largest-contentful-paint', buffered: true });
}"""


@dataclass(frozen=True)
class Network:
    """Megabits down and up per second, milliseconds for a round trip."""

    name: str
    down: float
    up: float
    round_trip: int

    def conditions(self) -> dict[str, Any]:
        bytes_per_second = 1_000_000 / 8
        return {
            "offline": False,
            "latency": self.round_trip,
            "downloadThroughput": self.down * bytes_per_second,
            "uploadThroughput": self.up * bytes_per_second,
        }


SLOW_4G = Network("slow 4G, 1.6 Mbit/s and 150 ms", 1.6, 0.75, 150)
FAST_4G = Network("4G, 9 Mbit/s and 60 ms", 9.0, 3.0, 60)
SLOWER = 4  # times, the processor


@dataclass
class Cost:
    """What one first visit cost. Bytes are those that went over the wire, heads included."""

    wire: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    paint: float = 0.0
    painted: str = ""
    shift: float = 0.0

    @property
    def parts(self) -> str:
        ordered = sorted(self.kinds.items(), key=lambda part: -part[1])
        return ", ".join(f"{kind} {size / KILOBYTE:.0f}" for kind, size in ordered if size >= 500)


class _Meter:
    """Listens to what the browser's network layer says of one page."""

    def __init__(self, wire: CDPSession) -> None:
        self.kinds: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        wire.on("Network.responseReceived", self._on_response)
        wire.on("Network.loadingFinished", self._on_finished)

    def _on_response(self, told: dict[str, Any]) -> None:
        self.kinds[told["requestId"]] = told["type"]

    def _on_finished(self, told: dict[str, Any]) -> None:
        self.sizes[told["requestId"]] = int(told["encodedDataLength"])

    def cost(self) -> Cost:
        made = Cost(requests=len(self.kinds), wire=sum(self.sizes.values()))
        for number, kind in self.kinds.items():
            made.kinds[kind] = made.kinds.get(kind, 0) + self.sizes.get(number, 0)
        return made


def first_visit(browser: Browser, url: str, network: Network | None = None) -> Cost:
    """Nothing is kept from before; a phone's window. The worker of the site is let in too."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    tab = context.new_page()
    wire = context.new_cdp_session(tab)
    wire.send("Network.enable")
    meter = _Meter(wire)
    if network is not None:
        wire.send("Network.emulateNetworkConditions", network.conditions())
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    tab.goto(url, wait_until="load")
    tab.wait_for_load_state("networkidle")
    tab.evaluate(OBSERVE)
    tab.wait_for_timeout(100)
    cost = meter.cost()
    cost.shift, milliseconds, cost.painted = tab.evaluate("[shift, paint, painted]")
    cost.paint = milliseconds / 1000
    context.close()
    return cost


def compressed(browser: Browser, url: str) -> dict[str, int]:
    """Sizes of all style sheets and of all script of a page, compressed, by kind."""
    context = browser.new_context()
    tab, bodies = context.new_page(), {"stylesheet": b"", "script": b""}
    answers: list[Any] = []
    tab.on("response", lambda answer: answers.append(answer))
    tab.goto(url, wait_until="networkidle")
    for answer in answers:
        kind = answer.request.resource_type
        if kind in bodies:
            bodies[kind] += gzip.compress(answer.body())
    context.close()
    return {kind: len(body) for kind, body in bodies.items()}
