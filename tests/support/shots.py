"""Pictures of every kind of page, narrow and wide, with an index to leaf through: what bin/shots runs."""

import argparse
import html
import re
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.live import scratch_site
from tests.support.people import PASSWORD, email_of
from tests.support.postgres import ROOT
from tests.support.steps import chromium

WIDTHS = (390, 1280)
TALLEST = 6000  # pixels of one picture
OUT = ROOT / "shots"


@dataclass(frozen=True)
class Shot:
    """A page: an address, and the patterns of links to follow from there, one after the other."""

    name: str
    path: str
    person: str | None = None
    follow: tuple[str, ...] = ()
    locale: str = "zh-CN"
    press: str | None = None
    """The words of a button: what the page shows after it was pressed."""


PRODUCT, NUMBER = r"/products/[^/?#]+$", r"[A-Z][0-9]{14}"
SHOTS = (
    Shot("home", "/"),
    Shot("listing", "/products"),
    Shot("search", "/search?q=%E5%B0%8F%E7%B1%B3"),
    Shot("search-nothing", "/search?q=%E6%B5%B7%E9%B2%9C"),
    Shot("product", "/products", follow=(PRODUCT,)),
    Shot("producer", "/products", follow=(PRODUCT, r"/producers/[^/]+$")),
    Shot("trace", "/products", follow=(PRODUCT, r"/trace/[^/]+$")),
    Shot("cart-empty", "/cart"),
    Shot("sign-in", "/sign-in"),
    Shot("sign-in-errors", "/sign-in", press="登录"),
    Shot("sign-up", "/sign-up"),
    Shot("not-found", "/products/none"),
    Shot("consumer-orders", "/orders", "consumer"),
    Shot("consumer-order", "/orders", "consumer", (rf"/orders/{NUMBER}$",)),
    Shot("consumer-purchase", "/orders", "consumer", (rf"/orders/{NUMBER}$", r"/purchases/")),
    Shot("account", "/account", "consumer"),
    Shot("inbox", "/inbox", "consumer"),
    Shot("canteen-desk", "/canteen", "buyer"),
    Shot("canteen-new", "/canteen/orders/new", "buyer"),
    Shot("canteen-new-errors", "/canteen/orders/new", "buyer", press="核对订单"),
    Shot("canteen-orders", "/canteen/orders", "buyer"),
    Shot("canteen-order", "/canteen/orders?status=completed", "buyer",
         (rf"/canteen/orders/{NUMBER}$",)),
    Shot("canteen-weighing", "/canteen/orders?status=dispatched", "buyer",
         (rf"/canteen/orders/{NUMBER}$", r"/weighing$")),
    Shot("canteen-acceptance", "/canteen/orders?status=weighed", "receiver",
         (rf"/canteen/orders/{NUMBER}$", r"/acceptance$")),
    Shot("canteen-approval", "/canteen/orders?status=awaiting_approval", "approver",
         (rf"/canteen/orders/{NUMBER}$",)),
    Shot("quota", "/quota", "buyer"),
    Shot("quota-filing", "/quota", "buyer", (r"/quota/.*filing|/filing",)),
    Shot("quota-entries", "/quota", "buyer", (r"/quota/.*entries|/entries",)),
    Shot("supplier-desk", "/supplier", "coop"),
    Shot("supplier-orders", "/supplier/orders", "coop"),
    Shot("supplier-order", "/supplier/orders?status=confirmed", "coop",
         (rf"/supplier/orders/{NUMBER}$",)),
    Shot("supplier-batches", "/supplier/orders?status=confirmed", "coop",
         (rf"/supplier/orders/{NUMBER}$", r"/batches$")),
    Shot("delivery-note", "/supplier/orders?status=completed", "coop",
         (rf"/supplier/orders/{NUMBER}$", r"/delivery-note$")),
    Shot("listings", "/supplier/listings", "coop"),
    Shot("listing-new", "/supplier/listings/new", "coop"),
    Shot("certificates", "/supplier/certificates", "coop"),
    Shot("batches", "/supplier/batches", "coop"),
    Shot("review-desk", "/review", "reviewer"),
    Shot("totals", "/official/totals", "official"),
    Shot("totals-county", "/official/totals?region=150430&by=unit", "official"),
    Shot("official-orders", "/official/orders", "official"),
    Shot("official-order", "/official/orders?stage=completed", "official",
         (rf"/official/orders/{NUMBER}$",)),
    Shot("outbox", "/platform/outbox", "operator"),
    Shot("audit", "/platform/audit", "auditor"),
    Shot("payments", "/platform/payments", "operator"),
    Shot("home-en", "/", locale="en"),
    Shot("listing-en", "/products", locale="en"),
    Shot("product-en", "/products", follow=(PRODUCT,), locale="en"),
    Shot("canteen-order-en", "/canteen/orders?status=completed", "buyer",
         (rf"/canteen/orders/{NUMBER}$",), locale="en"),
    Shot("totals-en", "/official/totals", "official", locale="en"),
)  # fmt: skip


class Photographer:
    """One browser; each person signs in once."""

    def __init__(self, browser: Browser, base: str, out: Path) -> None:
        self.browser, self.base, self.out = browser, base, out
        self.pages: dict[tuple[str | None, str], Page] = {}

    def page_of(self, person: str | None, locale: str) -> Page:
        if (person, locale) not in self.pages:
            page = self.browser.new_context(locale=locale).new_page()
            if person:
                page.goto(f"{self.base}/sign-in")
                page.fill("#email", email_of(person))
                page.fill("#password", PASSWORD)
                page.press("#password", "Enter")
                page.wait_for_url(lambda url: "/sign-in" not in url)
            self.pages[person, locale] = page
        return self.pages[person, locale]

    def take(self, shot: Shot) -> list[str]:
        """The pictures' names; raises LookupError where a link to follow is missing."""
        page = self.page_of(shot.person, shot.locale)
        page.goto(self.base + shot.path)
        for pattern in shot.follow:
            page.goto(self.base + link(page, pattern))
        if shot.press:
            page.get_by_role("main").get_by_role("button", name=shot.press, exact=True).click()
        names = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_load_state("load")
            bring_pictures(page)
            height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
            names.append(f"{shot.name}-{width}.png")
            clip = {"x": 0, "y": 0, "width": width, "height": max(height, 900)}
            page.screenshot(path=self.out / names[-1], full_page=True, clip=clip)  # type: ignore[arg-type]
        return names


def fitting(links: Iterable[str], pattern: str) -> str | None:
    """The first of these links, as path and query, whose path fits."""
    for address in links:
        parts = urlsplit(address)
        if re.search(pattern, parts.path):
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return None


def link(page: Page, pattern: str) -> str:
    """The first link of the page whose path fits. Raises LookupError."""
    links = page.eval_on_selector_all("a[href]", "found => found.map(a => a.href)")
    address = fitting(links, pattern)
    if address is None:
        raise LookupError(f"{page.url} links to nothing like {pattern}")
    return address


def bring_pictures(page: Page) -> None:
    """Let pictures below the first screen load too."""
    page.evaluate(
        """async () => {
            const all = [...document.images];
            all.forEach(image => { image.loading = 'eager'; });
            await Promise.all(all.map(image => image.decode().catch(() => null)));
        }"""
    )


def write_index(out: Path, taken: list[tuple[Shot, list[str]]]) -> None:
    rows = []
    for shot, names in taken:
        who = html.escape(shot.person or "visitor")
        pictures = "".join(
            f'<a href="{n}"><img src="{n}" alt="{n}" height="420"></a>' for n in names
        )
        path = html.escape(shot.path)
        rows.append(f"<h2>{html.escape(shot.name)}</h2><p>{who} · {path}</p><p>{pictures}</p>")
    body = "\n".join(rows)
    page = f'<!doctype html><meta charset="utf-8"><title>Pages</title><h1>Pages</h1>{body}'
    (out / "index.html").write_text(page, encoding="utf-8")


def photograph(base: str, shots: list[Shot], out: Path) -> list[str]:
    """Take the pictures, write the index; returns what could not be taken, in words."""
    out.mkdir(parents=True, exist_ok=True)
    missing, taken = [], []
    with sync_playwright() as playwright:
        path = chromium()
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        photographer = Photographer(browser, base, out)
        for shot in shots:
            begun = time.monotonic()
            try:
                taken.append((shot, photographer.take(shot)))
            except LookupError as reason:
                missing.append(f"{shot.name}: {reason}")
            print(f"{shot.name:24}{time.monotonic() - begun:6.1f} s", flush=True)
        browser.close()
    write_index(out, taken)
    return missing


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/shots", description="Pictures of the pages.")
    parser.add_argument("--base", help="address of a running demonstration; else one is started")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("names", nargs="*", help="only these")
    options = parser.parse_args()
    shots = [shot for shot in SHOTS if not options.names or shot.name in options.names]
    if chromium() is None:
        sys.exit("没有找到浏览器，请安装 chromium · no browser found: install chromium")
    with ExitStack() as stack:
        base = options.base
        if not base:
            base = stack.enter_context(scratch_site(ROOT / "var" / "shots")).base
        missing = photograph(base.rstrip("/"), shots, options.out)
    for line in missing:
        print(line)
    print(f"{options.out / 'index.html'}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
