"""The table of listings: edited in place, all or nothing; taken down and put back by the dozen."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, current_app
from flask_sqlalchemy.session import Session
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from catalog.listings_table import Asked, counts, rows_of, worth
from catalog.models import Offer, StockLot
from catalog.operations import stock_keeping
from shop.db import db
from shop.errors import InvalidInput
from shop.money import Money
from tests.factories.shelf import (
    cover,
    make_batch,
    make_certificate,
    make_lot,
    make_offer,
    make_product,
    make_shelf,
    make_tier,
)
from tests.factories.supply import (
    NOW,
    TODAY,
    audited,
    base_of,
    demo_producer,
    row_count,
    staff_of,
)
from tests.support.database import World
from tests.support.grid import GRID
from tests.support.page import Page, PageClient
from tests.support.people import signed_in

COOP = "coop@demo.example"
MAY_PASS = {"1.5", "1000000000", "2147483648"}


@pytest.fixture
def own_offers(database: World, app: Flask) -> Callable[..., list[str]]:
    """Offers of the demo cooperative with 100 packs each, named 甲, 乙 …; their public ids."""

    def make(number: int, **changes: Any) -> list[str]:
        with app.app_context():
            producer = demo_producer(COOP)
            base, made = base_of(producer), []
            for place in range(number):
                product = make_product(producer, name=f"表内商品{place}", content=1_000)
                cover(make_certificate(producer), product, base)
                offer = make_offer(product, base, **{"minimum": 10, "multiple": 5, **changes})
                batch = make_batch(producer, base, code=f"T-{offer.id}", quantity=150_000)
                make_lot(offer, batch)
                made.append(offer.public_id)
            db.session.commit()
            return made

    return make


def read(app: Flask, public_id: str) -> tuple[Money, str, int]:
    """Price, status and what is free."""
    with app.app_context():
        offer = db.session.scalars(select(Offer).where(Offer.public_id == public_id)).one()
        lots = db.session.scalars(select(StockLot).where(StockLot.offer_id == offer.id))
        return offer.price, offer.status, sum(lot.on_hand - lot.held for lot in lots)


def table(client: PageClient, words: str = "表内商品") -> Page:
    return client.get("/supplier/listings", query_string={"q": words})


def send(
    client: PageClient, page: Page, typed: dict[str, Any] | None = None, *, status: int = 302,
    **values: Any,
) -> Page:  # fmt: skip
    return client.submit(page, "listings-form", status=status, **(typed or {}), **values)


# What is counted on the shelf


def test_a_higher_count_takes_in_from_batches_already_in_stock(
    session: scoped_session[Session],
) -> None:
    shelf = make_shelf(on_hand=10)
    staff, content = staff_of(shelf.producer), shelf.offer.product.content
    shelf.lot.batch.quantity = 12 * content
    db.session.flush()
    with pytest.raises(InvalidInput) as refused:
        stock_keeping.count_stock(shelf.offer, 13, seen=10, actor=staff, at=NOW)
    assert refused.value.field == "stock"
    assert shelf.lot.received == 10
    stock_keeping.count_stock(shelf.offer, 12, seen=10, actor=staff, at=NOW)
    assert (shelf.lot.received, shelf.lot.on_hand) == (12, 12)


def test_a_lower_count_is_written_off_with_its_reason_and_spares_what_is_held(
    session: scoped_session[Session],
) -> None:
    shelf = make_shelf(on_hand=10)
    shelf.lot.held = 4
    db.session.flush()
    stock_keeping.count_stock(shelf.offer, 1, seen=6, actor=staff_of(shelf.producer), at=NOW)
    assert (shelf.lot.on_hand, shelf.lot.written_off, shelf.lot.held) == (5, 5, 4)
    assert (audited("catalog:stock:write_off")[-1].after or {})["reason"] == "盘点"


def test_a_count_from_an_old_page_changes_nothing(session: scoped_session[Session]) -> None:
    shelf = make_shelf(on_hand=10)
    staff = staff_of(shelf.producer)
    with pytest.raises(InvalidInput) as refused:
        stock_keeping.count_stock(shelf.offer, 8, seen=12, actor=staff, at=NOW)
    assert refused.value.field == "stock"
    stock_keeping.count_stock(shelf.offer, 10, seen=12, actor=staff, at=NOW)
    assert (shelf.lot.on_hand, shelf.lot.written_off) == (10, 0)


def test_rows_know_what_is_low_and_what_was_handed_back(session: scoped_session[Session]) -> None:
    shelf = make_shelf(on_hand=49, offer={"minimum": 10, "price": Money(10_01)})
    make_offer(
        make_product(shelf.producer), shelf.base, status="draft", status_reason="图片不符",
        listed_at=None,
    )  # fmt: skip
    rows = rows_of(shelf.producer, TODAY)
    told = counts(rows)
    assert (told[""], told["low"], told["returned"], told["listed"], told["draft"]) == (
        2,
        1,
        1,
        1,
        1,
    )
    assert worth(rows) == Money(49 * 10_01)
    with current_app.test_request_context():
        assert [row.is_low for row in Asked(state="low").choose(rows)] == [True]
        assert [row.free for row in Asked(sort="stock").choose(rows)] == [0, 49]
        assert [row.free for row in Asked(sort="-stock").choose(rows)] == [49, 0]


# Pages


def test_a_price_is_changed_in_three_steps(
    own_offers: Callable[..., list[str]], app: Flask
) -> None:
    """The field, the figure, the button: nothing else is asked for."""
    (key,) = own_offers(1)
    client = signed_in(app, "coop")
    page = client.follow(send(client, table(client), {f"price-{key}": "31.5"}))
    assert "已保存 1 件商品的修改" in page.text
    assert read(app, key) == (Money(31_50), "listed", 100)
    with app.app_context():
        assert (audited("catalog:offer:price")[-1].after or {})["price"] == 31_50


def test_several_rows_are_saved_together_and_only_what_was_typed(
    own_offers: Callable[..., list[str]], app: Flask
) -> None:
    first, second, third = own_offers(3)
    client = signed_in(app, "coop")
    page = table(client)
    with app.app_context():  # a colleague changes the third meanwhile
        offer = db.session.scalars(select(Offer).where(Offer.public_id == third)).one()
        offer.price = Money(50_00)
        db.session.commit()
    send(client, page, {f"price-{first}": "20.00", f"stock-{second}": "90"})
    assert read(app, first) == (Money(20_00), "listed", 100)
    assert read(app, second)[2] == 90
    assert read(app, third)[0] == Money(50_00)


def test_all_errors_are_told_at_once_and_nothing_is_saved(
    own_offers: Callable[..., list[str]], app: Flask
) -> None:
    first, second, third = own_offers(3)
    with app.app_context():
        offer = db.session.scalars(select(Offer).where(Offer.public_id == second)).one()
        make_tier(offer, 50, Money(28_00))
        db.session.commit()
    client = signed_in(app, "coop")
    typed: dict[str, Any] = {
        f"price-{first}": "21.00", f"price-{second}": "27.00", f"stock-{second}": "151",
        f"stock-{third}": "99",
    }  # fmt: skip
    page = send(client, table(client), typed, status=422)
    assert "有 2 处不能保存" in page.text
    assert "单价应高于阶梯价" in page.text
    assert "最多只够 150" in page.text
    kept = page.form("listings-form").fields
    assert {name: kept[name] for name in typed} == {k: [v] for k, v in typed.items()}
    assert [read(app, key)[0] for key in (first, second)] == [Money(29_80), Money(29_80)]
    assert read(app, third)[2] == 100
    wrong = send(
        client, table(client), {f"price-{first}": "0", f"stock-{third}": "1.5"}, status=422
    )
    assert wrong.text.count("请填写金额（元）") == 2
    assert wrong.text.count("之间的整数") == 2


def test_an_old_page_is_told_what_stands_now_and_may_try_again(
    own_offers: Callable[..., list[str]], app: Flask
) -> None:
    (key,) = own_offers(1)
    client = signed_in(app, "coop")
    old = table(client)
    with app.app_context():
        offer = db.session.scalars(select(Offer).where(Offer.public_id == key)).one()
        offer.price = Money(33_00)
        lot = db.session.scalars(select(StockLot).where(StockLot.offer_id == offer.id)).one()
        lot.on_hand, lot.sold = 80, 20
        db.session.commit()
    page = send(client, old, {f"price-{key}": "31.00", f"stock-{key}": "70"}, status=422)
    assert "价格刚刚改为 ¥33.00" in page.text
    assert "库存刚刚变为 80" in page.text
    assert read(app, key) == (Money(33_00), "listed", 80)
    send(client, page)
    assert read(app, key) == (Money(31_00), "listed", 70)


def test_a_second_click_changes_nothing_more(
    own_offers: Callable[..., list[str]], app: Flask
) -> None:
    (key,) = own_offers(1)
    client = signed_in(app, "coop")
    page = table(client)
    for _click in range(2):
        send(client, page, {f"price-{key}": "31.00", f"stock-{key}": "90"})
    assert read(app, key) == (Money(31_00), "listed", 90)
    with app.app_context():
        assert (
            len([e for e in audited("catalog:offer:price") if (e.after or {})["price"] == 31_00])
            == 1
        )


@pytest.mark.parametrize("text", [text for text in GRID if text not in MAY_PASS])
def test_what_is_no_price_or_count_is_refused(
    own_offers: Callable[..., list[str]], app: Flask, text: str
) -> None:
    (key,) = own_offers(1)
    client = signed_in(app, "coop")
    for name in ("price", "stock"):
        if (name, text) == ("stock", "0"):
            continue
        send(client, table(client), {f"{name}-{key}": text}, status=422)
    send(client, table(client), {f"seen-{key}": text}, status=422)
    assert read(app, key) == (Money(29_80), "listed", 100)


def test_ticked_offers_are_taken_down_and_it_can_be_undone(
    own_offers: Callable[..., list[str]], app: Flask
) -> None:
    first, second, third = own_offers(3)
    client = signed_in(app, "coop")
    page = table(client)
    page = client.follow(send(client, page, act="suspend", offer=[first, second]))
    assert [read(app, key)[1] for key in (first, second, third)] == [
        "suspended", "suspended", "listed",
    ]  # fmt: skip
    assert "已下架 2 件商品" in page.text
    again = send(client, table(client), act="suspend", offer=[first])  # a second click
    assert again.status == 302
    undone = client.submit(page, "/supplier/listings")
    assert [read(app, key)[1] for key in (first, second, third)] == ["listed"] * 3
    assert "已恢复 2 件商品在售" in client.follow(undone).text
    assert "撤销" not in table(client).text  # told once


def test_nothing_ticked_or_nothing_fitting_is_said(
    own_offers: Callable[..., list[str]], app: Flask
) -> None:
    (key,) = own_offers(1, status="draft", listed_at=None)
    client = signed_in(app, "coop")
    assert "请勾选要下架的在售商品" in send(client, table(client), status=422, act="suspend").text
    send(client, table(client), status=422, act="resume", offer=[key])
    send(client, table(client), status=422, act="retire", offer=[key])
    assert read(app, key)[1] == "draft"


def test_anothers_offer_is_no_row_of_the_form(
    own_offers: Callable[..., list[str]], app: Flask
) -> None:
    (key,) = own_offers(1)
    other = signed_in(app, "enterprise")
    csrf = other.get("/account").form("/language").fields["csrf_token"][0]
    row = {f"price-{key}": "1.00", f"seen-{key}": "2980/100", f"stock-{key}": "1"}
    for values in (row, {"offer": key, "act": "suspend"}):
        other.post("/supplier/listings", {"csrf_token": csrf, **values}, status=422)
    assert read(app, key) == (Money(29_80), "listed", 100)
    signed_in(app, "buyer").get("/supplier/listings", status=403)


def test_the_list_is_chosen_sorted_and_searched(
    own_offers: Callable[..., list[str]], app: Flask
) -> None:
    own_offers(2)
    client = signed_in(app, "coop")
    found = client.get("/supplier/listings?q=表内商品&sort=-name").text
    assert found.index("表内商品1") < found.index("表内商品0")
    assert "合计 2 件商品 ¥5,960.00" in found
    assert "没有名称含" in client.get("/supplier/listings?q=没有这个").text
    for wrong in ("status=gone", "sort=secret", "sort=--name", "page=0"):
        client.get(f"/supplier/listings?{wrong}", status=404)


def test_the_table_costs_the_same_for_three_and_many(
    own_offers: Callable[..., list[str]], app: Flask, count_queries: Any
) -> None:
    own_offers(3)
    client = signed_in(app, "coop")
    with count_queries() as few:
        client.get("/supplier/listings")
    own_offers(40)
    with count_queries() as many:
        client.get("/supplier/listings")
    assert few.count == many.count <= 12


# The same product from another base


def test_a_known_product_is_offered_from_another_base(
    own_offers: Callable[..., list[str]], app: Flask
) -> None:
    (key,) = own_offers(1)
    client = signed_in(app, "coop")
    address = f"/supplier/listings/{key}/further-offers"
    page = client.get(address)
    with app.app_context():
        offer = db.session.scalars(select(Offer).where(Offer.public_id == key)).one()
        taken = offer.base.public_id
        offers_before, product_id = row_count(Offer), offer.product_id
        from producers.reach import usable_bases

        producer = demo_producer(COOP)
        base = next(b for b in usable_bases(producer, TODAY) if b.public_id != taken).public_id
    assert f'value="{taken}"' not in page.response.get_data(as_text=True)
    wrong = client.submit(page, address, status=422, base=taken, price="x")
    assert wrong.form(address).fields["price"] == ["x"]
    made = client.follow(client.submit(page, address, base=base, price="30"))
    assert made.heading == "表内商品0"
    client.submit(page, address, status=422, base=base, price="30")  # a second click
    with app.app_context():
        found = db.session.scalars(select(Offer).where(Offer.product_id == product_id)).all()
        assert (len(found), row_count(Offer)) == (2, offers_before + 1)
        draft = next(each for each in found if each.public_id != key)
        assert (draft.status, draft.price) == ("draft", Money(30_00))
        public_id = draft.public_id
    # What buyers see of the listed offer is not rewritten through the draft.
    client.get(f"/supplier/listings/{public_id}/description")
    form = client.get(f"/supplier/listings/{public_id}/description")
    client.submit(form, "/description", status=422, name="改了名")
    signed_in(app, "enterprise").get(address, status=404)
