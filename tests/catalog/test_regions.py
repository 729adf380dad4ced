"""Where things come from: every listed banner has a page; it shows what is recorded, no more."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask import Flask

from catalog.regions import Banner, leagues
from shop import clock
from shop.db import transaction
from tests.factories.shelf import Shelf, left_readable, make_households, make_shelf
from tests.support.counting import Queries
from tests.support.page import PageClient

LINXI, LINXI_VILLAGE = "150424", "150424100203"
Counter = Callable[[], AbstractContextManager[Queries]]


@pytest.fixture
def banners(app: Flask) -> list[Banner]:
    with app.app_context():
        return [banner for league in leagues(clock.today()) for banner in league.banners]


def make_here(households: int = 0) -> Shelf:
    """A shelf in Linxi, from a base with so many households."""
    place = {"county_code": LINXI, "village_code": LINXI_VILLAGE, "main_produce": "荞麦"}
    made = make_shelf(
        base=place,
        producer={"county_code": LINXI},
        product={"geographical_indication": "林西荞麦"},
        batch={"produce": "荞麦", "harvested_on": date(2025, 9, 12)},
    )
    make_households(made.base, made.producer, households)
    return made


def test_every_listed_banner_has_a_page_and_a_way_to_it(
    client: PageClient, banners: list[Banner]
) -> None:
    assert len(banners) == 57
    links = client.get("/regions").reader.links
    for banner in banners:
        assert f"/regions/{banner.code}" in links
        assert client.get(f"/regions/{banner.code}").heading == banner.name


@pytest.mark.parametrize(
    "code", ["150102", "150000", "110101", "15042", "abc", "150430x", "１５０４３０"]
)
def test_other_places_have_none(client: PageClient, code: str) -> None:
    client.get(f"/regions/{code}", status=404)


def test_a_banner_without_goods_says_so_and_leads_on(
    client: PageClient, banners: list[Banner]
) -> None:
    empty = next(banner for banner in banners if banner.is_confirmed and not banner.number)
    page = client.get(f"/regions/{empty.code}")
    assert "暂时没有可以购买的商品" in page.text
    assert "/regions" in page.reader.links
    assert "内蒙古脱贫旗县（57个）" in page.text


def test_an_unconfirmed_banner_is_told_from_the_others(
    client: PageClient, banners: list[Banner]
) -> None:
    unconfirmed = next(banner for banner in banners if not banner.is_confirmed)
    assert unconfirmed.number == 0
    page = client.get(f"/regions/{unconfirmed.code}")
    assert "核实之前，这里的商品不能上架" in page.text
    assert "待核实" in page.text


def test_a_page_shows_goods_people_bases_and_seasons(app: Flask, client: PageClient) -> None:
    with app.app_context(), left_readable():
        made = make_here(6)
    page = client.get(f"/regions/{LINXI}")
    assert f"/products/{made.offer.public_id}" in page.reader.links
    assert f"/producers/{made.producer.public_id}" in page.reader.links
    assert f"/products?county={LINXI}" in page.reader.links
    for words in (made.base.name, "林西荞麦", "荞麦", "采收月历", "6 户农户"):
        assert words in page.text, words
    crop = page.text.partition("农产品")[2].partition("谁在供货")[0]
    assert crop.count("采收") == 1


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 户农户"), (4, "少于 5 户农户"), (5, "5 户农户")]
)
def test_few_households_are_not_counted_in_public(
    app: Flask, client: PageClient, number: int, words: str
) -> None:
    with app.app_context(), transaction():
        make_here(number)
    assert words in client.get(f"/regions/{LINXI}").text


def test_the_home_page_leads_to_places_and_to_a_traced_batch(
    app: Flask, client: PageClient
) -> None:
    with app.app_context(), transaction():
        make_here()
    page = client.get("/")
    assert f"/regions/{LINXI}" in page.reader.links
    assert "/regions" in page.reader.links
    trace = next(link for link in page.reader.links if link.startswith("/trace/"))
    assert client.get(trace).heading.startswith("批次溯源")


def test_a_producers_page_shows_its_goods_in_as_many_queries_for_one_as_for_many(
    app: Flask, client: PageClient, count_queries: Counter
) -> None:
    with app.app_context(), left_readable():
        made = make_here()
    address = f"/producers/{made.producer.public_id}"
    client.get(address)
    with count_queries() as queries:
        page = client.get(address)
    assert f"/products/{made.offer.public_id}" in page.reader.links
    assert queries.count <= 12


def test_the_page_of_an_offer_shows_its_neighbours(
    app: Flask, client: PageClient, count_queries: Counter
) -> None:
    with app.app_context(), left_readable():
        made, other = make_here(), make_here()
    address = f"/products/{made.offer.public_id}"
    client.get(address)
    app.extensions["catalog_fragments"].clear()
    with count_queries() as queries:
        page = client.get(address)
    assert f"/products/{other.offer.public_id}" in page.reader.links
    assert f"/regions/{LINXI}" in page.reader.links
    assert page.reader.links.count(address) == 0
    assert queries.count <= 12


def test_english_pages_call_places_by_their_english_names(client: PageClient) -> None:
    english = {"Accept-Language": "en"}
    assert client.get("/regions/150430", headers=english).heading == "Aohan Banner"
    for address in ("/", "/regions", "/products"):
        assert "Aohan Banner" in client.get(address, headers=english).text
    assert "Aohan Banner" not in client.get("/regions", headers={"Accept-Language": "zh"}).text
