"""The one list of page types: where each stands and how a person of the demonstration gets there.

The pictures, the walk, the check for accessibility, the count of queries and the bench all go by it.
A new kind of page is listed here, or tests/architecture/test_pages.py says so.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from shop.web.gallery import components_in, states_in
from tests.support.postgres import ROOT

TOGETHER = (r"\?products=[^&]+&products=[^&]+$", r"\?products=[^&]+(&products=[^&]+){2}$")
PRODUCT, NUMBER, ANY = r"/products/[^/?#]+$", r"[A-Z][0-9]{14}", r"(?!new$)[^/?#]+$"

MOST_TRIED = 12


@dataclass(frozen=True)
class PageType:
    """An address, and the patterns of links to follow from there, one after the other."""

    name: str
    path: str
    person: str | None = None
    follow: tuple[str, ...] = ()
    press: str | None = None
    """The words of a button: what is meant is the page that is shown after it was pressed."""
    plus: str = ""
    """What is put behind the address that was found."""
    status: int = 200


P = PageType
STOREFRONT = (
    P("home", "/"),
    P("listing", "/products"),
    P("search", "/search?q=%E5%B0%8F%E7%B1%B3"),
    P("search-nothing", "/search?q=%E6%B5%B7%E9%B2%9C"),
    P("product", "/products", follow=(PRODUCT,)),
    P("compare", "/products", follow=(PRODUCT, r"/compare$", *TOGETHER)),
    P("compare-empty", "/compare"),
    P("producer", "/products", follow=(PRODUCT, r"/producers/[^/]+$")),
    P("trace", "/products", follow=(PRODUCT, r"/trace/[^/]+$")),
    P("cart-empty", "/cart", "enterprise"),
    P("cart", "/cart"),
    P("regions", "/regions"),
    P("region", "/regions/150430"),
    P("help", "/help"),
    P("help-topic", "/help/receiving"),
    P("help-contacts", "/help/contacts"),
    P("help-glossary", "/help/glossary"),
    P("help-shortcuts", "/help/shortcuts"),
    P("offline", "/offline/zh-hans"),
    P("demo", "/demo"),
    P("invitation-unknown", "/invitation", status=404),
    P("resumption", "/resumption"),
    P("sign-in", "/sign-in"),
    P("sign-in-errors", "/sign-in", press="登录"),
    P("sign-up", "/sign-up"),
    P("sign-up-errors", "/sign-up", press="注册"),
    P("not-found", "/products/none", status=404),
    P("forbidden", "/platform/audit", "consumer", status=403),
)
CONSUMER = (
    P("checkout", "/checkout", "consumer"),
    P("consumer-orders", "/orders", "consumer"),
    P("consumer-order", "/orders", "consumer", (rf"/orders/{NUMBER}$",)),
    P("consumer-purchase", "/orders", "consumer", (rf"/orders/{NUMBER}$", r"/purchases/[^/]+$")),
    P(
        "purchase-result",
        "/orders",
        "consumer",
        (rf"/orders/{NUMBER}$", r"/purchases/[^/]+$"),
        plus="?returned=1",
    ),
    P("account", "/account", "consumer"),
    P("password", "/account/password", "consumer"),
    P("profile", "/account/profile", "consumer"),
    P("sessions", "/account/sessions", "consumer"),
    P("second-factor", "/account/second-factor", "consumer"),
    P("second-factor-new", "/account/second-factor/new", "consumer"),
    P("confirmation", "/account/confirmation", "consumer"),
    P("members", "/organisation/members", "approver"),
    P("member-end", "/organisation/members", "approver", (r"/termination$",)),
    P("invitation-new", "/organisation/invitations/new", "approver"),
    P("inbox", "/inbox", "consumer"),
)
C = "/canteen/orders"
CANTEEN = (
    P("canteen-desk", "/canteen", "buyer"),
    P("canteen-new", f"{C}/new", "buyer"),
    P("canteen-pasting", f"{C}/pasting", "buyer"),
    P("canteen-documents", "/canteen/documents", "buyer"),
    P("canteen-sheet", f"{C}?status=completed", "buyer", (rf"{C}/{NUMBER}$", r"/[a-z]+-sheet$")),
    P("canteen-new-errors", f"{C}/new", "buyer", press="核对订单"),
    P("canteen-orders", C, "buyer"),
    P("canteen-order", f"{C}?status=completed", "buyer", (rf"{C}/{NUMBER}$",)),
    P("canteen-weighing", f"{C}?status=dispatched", "buyer", (rf"{C}/{NUMBER}$", r"/weighing$")),
    P("canteen-acceptance", f"{C}?status=weighed", "approver",
      (rf"{C}/{NUMBER}$", r"/acceptance$")),
    P("canteen-approval", f"{C}?status=awaiting_approval", "approver", (rf"{C}/{NUMBER}$",)),
    P("canteen-invoice", f"{C}?status=accepted", "buyer", (rf"{C}/{NUMBER}$", r"/invoice$")),
    P("canteen-transfer", f"{C}?status=invoiced", "buyer", (rf"{C}/{NUMBER}$", r"/transfer$")),
    P("canteen-delivery-note", f"{C}?status=completed", "buyer",
      (rf"{C}/{NUMBER}$", r"/delivery-note$")),
    P("quota", "/quota", "buyer"),
    P("quota-filing", "/quota", "buyer", (r"/filing$",)),
    P("quota-entries", "/quota", "buyer", (r"/entries$",)),
)  # fmt: skip
S = "/supplier"
SUPPLIER = (
    P("supplier-desk", S, "coop"),
    P("supplier-orders", f"{S}/orders", "coop"),
    P("supplier-orders-to-dispatch", f"{S}/orders?status=to-dispatch", "coop"),
    P("supplier-statement", f"{S}/statement", "coop"),
    P("supplier-statement-owed", f"{S}/statement?view=owed", "coop"),
    P("supplier-order-to-confirm", f"{S}/orders?status=to-confirm", "coop",
      (rf"{S}/orders/{NUMBER}$",)),
    P("supplier-order", f"{S}/orders?status=confirmed", "coop", (rf"{S}/orders/{NUMBER}$",)),
    P("supplier-order-batches", f"{S}/orders?status=confirmed", "coop",
      (rf"{S}/orders/{NUMBER}$", rf"{NUMBER}/batches$")),
    P("delivery-note", f"{S}/orders?status=completed", "coop",
      (rf"{S}/orders/{NUMBER}$", r"/delivery-note$")),
    P("supplier-invoice", f"{S}/orders?status=accepted", "coop",
      (rf"{S}/orders/{NUMBER}$", r"/invoice$")),
    P("listings", f"{S}/listings", "coop"),
    P("listing-manage", f"{S}/listings", "coop", (rf"{S}/listings/{ANY}",)),
    P("listing-description", f"{S}/listings", "coop", (rf"{S}/listings/{ANY}", r"/description$")),
    P("listing-further-offer", f"{S}/listings", "coop",
      (rf"{S}/listings/{ANY}", r"/further-offers$")),
    P("listing-new", f"{S}/listings/new", "coop"),
    P("listing-new-errors", f"{S}/listings/new", "coop", press="保存草稿"),
    P("certificates", f"{S}/certificates", "coop"),
    P("certificate", f"{S}/certificates", "coop", (rf"{S}/certificates/{ANY}",)),
    P("certificate-new", f"{S}/certificates/new", "coop"),
    P("batches", f"{S}/batches", "coop"),
    P("batch", f"{S}/batches", "coop", (rf"{S}/batches/{ANY}",)),
    P("batch-labels", f"{S}/batches", "coop", (rf"{S}/batches/{ANY}", r"/labels$")),
    P("batch-new", f"{S}/batches/new", "coop"),
    P("batch-conformity", f"{S}/batches", "coop",
      (rf"{S}/batches/{ANY}", r"/conformity-certificate$")),
    P("households", f"{S}/households", "coop"),
    P("household", f"{S}/households", "coop", (rf"{S}/households/{ANY}",)),
    P("household-new", f"{S}/households/new", "coop"),
    P("supplier-profile", f"{S}/profile", "coop"),
    P("supplier-application", f"{S}/application", "consumer"),
)  # fmt: skip
OFFICIAL = (
    P("dashboard", "/official", "official"),
    P("idle", "/official/idle", "official"),
    P("totals", "/official/totals", "official"),
    P("totals-county", "/official/totals?region=150430&by=unit", "official"),
    P("official-orders", "/official/orders", "official"),
    P("official-order", "/official/orders?stage=completed", "official",
      (rf"/official/orders/{NUMBER}$",)),
    P("official-batch", "/official/orders?stage=completed", "official",
      (rf"/official/orders/{NUMBER}$", r"/official/batches/[^/]+$")),
    P("plans", "/official/plans", "official"),
    P("plan", "/official/plans", "official",
      (r"/official/plans\?year=[0-9]+$", r"/official/plans/[^/]+/[0-9]+$")),
    P("rules", "/official/rules", "official"),
    P("rules-applicable", "/official/rules/applicable", "official"),
    P("rule-new", "/official/rules/new", "official"),
    P("review-desk", "/review", "reviewer"),
    P("review-certificates", "/review/certificates", "reviewer"),
    P("review-certificate", "/review", "reviewer", (r"/review/certificates/[^/]+$",)),
    P("review-offers", "/review/offers", "reviewer"),
    P("review-offer", "/review/offers", "reviewer", (r"/review/offers/[^/]+$",)),
    P("review-history", "/review/history", "reviewer"),
    P("review-producers", "/review/producers", "reviewer"),
    P("review-producer", "/review/producers", "reviewer", (r"/review/producers/[^/]+$",)),
    P("outbox", "/platform/outbox", "operator"),
    P("audit", "/platform/audit", "auditor"),
    P("payments", "/platform/payments", "operator"),
)  # fmt: skip
PAGES = (*STOREFRONT, *CONSUMER, *CANTEEN, *SUPPLIER, *OFFICIAL)
STATES = ROOT / "templates" / "gallery"
GALLERY = (
    P("gallery", "/gallery"),
    *(P(f"gallery-{name}", f"/gallery/{name}") for name in components_in(STATES)),
    *(
        P(f"gallery-{name}-{state.number}", f"/gallery/{name}/{state.number}")
        for name in components_in(STATES)
        for state in states_in((STATES / f"{name}.html").read_text(encoding="utf-8"))
        if state.is_alone
    ),
)
EVERYTHING = (*PAGES, *GALLERY)

NO_PAGES = {
    "static": "files of the site itself",
    "uploads.picture": "a picture",
    "uploads.evidence": "a file that somebody handed in",
    "purchases.show_result": "asks the provider and leads on to the purchase's page",
    "status.healthz": "for the machine that watches",
    "status.readyz": "for the machine that watches",
    "accounts.sign_in_code": "only between a password and its code: tests/shop/accounts",
    "accounts.end_second_factor": "only with a second factor: tests/shop/accounts",
}
"""Endpoints that answer a GET with something other than a page for people, and why."""


def page_named(name: str) -> PageType:
    return next(page for page in EVERYTHING if page.name == name)


def fitting(links: Iterable[str], pattern: str) -> list[str]:
    """Those of these links, as path and query, whose path fits, or both together; each once."""
    found = []
    for address in links:
        parts = urlsplit(address)
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if not parts.netloc and (re.search(pattern, parts.path) or re.search(pattern, address)):
            found.append(address)
    return list(dict.fromkeys(found))


def address_of(page: PageType, links_on: Callable[[str], list[str]]) -> str:
    """The page's own address; `links_on(address)` reads another page. Raises LookupError.

    Not every order has every page: a few links that fit are tried before giving up.
    """

    def search(address: str, patterns: tuple[str, ...]) -> str | None:
        if not patterns:
            return address
        links = [urljoin(address, link) for link in links_on(address)]
        ways = fitting(links, patterns[0])[:MOST_TRIED]
        return next((end for way in ways if (end := search(way, patterns[1:]))), None)

    found = search(page.path, page.follow)
    if found is None:
        raise LookupError(f"{page.name}: no way from {page.path} along {' → '.join(page.follow)}")
    return found + page.plus
