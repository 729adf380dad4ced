"""Wrong numbers and words are refused at their fields, and nothing is written (bar A22)."""

import pytest

from orders.models import Order
from shop.db import db
from tests.orders.purchasing.cast import Cast, fill
from tests.support.grid import GRID
from tests.support.page import Page

SUMMARY = "请先改正下列问题"
FITS_KILOGRAMS = {"1.5"}


def orders(cast: Cast) -> int:
    with cast.app.app_context():
        return db.session.scalar(db.select(db.func.count(Order.id))) or 0


def refused(page: Page) -> None:
    assert SUMMARY in page.text


def test_quantities_of_a_bulk_order(cast: Cast) -> None:
    before = orders(cast)
    page = cast.buyer.get("/canteen/orders/new")
    form = page.form("bulk-order")
    for field, fits in ((cast.packs, set()), (cast.kilograms, FITS_KILOGRAMS)):
        for text in GRID:
            if text in fits:
                continue
            values = {f"quantity-{field}": text, "delivery_on": "2026-07-05", "step": "review"}
            answer = cast.buyer.post("/canteen/orders/new", form.filled(**values), status=422)
            refused(answer)
            shown = answer.form("bulk-order").fields[f"quantity-{field}"]
            assert shown == [text]
    assert orders(cast) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("delivery_on", "2026-06-29"),
        ("delivery_on", "2027-07-01"),
        ("delivery_on", "2026-02-30"),
        ("delivery_on", "明天"),
        ("budget_unit", "another-unit"),
        ("fund_source", "personal"),
        ("channel", "elsewhere"),
        ("external_reference", "832-0000001"),
        ("recipient", ""),
        ("phone", "１３８００００００００"),
        ("address", "甲" * 201),
        ("total", "1"),
        ("status", "completed"),
        ("quantity-unknown", "1"),
    ],
)
def test_everything_else_of_a_bulk_order(cast: Cast, field: str, value: str) -> None:
    before = orders(cast)
    page = cast.buyer.get("/canteen/orders/new")
    values = {
        f"quantity-{cast.packs}": "10", "delivery_on": "2026-07-05", "step": "review",
    }  # fmt: skip
    form = page.form("bulk-order").filled(**{**values, field: value})
    refused(cast.buyer.post("/canteen/orders/new", form, status=422))
    assert orders(cast) == before


def test_the_832_channel_wants_its_number_and_takes_it_once(cast: Cast) -> None:
    page = cast.buyer.get("/canteen/orders/new")
    values = {
        f"quantity-{cast.packs}": "10", "delivery_on": "2026-07-05", "step": "review",
        "channel": "fupin832",
    }  # fmt: skip
    form = page.form("bulk-order").filled(**values)
    refused(cast.buyer.post("/canteen/orders/new", form, status=422))
    first = fill(cast, page, channel="fupin832", external_reference="8320000001")
    cast.buyer.submit(first, "/canteen/orders")
    before = orders(cast)
    second = fill(cast, page, channel="fupin832", external_reference="8320000001")
    answer = cast.buyer.submit(second, "/canteen/orders", status=422)
    assert "已经用于订单" in answer.text
    assert orders(cast) == before


def test_more_than_there_is(cast: Cast) -> None:
    page = cast.buyer.get("/canteen/orders/new")
    form = page.form("bulk-order").filled(
        **{f"quantity-{cast.packs}": "101", "delivery_on": "2026-07-05", "step": "review"}
    )
    answer = cast.buyer.post("/canteen/orders/new", form, status=422)
    assert "库存不足，现在可订 100 袋" in answer.text


def test_numbers_of_a_weighing(cast: Cast) -> None:
    number = cast.order("dispatched")
    page = cast.buyer.get(f"/canteen/orders/{number}/weighing")
    for text in GRID:
        for field in ("delivered-1", "rejected-1"):
            if text == "0":
                continue  # nothing came, nothing was refused: both happen
            values = {"delivered-1": "10", "rejected-1": "0", field: text}
            refused(cast.buyer.submit(page, "/weighing", status=422, **values))
    refused(cast.buyer.submit(page, "/weighing", status=422, **{"delivered-1": "31"}))
    answer = cast.buyer.submit(
        page, "/weighing", status=422, **{"delivered-1": "10", "rejected-1": "2"}
    )
    with cast.app.app_context():
        name = db.session.merge(cast.stage.shelf.offer).product.name
    assert f"{name} · 拒收原因：有拒收时请填写原因" in answer.text
    assert cast.read(number)[0] == "dispatched"


def test_numbers_of_an_invoice(cast: Cast) -> None:
    number = cast.order("accepted")
    address = f"/canteen/orders/{number}/invoice"
    good = {
        "number": "26150000000000000009", "issued_on": "2026-06-30", "amount": "298.00",
        "buyer_uscc": cast.uscc,
    }  # fmt: skip
    form = cast.buyer.get(address).form("invoice-form")
    for field in ("number", "amount", "issued_on", "buyer_uscc"):
        for text in GRID:
            refused(cast.buyer.post(address, form.filled(**{**good, field: text}), status=422))
    assert cast.read(number)[0] == "accepted"
    cast.buyer.post(address, form.filled(**good))
    assert cast.read(number)[0] == "invoiced"
    address = f"/canteen/orders/{number}/transfer"
    good = {"reference": "ICBC-0000001", "paid_on": "2026-06-30", "amount": "298.00"}
    form = cast.buyer.get(address).form("transfer-form")
    for field in ("amount", "paid_on"):
        for text in GRID:
            refused(cast.buyer.post(address, form.filled(**{**good, field: text}), status=422))
    refused(
        cast.buyer.post(address, form.filled(**{**good, "reference": "一二三四五六"}), status=422)
    )
    assert cast.read(number)[0] == "invoiced"


def test_numbers_of_batches(cast: Cast) -> None:
    number = cast.order("confirmed")
    address = f"/supplier/orders/{number}/batches"
    page = cast.seller.get(address)
    [field] = [name for name in page.form("/batches").fields if name.startswith("take-")]
    for text in GRID:
        refused(cast.seller.submit(page, "/batches", status=422, **{field: text}))
    cast.seller.submit(page, "/batches")
    assert cast.read(number)[0] == "confirmed"


def test_an_unknown_status_or_page_is_not_found(cast: Cast) -> None:
    for query in ("status=everything", "page=0", "page=-1", "page=1e3"):
        cast.buyer.get(f"/canteen/orders?{query}", status=404)
        cast.seller.get(f"/supplier/orders?{query}", status=404)
