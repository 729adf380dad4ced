"""Placing: one key, one purchase; what was seen is what is charged; bad input leaves nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from random import Random

import pytest
from flask_sqlalchemy.session import Session
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import scoped_session

from catalog.models import Offer, StockLot
from orders.cart.models import Cart, CartLine
from orders.cart.operations import put_line
from orders.cart.queries import Owner, contents
from orders.checkout.operations import place_cart
from orders.checkout.quote import mark_of_cart
from orders.models import Purchase
from orders.payments.models import Payment
from shop import clock
from shop.db import db
from shop.money import Money, total
from tests.factories.shelf import make_shelf, make_tier
from tests.orders.consumers import (
    ADDRESS,
    PREFECTURE,
    Shop,
    browser,
    consumer,
    make_consumer,
    order,
    put,
    shelf,
)
from tests.orders.payments.test_orderings import DELIVERY
from tests.support.counting import Queries
from tests.support.grid import GRID

Counter = Callable[[], AbstractContextManager[Queries]]


def placed_by(shop: Shop) -> tuple[int, int, int]:
    """Purchases by consumers of this test, payments, and what is held."""
    with shop.app.app_context():
        return (
            db.session.scalar(select(func.count(Payment.id))) or 0,
            db.session.scalar(select(func.count(func.distinct(Payment.purchase_id)))) or 0,
            len(shop.local.app.store.newest("checkout.session", 1000, None)),
        )


def test_one_key_a_hundred_times_is_one_purchase_and_one_session(shop: Shop) -> None:
    rice, person = shelf(shop.app), consumer(shop.app)
    client = browser(shop.app, person)
    put(client, rice, "2")
    before = placed_by(shop)
    page = client.get("/checkout", query_string={"prefecture": PREFECTURE})
    form = page.form("placement")
    values = form.filled(**ADDRESS)
    cookies = client.client.get_cookie("session")
    assert cookies is not None

    def post(_: int) -> tuple[int, str]:
        other = shop.app.test_client()
        other.set_cookie("session", cookies.value)
        answer = other.post(form.action, data=values)
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(post, range(100)))
    assert len(answers) == 1, answers
    assert answers.pop()[0] == 303
    after = placed_by(shop)
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1]


def test_one_key_with_another_body_is_refused(shop: Shop) -> None:
    client = browser(shop.app, consumer(shop.app))
    put(client, shelf(shop.app), "2")
    page = client.get("/checkout", query_string={"prefecture": PREFECTURE})
    first = client.submit(page, "placement", status=303, **ADDRESS)
    again = client.submit(page, "placement", status=303, **ADDRESS)
    assert first.location == again.location
    refused = client.submit(page, "placement", status=409, **{**ADDRESS, "address": "别处2号"})
    assert "这次提交与先前的内容不同" in refused.text
    client.submit(page, "placement", status=409, **ADDRESS, seen="0" * 32)


def test_the_same_key_of_another_person_is_another_purchase(shop: Shop) -> None:
    rice, places = shelf(shop.app), []
    for _ in range(2):
        client = browser(shop.app, consumer(shop.app))
        put(client, rice, "2")
        places.append(order(client, key="the-same-key-of-two").location)
    assert places[0] != places[1]


def test_a_price_changed_since_it_was_seen_is_quoted_anew(shop: Shop) -> None:
    rice, client = shelf(shop.app), browser(shop.app, consumer(shop.app))
    put(client, rice, "2")
    page = client.get("/checkout", query_string={"prefecture": PREFECTURE})
    with shop.app.app_context():
        change = update(Offer).where(Offer.id == rice.offer.id).values(price=Money(30_00))
        db.session.execute(change)
        db.session.commit()
    before = placed_by(shop)
    refused = client.submit(page, "placement", status=409, **ADDRESS)
    assert "价格有变化" in refused.text
    assert "¥60.00" in refused.text
    assert placed_by(shop) == before
    client.submit(refused, "placement", status=303, **ADDRESS)


def test_goods_gone_in_the_meantime_are_refused_cleanly(shop: Shop) -> None:
    rice, client = shelf(shop.app), browser(shop.app, consumer(shop.app))
    put(client, rice, "2")
    page = client.get("/checkout", query_string={"prefecture": PREFECTURE})
    with shop.app.app_context():
        gone = update(StockLot).where(StockLot.id == rice.lot.id).values(written_off=99, on_hand=1)
        db.session.execute(gone)
        db.session.commit()
    before = placed_by(shop)
    assert "库存不足" in client.submit(page, "placement", status=409, **ADDRESS).text
    assert placed_by(shop) == before
    with shop.app.app_context():
        assert db.session.get_one(StockLot, rice.lot.id).held == 0


@pytest.mark.parametrize("value", [*GRID, "138001380000", "23800138000", "", "十三八"])
def test_phone_numbers_are_refused_at_the_field(shop: Shop, value: str) -> None:
    client = browser(shop.app, consumer(shop.app))
    put(client, shelf(shop.app), "2")
    before = placed_by(shop)
    page = order(client, answer=422, phone=value)
    assert "手机号码" in page.text
    assert page.form("placement").fields["recipient"] == [ADDRESS["recipient"]]
    assert placed_by(shop) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("region_code", value) for value in ("", "000000", "150000", "150400", "999999", *GRID)],
        ("recipient", ""), ("recipient", "甲" * 51), ("recipient", "甲\u202e乙"),
        ("address", ""), ("address", "路" * 201), ("note", "话" * 301),
        ("key", ""), ("key", "short"), ("seen", "x"), ("price", "1"), ("total", "1"),
        ("status", "paid"), ("user_id", "1"),
    ],
)  # fmt: skip
def test_other_bad_input_writes_nothing(shop: Shop, field: str, value: str) -> None:
    client = browser(shop.app, consumer(shop.app))
    put(client, shelf(shop.app), "2")
    before = placed_by(shop)
    order(client, answer=422, **{field: value})
    assert placed_by(shop) == before


def test_places_are_chosen_in_two_steps_without_script(shop: Shop) -> None:
    client = browser(shop.app, consumer(shop.app))
    put(client, shelf(shop.app), "2")
    page = client.get("/checkout")
    assert "先选盟市或地级市" in page.text
    asked = {"list_counties": "1", "recipient": "草原来客"}
    nowhere = client.submit(page, "placement", status=422, prefecture="999999", **asked)
    assert "请选择盟市或地级市" in nowhere.text
    counties = client.submit(page, "placement", status=200, prefecture="110000", **asked)
    assert "东城区" in counties.text
    assert "请先改正" not in counties.text
    assert counties.form("placement").fields["recipient"] == ["草原来客"]
    elsewhere = client.submit(
        counties, "placement", status=422, **{**ADDRESS, "prefecture": "110000"}
    )
    assert "请从列表中选择区县" in elsewhere.text
    client.submit(page, "placement", status=422, **asked, price="1", prefecture="110000")
    client.get("/checkout", query_string={"prefecture": "nowhere"}, status=404)
    order(client)
    put(client, shelf(shop.app), "1")
    again = client.get("/checkout")
    assert again.form("placement").fields["phone"] == [ADDRESS["phone"]]


def test_the_checkout_lets_the_browser_go_to_pay(shop: Shop) -> None:
    client = browser(shop.app, consumer(shop.app))
    put(client, shelf(shop.app), "2")
    page = client.get("/checkout", query_string={"prefecture": PREFECTURE})
    policy = page.response.headers["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:1;" in policy


def test_pages_of_buying_need_few_queries(shop: Shop, count_queries: Counter) -> None:
    client = browser(shop.app, consumer(shop.app))
    for _ in range(12):
        put(client, shelf(shop.app), "2")
    with count_queries() as checkout:
        page = client.get("/checkout", query_string={"prefecture": PREFECTURE})
    with count_queries() as placing:
        client.submit(page, "placement", status=303, **ADDRESS)
    with count_queries() as orders:
        page = client.get("/orders")
    address = next(link for link in page.reader.links if link.startswith("/orders/C"))
    with count_queries() as one:
        page = client.get(address)
    address = next(link for link in page.reader.links if link.startswith("/purchases/"))
    with count_queries() as purchase:
        client.get(address)
    counts = [q.count for q in (checkout, orders, one, purchase)]
    assert max(counts) <= 12, counts
    assert placing.count <= 30 + 6 * 12, placing.count  # twelve sellers, twelve orders


def test_orders_add_up_to_the_payment_for_random_carts(session: scoped_session[Session]) -> None:
    draw = Random(20260630)
    by_weight = {"price_basis": "kilogram", "minimum": 1, "multiple": 1}
    shelves = [
        make_shelf(
            on_hand=10**9,
            offer={"price": Money(draw.randint(1, 99_999)), **(by_weight if n % 3 == 0 else {})},
        )
        for n in range(20)
    ]
    for made in shelves[::2]:
        make_tier(made.offer, 50, Money(max(1, made.offer.price.fen // 2)))
    for turn in range(60):
        at, person = clock.now(), make_consumer()
        owner = Owner(user_id=person.user_id)
        for made in draw.sample(shelves, draw.randint(1, 12)):
            most = 9_999 if made.offer.price_basis == "kilogram" else 99
            put_line(owner, made.offer.id, draw.randint(1, most), at=at)
        seen = contents(owner, on=clock.today())
        if seen.total <= Money(99_999_999) and all(part.total for part in seen.parts):
            purchase = place_cart(
                DELIVERY, key=f"random-cart-number-{turn}", seen=mark_of_cart(seen),
                actor=person.actor, at=at,
            )  # fmt: skip
            payment = session.scalars(
                select(Payment).where(Payment.purchase_id == purchase.id)
            ).one()
            lines = [line for each in purchase.orders for line in each.lines]
            assert total(each.total for each in purchase.orders) == payment.amount == seen.total
            assert total(line.amount for line in lines) == purchase.total
            assert len(purchase.orders) == len(seen.parts)


def test_an_empty_cart_orders_nothing(shop: Shop) -> None:
    client = browser(shop.app, consumer(shop.app))
    put(client, shelf(shop.app), "2")
    page = client.get("/checkout", query_string={"prefecture": PREFECTURE})
    with shop.app.app_context():
        db.session.execute(delete(CartLine))
        db.session.execute(delete(Cart))
        db.session.commit()
    assert "购物车是空的" in client.submit(page, "placement", status=422, **ADDRESS).text
    with shop.app.app_context():
        assert db.session.scalar(select(func.count(Purchase.id)).where(Purchase.status == "x")) == 0
