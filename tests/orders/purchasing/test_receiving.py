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
