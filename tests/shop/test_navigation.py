"""Which of an audience's links is marked on a page that is none of them."""

import pytest
from flask import Flask

from shop.web.navigation import Link, _with_nearest, public_navigation

URLS = ("/official", "/official/orders", "/review")


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("/official/orders/A26063000000001", ["/official/orders"]),
        ("/official/idle", ["/official"]),
        ("/review/offers/x", ["/review"]),
        ("/reviewed", []),
        ("/inbox", []),
    ],
)
def test_the_nearest_link_above_a_page_is_marked(app: Flask, page: str, marked: list[str]) -> None:
    links = [Link(url, url, False, "official") for url in URLS]
    with app.test_request_context(page):
        assert [link.url for link in _with_nearest(links) if link.is_within] == marked


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("/products/x", "/products"),
        ("/search?q=x", "/products"),
        ("/compare", "/products"),
        ("/regions/150430", "/regions"),
        ("/checkout", "/cart"),
        ("/orders", "/account"),
        ("/purchases/P26063000000001", "/account"),
        ("/account/password", "/account"),
        ("/inbox", "/account"),
        ("/help", None),
        ("/nowhere", None),
    ],
)
def test_a_page_of_the_shop_belongs_to_one_of_its_links(
    app: Flask, page: str, marked: str | None
) -> None:
    with app.test_request_context(page):
        links = public_navigation()
    assert [link.url for link in links if link.is_within] == ([marked] if marked else [])
    assert not any(link.current for link in links)
