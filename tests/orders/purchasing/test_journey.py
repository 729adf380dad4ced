"""A unit's order from the first page to the last."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from orders.models import Order
from orders.quota.models import LedgerEntry
from shop.db import db, transaction
from shop.money import Money
from tests.factories.orders import make_unit, stage_sums
from tests.orders.purchasing.cast import Cast, fill
from tests.support.counting import Queries


def place(cast: Cast) -> list[str]:
    """Order 10 packs and 20.5 kg: two orders, packs first."""
    review = fill(cast, cast.buyer.get("/canteen/orders/new"))
    assert "¥298.00" in review.text
    assert "¥252.97" in review.text
    assert "合计 ¥550.97" in review.text
    assert cast.buyer.submit(review, "/canteen/orders").location == "/canteen/orders"
    with cast.app.app_context():
        orders = db.session.scalars(db.select(Order).order_by(Order.id.desc()).limit(2)).all()
        return [order.number for order in sorted(orders, key=lambda order: order.total.fen)][::-1]


def test_a_unit_buys_weighs_and_pays(cast: Cast) -> None:
    packs, kilograms = place(cast)
    page = cast.approver.get(f"/canteen/orders/{kilograms}")
    cast.approver.submit(page, "/approval")
    page = cast.other_seller.get(f"/supplier/orders/{kilograms}")
    cast.other_seller.submit(page, "/confirmation")
    page = cast.other_seller.get(f"/supplier/orders/{kilograms}")
    cast.other_seller.submit(page, "/shipment", carrier="丁", vehicle="蒙D00000", phone="")
    note = cast.other_seller.get(f"/supplier/orders/{kilograms}/delivery-note")
    assert "TEST-BATCH" in note.text
    assert cast.buyer.get(f"/canteen/orders/{kilograms}/delivery-note").heading == note.heading
    page = cast.buyer.get(f"/canteen/orders/{kilograms}/weighing")
    weights: dict[str, Any] = {"delivered-1": "21.337", "rejected-1": "0.5", "reason-1": "有霉变"}
    cast.buyer.submit(page, "/weighing", papers_checked="y", **weights)
    page = cast.receiver.get(f"/canteen/orders/{kilograms}/acceptance")
    assert "¥257.13" in page.text
    cast.receiver.submit(page, "/acceptance")
    page = cast.other_seller.get(f"/supplier/orders/{kilograms}/invoice")
    invoice = {"number": "26150000000000000001", "issued_on": "2026-06-30", "amount": "257.13"}
    address = f"/supplier/orders/{kilograms}/invoice"
    form = page.form("invoice-form").filled(**invoice, buyer_uscc=cast.uscc)
    cast.other_seller.post(address, form)
    page = cast.receiver.get(f"/canteen/orders/{kilograms}/transfer")
    transfer = {"reference": "ICBC-2026-0001", "paid_on": "2026-06-30", "amount": "257.13"}
    form = page.form("transfer-form").filled(**transfer)
    cast.receiver.post(f"/canteen/orders/{kilograms}/transfer", form)
    assert cast.read(kilograms) == (
        "completed",
        ["place", "approve", "confirm", "dispatch", "weigh", "accept", "invoice", "settle"],
    )
    page = cast.buyer.get(f"/canteen/orders/{kilograms}")
    for words in ("已完成", "26150000000000000001", "ICBC-2026-0001", "2026-07-30", "有霉变"):
        assert words in page.text
    with cast.app.app_context():
        order = db.session.scalars(db.select(Order).filter_by(number=kilograms)).one()
        amount = Money(257_13)
        assert stage_sums(order) == {
            "placed": Money(252_97), "accepted": amount, "paid": amount, "completed": amount,
        }  # fmt: skip
        untouched = db.session.scalars(db.select(Order).filter_by(number=packs)).one()
        assert stage_sums(untouched) == {"placed": Money(298_00)}


def test_a_second_click_places_nothing_more(cast: Cast) -> None:
    review = fill(cast, cast.buyer.get("/canteen/orders/new"))
    cast.buyer.submit(review, "/canteen/orders")
    with cast.app.app_context():
        before = db.session.scalar(db.select(db.func.count(LedgerEntry.id)))
        orders = db.session.scalar(db.select(db.func.count(Order.id)))
    assert cast.buyer.submit(review, "/canteen/orders").location == "/canteen/orders"
    with cast.app.app_context():
        assert db.session.scalar(db.select(db.func.count(LedgerEntry.id))) == before
        assert db.session.scalar(db.select(db.func.count(Order.id))) == orders


def test_a_price_that_rose_after_the_review_is_reviewed_again(cast: Cast) -> None:
    review = fill(cast, cast.buyer.get("/canteen/orders/new"))
    with cast.app.app_context():
        offer = db.session.merge(cast.stage.shelf.offer)
        offer.price = Money(31_00)
        db.session.commit()
        orders = db.session.scalar(db.select(db.func.count(Order.id)))
    again = cast.buyer.submit(review, "/canteen/orders", status=409)
    assert "价格有变化" in again.text
    assert "¥310.00" in again.text
    with cast.app.app_context():
        assert db.session.scalar(db.select(db.func.count(Order.id))) == orders
    cast.buyer.submit(again, "/canteen/orders")


def test_what_was_typed_is_kept_while_searching(cast: Cast) -> None:
    page = cast.buyer.get("/canteen/orders/new")
    form = page.form("bulk-order").filled(**{f"quantity-{cast.packs}": "12"})
    found = cast.buyer.post(
        "/canteen/orders/new", {**form, "step": "search", "words": "没有这种商品"}, status=200
    )
    assert found.form("bulk-order").fields[f"quantity-{cast.packs}"] == ["12"]
    assert "没有符合条件的商品" in found.text


def test_anothers_order_is_not_there(cast: Cast) -> None:
    number = cast.order("accepted")
    stranger = cast.other_seller
    for path in ("", "/batches", "/delivery-note", "/invoice"):
        stranger.get(f"/supplier/orders/{number}{path}", status=404)
    cast.buyer.get("/canteen/orders/A26063000000000", status=404)


def test_the_weigher_is_told_to_fetch_somebody_else(cast: Cast) -> None:
    number = cast.order("weighed")
    page = cast.buyer.get(f"/canteen/orders/{number}/acceptance")
    assert "复核必须由本单位另一个人完成" in page.text
    other = cast.receiver.get(f"/canteen/orders/{number}/acceptance")
    form = other.form("/acceptance").fields
    own = cast.buyer.get("/canteen/orders/new").form("bulk-order").fields["csrf_token"]
    cast.buyer.post(f"/canteen/orders/{number}/acceptance", {**form, "csrf_token": own}, status=403)
    assert cast.read(number)[0] == "weighed"


def test_an_approval_without_the_mark_is_refused(cast: Cast) -> None:
    number = cast.order()
    page = cast.approver.get(f"/canteen/orders/{number}")
    cast.approver.submit(page, "/approval", seen="0" * 64, status=409)
    assert cast.read(number)[0] == "awaiting_approval"
    cast.approver.submit(page, "/rejection", reason="", status=422)
    cast.approver.submit(page, "/rejection", reason="超出预算")
    assert cast.read(number)[0] == "rejected"


def test_pages_cost_few_queries_however_many_rows(
    cast: Cast, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    number = cast.order("accepted")
    paths = {
        cast.buyer: ["/canteen", "/canteen/orders", f"/canteen/orders/{number}",
                     "/canteen/orders/new", f"/canteen/orders/{number}/invoice"],
        cast.seller: ["/supplier/orders", f"/supplier/orders/{number}"],
    }  # fmt: skip
    first = {path: _cost(client, path, count_queries) for client in paths for path in paths[client]}
    for _ in range(4):
        cast.order("accepted")
        cast.order()
    again = {path: _cost(client, path, count_queries) for client in paths for path in paths[client]}
    assert again == first
    assert max(first.values()) <= 12, first


def _cost(
    client: object, path: str, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> int:
    with count_queries() as queries:
        client.get(path)  # type: ignore[attr-defined]
    return queries.count


def test_one_can_go_back_from_the_review(cast: Cast) -> None:
    review = fill(cast, cast.buyer.get("/canteen/orders/new"))
    form = review.form("/canteen/orders").filled(step="change")
    again = cast.buyer.post("/canteen/orders/new", form, status=200)
    kept = again.form("bulk-order").fields
    assert kept[f"quantity-{cast.packs}"] == ["10"]
    assert kept["delivery_on"] == ["2026-07-05"]


def test_a_unit_orders_for_those_that_report_through_it(cast: Cast) -> None:
    with cast.app.app_context(), transaction():
        school = make_unit(reporting_unit_id=cast.stage.buyer.organisation_id)
        stranger = make_unit()
        ids, found = (school.public_id, stranger.public_id), school.id
    page = cast.buyer.get("/canteen/orders/new")
    assert "试验学校" in page.text
    values = {f"quantity-{cast.packs}": "10", "delivery_on": "2026-07-05", "step": "review"}
    form = page.form("bulk-order")
    cast.buyer.post("/canteen/orders/new", form.filled(**values, budget_unit=ids[1]), status=422)
    review = cast.buyer.post(
        "/canteen/orders/new", form.filled(**values, budget_unit=ids[0]), status=200
    )
    number = cast.buyer.submit(review, "/canteen/orders").location.rpartition("/")[2]
    with cast.app.app_context():
        order = db.session.scalars(db.select(Order).filter_by(number=number)).one()
        assert order.budget_unit_id == found
