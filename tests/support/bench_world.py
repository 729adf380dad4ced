"""Inside the measured world: shoppers, shelves, and the queries that each page sends.

Run as `python -m tests.support.bench_world prepare|left|queries|rendering` with the world's settings in the
environment; answers one line of JSON.
"""

import json
import sys
import time
from typing import Any

from flask import Flask, session
from sqlalchemy import func, select

from catalog.models import Offer, Product, StockLot
from catalog.queries import buyable_ids
from catalog.search import index
from shop import clock
from shop.accounts import entrance, operations, passwords
from shop.app import create_app
from shop.db import db, transaction
from shop.units import PriceBasis
from tests.support.counting import counted
from tests.support.page import PageClient, PageReader
from tests.support.pages import PAGES, PageType, address_of
from tests.support.people import email_of, try_sign_in
from tests.support.readiness import make_ready
from tests.support.rendering import TIMES, rendering_of

SHOPPERS, OFFERS = 208, 8
PLENTY = 1_000_000
SCARCE = 50
BARE = "<!doctype html><title>bare</title><h1>bare</h1>"


def shoppers(app: Flask) -> list[str]:
    """Session cookies of so many new consumers who have signed in."""
    serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    with app.app_context():
        hashed = passwords.hash_password("bench-word-of-nobody-2026")
    cookies = []
    for number in range(SHOPPERS):
        with app.test_request_context():
            at = clock.now()
            with transaction():
                name = f"buyer-{number}@bench.example"
                user = operations.register_consumer(name, f"买家{number}", hashed, at=at)
                entered = operations.sign_in(user.id, at=at)
            entrance.renew_cookie(entered)
            cookies.append(serializer.dumps(dict(session)))
    return cookies


def shelves() -> tuple[list[tuple[str, int]], str]:
    """Offers of as many sellers with plenty in stock, and one with exactly fifty single packs."""
    today = clock.today()
    chosen: dict[int, Offer] = {}
    offers = db.session.execute(
        select(Offer, Product.producer_id)
        .join(Product, Product.id == Offer.product_id)
        .where(Offer.price_basis == PriceBasis.PACK)
        .order_by(Offer.id)
    ).all()
    sellable = buyable_ids([offer.id for offer, _ in offers], today)
    for offer, seller in offers:
        if offer.id in sellable and _lot(offer) is not None:
            chosen.setdefault(seller, offer)
    found = list(chosen.values())[: OFFERS + 1]
    for offer in found[:-1]:
        lot = _lot(offer)
        lot.received += PLENTY
        lot.on_hand += PLENTY
    _make_scarce(found[-1])
    plenty = [(o.public_id, -(-o.minimum // o.multiple) * o.multiple) for o in found[:-1]]
    return plenty, found[-1].public_id


def _lot(offer: Offer) -> Any:
    wanted = StockLot.offer_id == offer.id, StockLot.on_hand > 0
    return db.session.scalars(select(StockLot).where(*wanted).order_by(StockLot.id.desc())).first()


def _make_scarce(offer: Offer) -> None:
    offer.minimum = offer.multiple = 1
    lots = list(db.session.scalars(select(StockLot).where(StockLot.offer_id == offer.id)))
    keep = _lot(offer)
    for lot in lots:
        wanted = lot.held + (SCARCE if lot is keep else 0)
        lot.received += wanted - lot.on_hand
        lot.on_hand = wanted


def left(public_id: str) -> int:
    """What is still free of an offer."""
    free = select(func.sum(StockLot.on_hand - StockLot.held)).join(Offer)
    return int(db.session.scalar(free.where(Offer.public_id == public_id)) or 0)


class Reader:
    """Asks for pages in this process and counts what they ask the database."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.clients: dict[str | None, Any] = {}

    def client(self, person: str | None) -> Any:
        if person not in self.clients:
            client = self.clients[person] = self.app.test_client()
            if person:
                try_sign_in(PageClient(client), email_of(person))
            make_ready(person, PageClient(client))
        return self.clients[person]

    def links_on(self, person: str | None, address: str) -> list[str]:
        reader = PageReader()
        reader.feed(self.client(person).get(address).get_data(as_text=True))
        return reader.links

    def queries(self, page: PageType) -> int | None:
        """None where this world has no such page."""
        try:
            address = address_of(page, lambda at: self.links_on(page.person, at))
        except LookupError:
            return None
        client = self.client(page.person)  # signs in, which is no part of the page
        with self.app.app_context():
            engine = db.engine
        with counted(engine) as found:
            client.get(address)
        return found.count


def rendering(app: Flask) -> dict[str, Any]:
    """Milliseconds and queries of the listing's templates, beside those of a bare page."""
    client = app.test_client()
    names = ("catalog/_listing.html", "catalog/kept.html")
    found: dict[str, Any] = {}
    for name in names:  # the first asking makes the part that the second finds kept
        made = rendering_of(app, lambda: client.get("/products"), name)
        found[name] = [made.milliseconds, len(made.queries)]
    bare = app.jinja_env.from_string(BARE)
    begun = time.perf_counter()
    for _ in range(TIMES):
        bare.render()
    found["bare"] = (time.perf_counter() - begun) / TIMES * 1000
    return found


def main() -> None:
    app = create_app()
    what, *words = sys.argv[1:]
    if what == "prepare":
        cookies = shoppers(app)
        with app.app_context(), transaction():
            plenty, scarce = shelves()
        answer: Any = {"cookies": cookies, "offers": plenty, "scarce": scarce}
    elif what == "left":
        with app.app_context():
            answer = left(words[0])
    elif what == "rendering":
        answer = rendering(app)
    else:
        with app.app_context():
            index()
        reader = Reader(app)
        answer = {page.name: reader.queries(page) for page in PAGES if not page.press}
    print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main()
