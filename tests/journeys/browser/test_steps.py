"""How many clicks and taps a practised person needs, counted as tests/support/hand.py says."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, text

from shop import clock
from tests.support.hand import Hand
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_buying_one_product_from_home_takes_six(visit: Visit) -> None:
    visitor = visit("consumer")
    page = visitor.go("/")
    hand = Hand(visitor)
    hand.tap(visitor.main.locator("article.product-card:not(.is-unavailable) a").first)
    hand.tap(page.get_by_role("button", name="放入购物车", exact=True))
    hand.tap(visitor.main.get_by_role("link", name="去结算"))
    hand.tap(page.get_by_role("button", name="提交订单并付款"))
    hand.tap(page.get_by_role("button", name="支付成功"))  # at the payment provider
    assert visitor.heading == "付款成功"
    assert hand.count <= 6, hand.story()


def test_repeating_the_last_canteen_order_takes_four(visit: Visit) -> None:
    visitor = visit("buyer")
    page = visitor.go("/canteen")
    hand = Hand(visitor)
    hand.tap(visitor.main.get_by_role("link", name=re.compile("再来一单")).first)
    hand.tap(page.get_by_role("button", name="核对订单"))
    hand.tap(page.get_by_role("button", name="提交审批"))
    assert re.fullmatch(r"采购订单 A\d{14}", visitor.heading) or "待审批" in visitor.text()
    assert hand.count <= 4, hand.story()


def test_receiving_ten_lines_without_difference_takes_twelve_taps(visit: Visit) -> None:
    visitor = visit("receiver")
    page = visitor.go("/canteen/orders?status=dispatched")
    number = page.get_by_role("link", name=re.compile(r"A\d{14}")).first.inner_text()
    grow_to_ten_lines(visitor.site.url, number)
    visitor.go("/canteen")
    page.set_viewport_size({"width": 390, "height": 844})
    hand = Hand(visitor)
    hand.tap(visitor.main.get_by_role("link", name=re.compile(number)).first)
    hand.tap(visitor.main.get_by_role("link", name="到货称重"))
    assert page.locator("fieldset.receive-line").count() == 10
    hand.tap(page.get_by_role("button", name="全部按单收货"), leads_on=False)
    hand.tap(page.get_by_label(re.compile("已查验随货合格证明")), leads_on=False)
    hand.tap(page.get_by_role("button", name="登记到货数量").last)
    visitor.go(f"/canteen/orders/{number}/acceptance")
    assert "每一行都与订单一致" in visitor.text()
    assert hand.count <= 12, hand.story()


def test_changing_a_price_takes_three(visit: Visit) -> None:
    visitor = visit("coop")
    page = visitor.go("/supplier")
    hand = Hand(visitor)
    hand.tap(page.get_by_role("navigation").get_by_role("link", name=re.compile("^商品")).first)
    field = page.locator("form.edit-table input.cell-input").first
    name, price = field.get_attribute("name"), str(Decimal(field.input_value()) + 1)
    hand.write(field, price)
    hand.tap(page.get_by_role("button", name="保存修改"))
    assert page.locator(f"input[name='{name}']").input_value() == price
    assert hand.count <= 3, hand.story()


def year_filed() -> int:
    """The year an official looks at: units file in March, until then it is the one before."""
    today = clock.today()
    return today.year if today.month > 3 else today.year - 1


def test_from_the_dashboard_to_the_orders_behind_a_banner_takes_three(visit: Visit) -> None:
    visitor = visit("official")
    page = visitor.go(f"/official?year={year_filed()}")
    hand = Hand(visitor)
    hand.tap(page.locator("a:has(title)", has_text="敖汉").first)
    bought = visitor.main.locator("tbody tr").filter(
        has=page.locator("data.money:not([value='0.00'])")
    )
    hand.tap(bought.first.locator("a[href^='/official/orders']").first)
    assert visitor.heading == "订单明细"
    assert visitor.page.get_by_role("link", name=re.compile(r"A\d{14}")).count() > 0
    assert hand.count <= 3, hand.story()


def test_finding_units_that_bought_nothing_takes_two(visit: Visit) -> None:
    visitor = visit("official")
    visitor.go(f"/official?year={year_filed()}")
    hand = Hand(visitor)
    hand.tap(visitor.main.get_by_role("link", name="有预留份额，还没有下过单"))
    assert "零采购单位" in visitor.heading
    assert visitor.main.locator("tbody tr").count() > 0
    assert hand.count <= 2, hand.story()


def grow_to_ten_lines(url: str, number: str) -> None:
    """Give an order more lines, each of another offer; nobody in the small world sells ten things."""
    of_order = "order_id = (SELECT id FROM orders WHERE number = :number)"
    with create_engine(url).begin() as connection:
        found = connection.execute(
            text(f"SELECT * FROM order_lines WHERE {of_order} ORDER BY position"),
            {"number": number},
        )
        lines = [dict(row) for row in found.mappings()]
        others = connection.scalars(
            text(
                f"SELECT id FROM offers WHERE id NOT IN "
                f"(SELECT offer_id FROM order_lines WHERE {of_order}) ORDER BY id"
            ),
            {"number": number},
        ).all()
        for place, offer in zip(range(len(lines), 10), others, strict=False):
            new = {**lines[-1], "position": lines[-1]["position"] + place, "offer_id": offer}
            new.pop("id")
            names = ", ".join(new)
            connection.execute(
                text(f"INSERT INTO order_lines ({names}) VALUES (:{', :'.join(new)})"), new
            )


def test_the_hand_counts_what_it_does(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/sign-in")
    hand = Hand(visitor)
    hand.write(page.locator("#email"), "a@b.example")
    hand.write(page.locator("#email"), "c@d.example")  # the cursor is there already
    assert hand.count == 1
    hand.tap(page.locator("#password"), leads_on=False)
    hand.press("Enter")
    assert hand.count == 3
    assert re.match("3: into “email” → tap “password” → key Enter", hand.story())
