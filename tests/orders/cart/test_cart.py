"""The cart's pages: what goes in, what is refused, what has changed since."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select, update

from catalog.models import Offer, StockLot
from orders.cart.models import Cart, CartLine
from orders.cart.operations import merge_carts, put_line
from orders.cart.owner import TOKEN_KEY
from orders.cart.queries import Owner
from producers.models import Certificate
from shop import clock
from shop.db import db, transaction
from shop.money import Money
from tests.factories.shelf import (
    cover,
    make_lot,
    make_offer,
    make_product,
    make_shelf,
    make_tier,
)
from tests.orders.consumers import browser, consumer, csrf, put, shelf
from tests.support.counting import Queries
from tests.support.grid import GRID

pytestmark = pytest.mark.usefixtures("database")
Counter = Callable[[], AbstractContextManager[Queries]]


def lines(app: Flask) -> list[tuple[int, int]]:
    with app.app_context():
        found = db.session.execute(select(CartLine.offer_id, CartLine.quantity))
        return [(offer_id, quantity) for offer_id, quantity in found]


def test_a_visitor_gathers_changes_and_removes(app: Flask) -> None:
    rice, client = shelf(app), browser(app)
    put(client, rice, "2")
    put(client, rice, "3")
    assert lines(app) == [(rice.offer.id, 5)]
    page = client.get("/cart")
    assert "¥149.00" in page.text
    client.submit(page, "/quantity", quantity="7")
    assert lines(app) == [(rice.offer.id, 7)]
    client.submit(client.get("/cart"), "/removal")
    assert lines(app) == []
    assert "购物车是空的" in client.get("/cart").text


def test_what_was_taken_out_can_be_put_back_once(app: Flask) -> None:
    rice, client = shelf(app, product={"name": "独此小米"}), browser(app)
    put(client, rice, "3")
    page = client.follow(client.submit(client.get("/cart"), "/removal"))
    assert "已移出：独此小米" in page.text
    client.submit(page, "/cart/lines")
    assert lines(app) == [(rice.offer.id, 3)]
    assert "已移出" not in client.get("/cart").text


def test_what_cannot_be_bought_any_more_is_not_offered_back(app: Flask) -> None:
    rice, client = shelf(app), browser(app)
    put(client, rice, "3")
    with app.app_context():
        retired = update(Offer).where(Offer.id == rice.offer.id).values(status="retired")
        db.session.execute(retired)
        db.session.commit()
    page = client.follow(client.submit(client.get("/cart"), "/removal"))
    assert "已移出" not in page.text
    assert lines(app) == []


def test_another_browser_sees_an_empty_cart(app: Flask) -> None:
    put(browser(app), shelf(app))
    assert "购物车是空的" in browser(app).get("/cart").text


def test_kilograms_are_kept_in_grams(app: Flask) -> None:
    meat = shelf(
        app, on_hand=50_000,
        offer={"price_basis": "kilogram", "price": Money(86_00), "minimum": 500, "multiple": 500},
    )  # fmt: skip
    client = browser(app)
    put(client, meat, "1.5")
    assert lines(app) == [(meat.offer.id, 1_500)]
    assert "¥129.00" in client.get("/cart").text
    refused = put(client, meat, "1.2", status=422)
    assert "数量必须是销售倍数的整数倍" in refused.text


def test_minimum_and_multiple_are_asked_for(app: Flask) -> None:
    box, client = shelf(app, offer={"minimum": 10, "multiple": 5}), browser(app)
    assert "低于起订量" in put(client, box, "5", status=422).text
    assert "整数倍" in put(client, box, "12", status=422).text
    assert lines(app) == []
    put(client, box, "15")
    assert lines(app) == [(box.offer.id, 15)]


@pytest.mark.parametrize("value", GRID)
def test_the_number_grid_is_refused_readably(app: Flask, value: str) -> None:
    rice, client = shelf(app), browser(app)
    put(client, rice, "2")
    token = csrf(client)
    values = {"csrf_token": token, "quantity": value}
    address = f"/cart/lines/{rice.offer.public_id}/quantity"
    assert "请填写 1 到" in client.post(address, values, status=422).text
    assert "请填写 1 到" in put(client, rice, value, status=422).text
    assert lines(app) == [(rice.offer.id, 2)]


def test_a_list_and_an_unknown_field_are_refused(app: Flask) -> None:
    rice, client = shelf(app), browser(app)
    put(client, rice, ["2", "3"], status=422)
    values = {"csrf_token": csrf(client), "offer": rice.offer.public_id, "quantity": "1"}
    client.post("/cart/lines", {**values, "price": "1"}, status=422)
    client.post("/cart/lines", {**values, "offer": "nothing"}, status=404)
    assert lines(app) == []


def test_the_hundred_and_first_line_is_refused(app: Flask) -> None:
    with app.app_context():
        owner, first = Owner(token="full"), make_shelf()
        put_line(owner, first.offer.id, 1, at=clock.now())
        cart_id = db.session.scalars(select(Cart.id).where(Cart.token == "full")).one()
        for _ in range(99):
            offer = make_shelf().offer
            db.session.add(
                CartLine(cart_id=cart_id, offer_id=offer.id, quantity=1, seen_price=offer.price)
            )
        db.session.commit()
    client = browser(app)
    with client.client.session_transaction() as session:
        session[TOKEN_KEY] = "full"
    assert "最多放 100 种" in put(client, shelf(app), status=409).text
    assert len(lines(app)) == 100


def test_a_new_price_is_told_and_a_tier_reached(app: Flask) -> None:
    rice, client = shelf(app), browser(app)
    put(client, rice, "2")
    with app.app_context():
        db.session.execute(
            update(Offer).where(Offer.id == rice.offer.id).values(price=Money(31_00))
        )
        make_tier(db.session.get_one(Offer, rice.offer.id), 10, Money(25_00))
        db.session.commit()
    page = client.get("/cart")
    assert "原 ¥29.80，现 ¥31.00" in page.text
    assert "¥62.00" in page.text
    client.submit(page, "/quantity", quantity="10")
    page = client.get("/cart")
    assert "价格有变化" not in page.text
    assert "¥250.00" in page.text


@pytest.mark.parametrize("obstacle", ["certificate", "stock", "suspended"])
def test_what_cannot_be_bought_is_marked_and_blocks(app: Flask, obstacle: str) -> None:
    rice, client = shelf(app), browser(app, consumer(app))
    put(client, rice, "2")
    with app.app_context():
        if obstacle == "certificate":
            db.session.execute(
                update(Certificate)
                .where(Certificate.holder_id == rice.producer.id)
                .values(valid_to=clock.today().replace(year=2025, month=12))
            )
        elif obstacle == "stock":
            db.session.execute(
                update(StockLot).where(StockLot.id == rice.lot.id).values(written_off=99, on_hand=1)
            )
        else:
            db.session.execute(
                update(Offer)
                .where(Offer.id == rice.offer.id)
                .values(status="suspended", suspended_at=clock.now())
            )
        db.session.commit()
    page = client.get("/cart")
    assert "有商品现在不能购买" in page.text
    assert "/checkout" not in page.reader.links
    assert client.get("/checkout", status=302).location == "/cart"


def test_what_is_gone_can_only_be_taken_out_and_is_in_no_sum(app: Flask) -> None:
    rice, millet, client = shelf(app), shelf(app), browser(app)
    put(client, rice, "2")
    put(client, millet, "3")
    with app.app_context():
        db.session.execute(
            update(Offer)
            .where(Offer.id == rice.offer.id)
            .values(status="suspended", suspended_at=clock.now())
        )
        db.session.commit()
    page = client.get("/cart")
    assert "¥59.60" not in page.text
    assert (
        page.text.count("¥89.40") == 2
    )  # the line and the whole; one line needs no sum of its own
    assert "不含现在不能购买的商品" in page.text
    assert "家供应商：" not in page.text
    actions = [form.action for form in page.reader.forms]
    assert f"/cart/lines/{rice.offer.public_id}/quantity" not in actions
    assert f"/cart/lines/{rice.offer.public_id}/removal" in actions


def test_the_language_can_be_switched_on_a_refused_quantity(app: Flask) -> None:
    rice, client = shelf(app), browser(app)
    product = f"/products/{rice.offer.public_id}"
    values = {"csrf_token": csrf(client), "offer": rice.offer.public_id, "quantity": "0"}
    for sender, expected in ((product, product), (None, "/cart"), ("/cart/lines", "/cart")):
        headers = {"Referer": f"http://localhost{sender}"} if sender else {}
        page = client.post("/cart/lines", values, status=422, headers=headers)
        assert page.form("/language").fields["next"] == [expected]
        client.get(expected)


def test_a_seller_has_a_sum_where_there_is_something_to_sum(app: Flask) -> None:
    rice, client = shelf(app), browser(app)
    put(client, rice, "2")
    assert "这家供应商小计" not in client.get("/cart").text
    with app.app_context(), transaction():
        seller, base = db.session.merge(rice.producer), db.session.merge(rice.base)
        product = make_product(seller)
        more = make_offer(product, base)
        cover(db.session.merge(rice.certificate), product, base)
        make_lot(more, db.session.merge(rice.batch))
        public_id = more.public_id
    client.post("/cart/lines", {"csrf_token": csrf(client), "offer": public_id, "quantity": "1"})
    page = client.get("/cart")
    assert "这家供应商小计" in page.text
    assert page.text.count("¥89.40") == 2  # the seller and the whole


def test_a_cart_follows_its_owner_through_sign_in(app: Flask) -> None:
    rice, millet = shelf(app), shelf(app)
    visitor, person = browser(app), consumer(app)
    put(browser(app, person), rice, "1")
    put(visitor, rice, "4")
    put(visitor, millet, "2")
    with visitor.client.session_transaction() as session:
        token = session[TOKEN_KEY]
    with app.app_context():
        for _ in range(2):
            merge_carts(token, person.user_id, at=clock.now())
        db.session.commit()
        assert db.session.scalar(select(Cart).where(Cart.token == token)) is None
    assert sorted(lines(app)) == sorted([(rice.offer.id, 4), (millet.offer.id, 2)])


def test_a_page_of_many_lines_costs_as_many_queries_as_one_of_three(
    app: Flask, count_queries: Counter
) -> None:
    client = browser(app, consumer(app))
    for _ in range(3):
        put(client, shelf(app))
    with count_queries() as few:
        client.get("/cart")
    for _ in range(17):
        put(client, shelf(app))
    with count_queries() as many:
        client.get("/cart")
    assert few.count == many.count <= 12


def test_an_anonymous_checkout_goes_by_way_of_sign_in(app: Flask) -> None:
    client = browser(app)
    put(client, shelf(app))
    assert client.get("/checkout", status=302).location == "/sign-in?next=/checkout"
