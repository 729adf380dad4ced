"""The listing: what it counts, how it sorts, and that it is as fast for many rows as for few."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from catalog.categories import CategoryTree, category_tree
from catalog.facets import count_all, others
from catalog.listing import PAGE_SIZE, PRICE_BANDS, Choice, Sort, conditions, read_choice
from catalog.models import CertificateCoverage, Offer, Product
from catalog.queries import buyable
from producers.models import Base, Certificate
from shop.clock import today
from shop.db import db, transaction
from shop.errors import NotFound
from shop.money import Money
from tests.factories.shelf import (
    ORGANIC,
    Shelf,
    cover,
    left_readable,
    make_certificate,
    make_shelf,
)
from tests.support.counting import Queries
from tests.support.page import PageClient

OTHER_COUNTY = "150429"
PRICES = [9_80, 19_99, 20_00, 49_99, 50_00, 150_00, 200_00, 999_00]


@pytest.fixture
def shelves(app: Flask, client: PageClient) -> list[Shelf]:
    """Eight offers of all prices, half of them organic, a quarter from another county."""
    with app.app_context(), left_readable():
        made = []
        for number, price in enumerate(PRICES):
            county = OTHER_COUNTY if number % 4 == 0 else "150430"
            shelf = make_shelf(
                offer={"price": Money(price)},
                base={"county_code": county},
                product={"category_code": "010104" if number < 3 else "010105"},
            )
            if number % 2:
                cover(
                    make_certificate(shelf.producer, type_code=ORGANIC), shelf.product, shelf.base
                )
            made.append(shelf)
    app.extensions["catalog_fragments"].clear()
    return made


def number_of(*filters: object) -> int:
    """The plain SQL count, by columns alone."""
    counted = buyable(today()).where(*filters).with_only_columns(func.count(Offer.id))  # type: ignore[arg-type]
    return db.session.scalar(counted) or 0


def with_type(code: str) -> object:
    covered = select(CertificateCoverage.product_id).join(Certificate)
    covered = covered.where(Certificate.type_code == code, Certificate.status == "approved")
    covered = covered.where(
        Certificate.valid_from <= today(),
        (Certificate.valid_to.is_(None)) | (Certificate.valid_to >= today()),
        CertificateCoverage.base_id == Offer.base_id,
    )
    return Product.id.in_(covered)


CHOICES = [
    Choice(),
    Choice(county="150430"),
    Choice(category="0101"),
    Choice(certificate=ORGANIC, price="20-50"),
    Choice(county="150430", category="010105", certificate=ORGANIC, price="50-100"),
    Choice(county="000001"),
]


@pytest.mark.usefixtures("shelves")
@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_every_facet_count_is_the_count_in_sql(app: Flask, choice: Choice) -> None:
    with app.app_context():
        tree = category_tree()
        found = conditions(choice, tree, today())
        counts = count_all(choice, found, tree, today())
        assert counts.total == number_of(*found.values())
        check_values(choice, tree)


def check_values(choice: Choice, tree: CategoryTree) -> None:
    found = conditions(choice, tree, today())
    counts = count_all(choice, found, tree, today())
    for code, _, number in counts.counties:
        assert number == number_of(Base.county_code == code, *others(found, "county"))
    for code in tree.by_code:
        below = Product.category_code.in_(tree.within(code))
        assert counts.categories.get(code, 0) == number_of(below, *others(found, "category"))
    for kind, number in counts.certificates:
        assert number == number_of(with_type(kind.code), *others(found, "certificate"))
    for band, (low, high) in PRICE_BANDS.items():
        top = Money(high.fen - 1) if high else Money(10**9)
        own = Offer.price.between(low, top)
        assert counts.prices[band] == number_of(own, *others(found, "price"))


def test_a_listing_shows_only_what_was_chosen(client: PageClient, shelves: list[Shelf]) -> None:
    page = client.get(f"/products?county={OTHER_COUNTY}&price=0-20")
    assert [link for link in page.reader.links if link.startswith("/products/")] == [
        f"/products/{shelves[0].offer.public_id}"
    ]
    assert "共 1 件" in page.text


def test_prices_sort_both_ways_and_what_is_sold_out_comes_last(
    app: Flask, client: PageClient, shelves: list[Shelf]
) -> None:
    with app.app_context(), left_readable():
        sold_out = make_shelf(on_hand=5, offer={"price": Money(1), "minimum": 6})
    ids = [shelf.offer.public_id for shelf in shelves]
    wanted = [*ids, sold_out.offer.public_id]
    assert offers_of(client, "/products?sort=cheapest", wanted) == wanted
    assert offers_of(client, "/products?sort=dearest", wanted) == [*ids[::-1], wanted[-1]]
    assert "已售罄" in client.get("/products?price=0-20").text


def offers_of(client: PageClient, address: str, known: list[str]) -> list[str]:
    """Which of these offers a listing of several pages shows, in its order."""
    found: list[str] = []
    while address:
        page = client.get(address)
        shown = [link.removeprefix("/products/") for link in page.reader.links]
        found += [public_id for public_id in shown if public_id in known]
        number = f"page={int(address.partition('page=')[2] or 1) + 1}"
        address = next((link for link in page.reader.links if link.endswith(number)), "")
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        "county=1", "county=15043x", "county=150430&county=150431", "category=ZZ",
        "category=0101%00", "certificate=%3Cscript%3E", "price=1-2", "price=20-50'", "sort=random",
        "sort=best", "page=0", "page=-1", "page=1.5", "page=9999999", "page=99999", "page=１",
        "producer=%2F..", "page=" + "9" * 10_000,
    ],
)  # fmt: skip
def test_arguments_that_no_link_carries_are_not_found(client: PageClient, arguments: str) -> None:
    """Not found; or not even read: a NUL is a bad request, an endless address is too long."""
    refused = {"category=0101%00": 400, "page=" + "9" * 10_000: 414}
    client.get(f"/products?{arguments}", status=refused.get(arguments, 404))


def test_empty_and_unknown_arguments_are_passed_over(client: PageClient) -> None:
    page = client.get("/products?county=&utm_source=x")
    assert not [link for link in page.reader.links if "utm_source" in link]


def test_a_choice_says_only_what_differs() -> None:
    choice = read_choice(MultiDict({"county": "150430", "sort": "newest", "page": "2"}))
    assert choice.arguments() == {"county": "150430", "page": "2"}
    assert choice.with_(county=None).arguments() == {}
    assert read_choice(MultiDict(), "小米").sort is Sort.BEST
    with pytest.raises(NotFound):
        read_choice(MultiDict({"sort": "best"}))


ADDRESSES = [
    "/", "/products", "/products?county=150430", "/search?q=试验", "/regions", "/regions/150430",
]  # fmt: skip


def test_a_page_asks_as_often_for_three_rows_as_for_three_hundred(
    app: Flask,
    client: PageClient,
    count_queries: Callable[[], AbstractContextManager[Queries]],
) -> None:
    def add(number: int) -> None:
        with app.app_context(), transaction(), db.session.no_autoflush:
            for _ in range(number):
                make_shelf()

    def asked(address: str) -> int:
        client.get(address)  # whatever a process reads once is read by now
        app.extensions["catalog_fragments"].clear()
        with count_queries() as queries:
            client.get(address)
        return queries.count

    add(3)
    few = {address: asked(address) for address in ADDRESSES}
    add(297)
    assert {address: asked(address) for address in ADDRESSES} == few
    assert max(few.values()) <= 12


def test_the_second_page_goes_on_where_the_first_ended(app: Flask, client: PageClient) -> None:
    with app.app_context(), transaction():
        made = [make_shelf().offer.public_id for _ in range(PAGE_SIZE + 3)]
    assert sorted(offers_of(client, "/products", made)) == sorted(made)


def test_a_choice_that_finds_nothing_is_shown_and_can_be_taken_back(client: PageClient) -> None:
    page = client.get("/products?county=150404&certificate=organic")
    assert "没有符合条件" in page.text
    assert "松山区" in page.text
    assert "/products?certificate=organic" in page.reader.links
    assert "/products?county=150404" in page.reader.links
