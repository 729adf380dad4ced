"""A few products side by side, chosen in the address."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from catalog.rules import UnitPrice, cheapest, one_price
from shop.db import db, transaction
from shop.money import Money
from shop.units import PriceBasis
from tests.factories.shelf import (
    ORGANIC,
    Shelf,
    cover,
    left_readable,
    make_certificate,
    make_shelf,
    make_tier,
)
from tests.support.counting import Queries
from tests.support.page import PageClient


@pytest.fixture
def shelves(app: Flask) -> list[Shelf]:
    """Five packs of 2.5 kg, each dearer than the one before."""
    with app.app_context(), left_readable():
        return [
            make_shelf(product={"name": f"对比{n}号"}, offer={"price": Money(20_00 + 100 * n)})
            for n in range(1, 6)
        ]


def address(*ids: str) -> str:
    return "/compare?" + "&".join(f"products={each}" for each in ids)


def ids_of(shelves: list[Shelf]) -> list[str]:
    return [shelf.offer.public_id for shelf in shelves]


def test_products_stand_side_by_side_with_what_one_decides_by(
    app: Flask, client: PageClient, shelves: list[Shelf]
) -> None:
    with app.app_context(), transaction():
        make_tier(db.session.merge(shelves[1].offer), 50, Money(19_50))
    page = client.get(address(*ids_of(shelves[:2])))
    for words in ("¥21.00", "¥8.40 / 千克", "¥8.80 / 千克", "最低", "2.5 千克 / 袋", "1 袋", "满 50 袋：¥19.50",
                  "敖汉旗", shelves[0].base.name, shelves[1].producer.name, "不另收运费",
                  shelves[0].certificate.number, "有效期至 2026-12-31"):  # fmt: skip
        assert words in page.text, words
    assert page.text.count("最低") == 1
    assert f"/products/{shelves[0].offer.public_id}" in page.reader.links


def test_places_are_called_by_their_english_names(client: PageClient, shelves: list[Shelf]) -> None:
    page = client.get(address(*ids_of(shelves[:1])), headers={"Accept-Language": "en"})
    assert "Aohan Banner" in page.text
    assert "敖汉旗" not in page.text


def test_each_can_be_taken_out_and_similar_ones_added(
    client: PageClient, shelves: list[Shelf]
) -> None:
    one, two = ids_of(shelves[:2])
    links = client.get(address(one, two)).reader.links
    assert address(two) in links
    assert address(one) in links
    assert any(link.startswith(address(one, two) + "&products=") for link in links)


def test_what_cannot_be_found_is_said_and_left_out(
    client: PageClient, shelves: list[Shelf]
) -> None:
    (one,) = ids_of(shelves[:1])
    page = client.get(address(one, "nothing", "%27%3B--", "", one))
    assert "有 2 件商品找不到" in page.text
    assert "对比 1 件商品" in page.text


def test_more_than_fit_are_said_and_left_out(client: PageClient, shelves: list[Shelf]) -> None:
    page = client.get(address(*ids_of(shelves)))
    assert "对比 4 件商品" in page.text
    assert "一次最多对比 4 件" in page.text
    assert "对比5号" not in page.text


def test_an_endless_list_is_cut_short(client: PageClient, shelves: list[Shelf]) -> None:
    known = ids_of(shelves)
    page = client.get(address(*known, *(f"x{n}" for n in range(300))))
    assert "对比 4 件商品" in page.text


def test_nothing_chosen_says_how_to_choose(client: PageClient) -> None:
    page = client.get("/compare")
    assert "还没有选商品" in page.text
    assert "/products" in page.reader.links


def test_what_cannot_be_bought_is_compared_and_says_so(
    app: Flask, client: PageClient, shelves: list[Shelf]
) -> None:
    with app.app_context(), transaction():
        db.session.merge(shelves[0].offer).status = "suspended"
        draft = db.session.merge(shelves[1].offer)
        draft.status = "draft"
    page = client.get(address(*ids_of(shelves[:3])))
    assert page.text.count("暂不可购买") == 1
    assert "有 1 件商品找不到" in page.text


def test_the_listing_and_the_product_lead_there(client: PageClient, shelves: list[Shelf]) -> None:
    (one,) = ids_of(shelves[:1])
    assert address(one) in client.get(f"/products/{one}").reader.links
    form = client.get("/products").form("/compare")
    assert form.method == "get"


def test_ticks_go_along_to_other_pages_and_filters_of_the_listing(
    client: PageClient, shelves: list[Shelf]
) -> None:
    here, there = shelves[0], shelves[4]
    ticked = f"products={here.offer.public_id}&products={there.offer.public_id}"
    page = client.get(f"/products?producer={here.producer.public_id}&{ticked}")
    assert page.form("/compare").fields["products"] == [
        here.offer.public_id, there.offer.public_id
    ]  # fmt: skip
    assert "对比5号" in page.text
    ways = [link for link in page.reader.links if link.startswith("/products?")]
    assert [link for link in ways if not link.endswith(ticked)] == []
    assert f"/products?{ticked}" in ways  # without the filter
    assert any("&sort=cheapest&" in link for link in ways)


def test_ticks_are_kept_where_nothing_is_found(client: PageClient, shelves: list[Shelf]) -> None:
    (one,) = ids_of(shelves[:1])
    page = client.get(f"/products?county=000001&products={one}")
    assert "没有符合条件" in page.text
    assert page.form("/compare").fields["products"] == [one]
    assert f"/products?products={one}" in page.reader.links


def test_one_visitors_ticks_are_kept_for_nobody_else(
    app: Flask, client: PageClient, shelves: list[Shelf]
) -> None:
    (one,) = ids_of(shelves[:1])
    client.get(f"/products?products={one}")
    assert app.extensions["catalog_fragments"].bytes_kept == 0
    page = client.get("/products")
    assert "products" not in page.form("/compare").fields
    assert page.form("/compare").fields == {}


def test_without_script_a_form_takes_the_ticks_along(
    client: PageClient, shelves: list[Shelf]
) -> None:
    (one,) = ids_of(shelves[:1])
    page = client.get("/products?sort=cheapest&price=20-50")
    asked = page.form("/compare").filled(products=[one])
    assert asked == {"price": ["20-50"], "sort": ["cheapest"], "products": [one]}
    again = client.get("/products", query_string=asked)
    assert again.form("/compare").fields["products"] == [one]


def test_ticks_that_are_no_offers_and_too_many_are_passed_over(
    client: PageClient, shelves: list[Shelf]
) -> None:
    (one,) = ids_of(shelves[:1])
    odd = "&".join(f"products={each}" for each in (one, one, "", "nothing", "%27%3B--"))
    assert client.get(f"/products?{odd}").form("/compare").fields["products"] == [one]
    many = "&".join(f"products=x{number}" for number in range(300))
    assert len(client.get(f"/products?{many}").response.get_data()) < 100_000


def test_four_are_asked_for_as_often_as_one(
    client: PageClient,
    shelves: list[Shelf],
    app: Flask,
    count_queries: Callable[[], AbstractContextManager[Queries]],
) -> None:
    with app.app_context(), transaction():
        for shelf in shelves:
            cover(make_certificate(shelf.producer, type_code=ORGANIC), shelf.product, shelf.base)
    known = ids_of(shelves)

    def asked(*ids: str) -> int:
        with count_queries() as queries:
            client.get(address(*ids))
        return queries.count

    assert asked(*known[:1]) == asked(*known[:3]) <= 12
    assert asked(*known[:4]) <= asked(*known[:1])


@pytest.mark.parametrize(
    ("price", "basis", "content", "unit", "expected"),
    [
        (29_80, PriceBasis.PACK, 2_500, "g", UnitPrice(Money(11_92), "kg", is_exact=True)),
        (10_00, PriceBasis.PACK, 3_000, "g", UnitPrice(Money(3_33), "kg", is_exact=False)),
        (3_60, PriceBasis.KILOGRAM, 1_000, "g", UnitPrice(Money(3_60), "kg", is_exact=True)),
        (65_20, PriceBasis.PACK, 1_800, "ml", UnitPrice(Money(36_22), "l", is_exact=False)),
        (24_50, PriceBasis.PACK, 1, "piece", UnitPrice(Money(24_50), "piece", is_exact=True)),
    ],
)
def test_everything_has_one_price_to_compare(
    price: int, basis: PriceBasis, content: int, unit: str, expected: UnitPrice
) -> None:
    assert one_price(Money(price), basis, content, unit) == expected


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([("kg", 300), ("kg", 200), ("kg", 400)], 1),
        ([("kg", 200)], None),
        ([("kg", 200), ("kg", 200)], None),
        ([("kg", 200), ("l", 100)], None),
    ],
)
def test_only_what_is_lower_than_all_others_is_the_lowest(
    prices: list[tuple[str, int]], expected: int | None
) -> None:
    assert cheapest([UnitPrice(Money(fen), per, is_exact=True) for per, fen in prices]) == expected
