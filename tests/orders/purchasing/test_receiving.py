"""Weighing at the back door: as ordered with one tick, or what really came."""

from orders.fulfilment.models import Acceptance
from orders.models import Order
from shop.db import db
from tests.orders.purchasing.cast import Cast
from tests.support.page import Page


def weighed(cast: Cast, number: str) -> list[tuple[int, int]]:
    with cast.app.app_context():
        acceptance = db.session.scalars(
            db.select(Acceptance).join(Order).where(Order.number == number)
        ).one()
        return [(line.delivered, line.rejected) for line in acceptance.lines]


def weigh(cast: Cast, number: str, values: dict[str, str], status: int = 302) -> Page:
    page = cast.buyer.get(f"/canteen/orders/{number}/weighing")
    return cast.buyer.submit(page, "/weighing", status=status, **values)


def test_a_ticked_line_came_as_ordered(cast: Cast) -> None:
    number = cast.order("dispatched")
    weigh(cast, number, {"same-1": "y", "papers_checked": "y"})
    assert weighed(cast, number) == [(10, 0)]


def test_all_as_ordered_fills_the_page_and_records_nothing(cast: Cast) -> None:
    number = cast.order("dispatched")
    page = weigh(cast, number, {"step": "all"}, 200)
    assert page.form("/weighing").fields["delivered-1"] == ["10"]
    assert cast.read(number)[0] == "dispatched"
    cast.buyer.submit(page, "/weighing")
    assert weighed(cast, number) == [(10, 0)]


def test_all_as_ordered_keeps_what_was_typed(cast: Cast) -> None:
    number = cast.order("dispatched")
    page = weigh(cast, number, {"step": "all", "delivered-1": "9"}, 200)
    assert page.form("/weighing").fields["delivered-1"] == ["9"]


def test_an_empty_or_contradicting_line_is_refused(cast: Cast) -> None:
    number = cast.order("dispatched")
    assert "请填写到货数量" in weigh(cast, number, {}, 422).text
    both = weigh(cast, number, {"same-1": "y", "delivered-1": "9"}, 422)
    assert "填写的数量不同" in both.text
    rejected = weigh(cast, number, {"same-1": "y", "rejected-1": "11"}, 422)
    assert "拒收数量不能大于到货数量" in rejected.text
    assert cast.read(number)[0] == "dispatched"


def test_the_second_person_sees_what_is_different(cast: Cast) -> None:
    number = cast.order("dispatched")
    weigh(cast, number, {"delivered-1": "9", "rejected-1": "1", "reason-1": "包装破损"})
    page = cast.receiver.get(f"/canteen/orders/{number}/acceptance")
    for words in ("有 1 行与订单不一致", "少 1 袋", "包装破损", "-¥59.60"):
        assert words in page.text
    other = cast.order("weighed")
    assert "每一行都与订单一致" in cast.receiver.get(f"/canteen/orders/{other}/acceptance").text


def test_who_was_slower_is_told_how_the_order_stands(cast: Cast) -> None:
    number = cast.order("dispatched")
    late = cast.buyer.get(f"/canteen/orders/{number}/weighing")
    weigh(cast, number, {"same-1": "y"})
    for values in ({"delivered-1": "9"}, {"delivered-1": "nine"}, {"step": "all"}):
        page = cast.buyer.submit(late, "/weighing", status=409, **values)
        assert "这张订单现在是“已称重，待复核”，刚才的操作没有执行。" in page.text
        assert page.reader.title.startswith("采购订单")
    assert weighed(cast, number) == [(10, 0)]


def test_a_late_acceptance_or_refusal_changes_nothing(cast: Cast) -> None:
    number = cast.order("weighed")
    late = cast.receiver.get(f"/canteen/orders/{number}/acceptance")
    cast.receiver.submit(late, "/acceptance")
    before = cast.read(number)
    pages = [
        cast.receiver.submit(late, "/acceptance", status=409),
        cast.receiver.submit(late, "/acceptance/refusal", status=409),
        cast.receiver.submit(late, "/acceptance/refusal", status=409, reason="秤不准"),
    ]
    assert all("这张订单现在是“已验收，待开票”" in page.text for page in pages)
    assert cast.read(number) == before


def test_what_was_never_weighed_cannot_be_sent_back(cast: Cast) -> None:
    late = cast.receiver.get(f"/canteen/orders/{cast.order('weighed')}/acceptance")
    number = cast.order("dispatched")
    values = late.form("/acceptance/refusal").filled(reason="")
    page = cast.receiver.post(f"/canteen/orders/{number}/acceptance/refusal", values, status=409)
    assert "刚才的操作没有执行" in page.text


def test_a_late_invoice_or_payment_says_how_the_order_stands(cast: Cast) -> None:
    number = cast.order("accepted")
    address = f"/canteen/orders/{number}"
    invoice = cast.buyer.get(f"{address}/invoice").form("invoice-form").filled(
        number="26150000000000000019", issued_on="2026-06-30", amount="298.00",
        buyer_uscc=cast.uscc,
    )  # fmt: skip
    cast.buyer.post(f"{address}/invoice", invoice)
    page = cast.buyer.post(f"{address}/invoice", invoice, status=422)
    assert "这张订单现在是“已开票，待付款”，刚才的操作没有执行。" in page.text
    paid = {"reference": "ICBC-0000019", "paid_on": "2026-06-30", "amount": "298.00"}
    transfer = cast.buyer.get(f"{address}/transfer").form("transfer-form").filled(**paid)
    cast.buyer.post(f"{address}/transfer", transfer)
    page = cast.buyer.post(f"{address}/transfer", transfer, status=422)
    assert "这张订单现在是“已完成”，刚才的操作没有执行。" in page.text
    for browser, place in ((cast.buyer, "canteen"), (cast.seller, "supplier")):
        finished = browser.get(f"/{place}/orders/{number}").text
        assert "付款登记" in finished
        assert "下一步" not in finished
