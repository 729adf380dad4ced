"""One bulk order of the demonstration's school from the choice to the bank transfer."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from playwright.sync_api import Locator

from shop import clock
from tests.support.visitor import Visitor

PACKS, WEIGHTS = re.compile("^[^：]+的数量（(?!千克)"), re.compile("^[^：]+的数量（千克）")
SHORT = {"packs": Decimal(1), "kilograms": Decimal("1.5")}
"""What is missing on arrival."""


@dataclass(frozen=True)
class Delivered:
    """An order that went all the way; amounts in yuan."""

    number: str
    ordered: Decimal
    accepted: Decimal


def order_in_bulk(buyer: Visitor, seller: str) -> tuple[str, Decimal]:
    """By pack and by weight from one seller; the order's number and amount."""
    buyer.go("/canteen/orders/new")
    buyer.page.get_by_label("商品、产地或供应商").fill(seller)
    buyer.press("筛选")
    for fields in (PACKS, WEIGHTS):
        field = buyer.page.get_by_label(fields).first
        field.fill(str(twice_the_least(field)))
    day = clock.today() + timedelta(days=7)
    buyer.page.get_by_label("送货日期").fill(day.isoformat())
    buyer.page.get_by_label("收货地点").fill("敖汉旗示范学校 第二食堂")
    buyer.press("核对订单")
    assert buyer.heading == "核对订单"
    amounts = buyer.money("tbody td:last-child")
    assert len(amounts) == 2
    assert f"合计 ¥{sum(amounts):,.2f}" in buyer.text()
    buyer.press("提交审批")
    found = re.fullmatch(r"采购订单 (A\d{14})", buyer.heading)
    assert found
    return found[1], sum(amounts, Decimal(0))


def twice_the_least(field: Locator) -> int:
    """From the column of the least that may be ordered, in packs or kilograms."""
    row = field.locator("xpath=ancestor::tr")
    least = re.search(r"[\d,]+", row.locator("td[data-label=起订]").inner_text())
    assert least
    return 2 * int(least[0].replace(",", ""))


def approve(approver: Visitor, number: str) -> None:
    approver.go("/canteen")
    approver.follow(number)
    approver.press("审批通过")
    assert "待供应商确认" in approver.text()


def send_off(coop: Visitor, number: str) -> None:
    """Confirm, look over the reserved batches, dispatch, print the delivery note."""
    coop.go("/supplier/orders")
    coop.follow(number)
    coop.press("确认订单")
    coop.follow("调整批次")
    coop.press("保存批次")
    coop.page.get_by_label("送货人或承运单位").fill("合作社自送")
    coop.page.get_by_label("车牌号").fill("蒙D·12345")
    coop.press("发货并生成送货单")
    coop.follow(re.compile(r"^D\d{14}$"))
    assert coop.heading.startswith("送货单 D")
    assert number in coop.text()
    assert coop.page.pdf().startswith(b"%PDF")


def weigh(buyer: Visitor, number: str) -> None:
    """Less has come than was ordered, and one pack is sent back."""
    buyer.go(f"/canteen/orders/{number}")
    buyer.follow("到货称重")
    for place in buyer.page.locator("main fieldset").all():
        due = re.search(r"应到 ([\d,.]+)", place.locator("legend").inner_text())
        assert due
        field = place.get_by_label(re.compile("^实到"))
        by_weight = "千克" in place.locator("label").first.inner_text()
        short = SHORT["kilograms" if by_weight else "packs"]
        field.fill(str(Decimal(due[1].replace(",", "")) - short))
        if not by_weight:
            place.get_by_text("有拒收或要备注").click()
            place.get_by_label(re.compile("^拒收（")).fill("1")
            place.get_by_label("拒收原因").fill("包装破损")
    buyer.page.get_by_label(re.compile("已查验随货合格证明")).check()
    buyer.press("登记到货数量")
    buyer.go(f"/canteen/orders/{number}/acceptance")
    assert "您是称重人" in buyer.text()


def accept(receiver: Visitor, number: str) -> Decimal:
    """The second person agrees; the accepted amount."""
    receiver.go(f"/canteen/orders/{number}")
    receiver.follow("复核验收")
    (accepted,) = receiver.money("tfoot")
    assert accepted == sum(receiver.money("tbody td:last-child"))
    receiver.press("确认验收")
    return accepted


def settle(buyer: Visitor, number: str, amount: Decimal) -> None:
    """The invoice, then the bank transfer."""
    buyer.go(f"/canteen/orders/{number}")
    buyer.follow("登记发票")
    term = buyer.page.locator("dl.definitions > div").filter(has_text="购买方信用代码")
    buyer.page.get_by_label("发票号码").fill("26152" + number[1:].rjust(15, "0"))
    buyer.page.get_by_label("开票日期").fill(clock.today().isoformat())
    buyer.page.get_by_label("价税合计（元）").fill(str(amount))
    buyer.page.get_by_label("购买方统一社会信用代码").fill(term.locator("dd").inner_text())
    buyer.press("登记发票")
    buyer.follow("登记付款")
    buyer.page.get_by_label("付款凭证号").fill(f"BANK{number[1:]}")
    buyer.page.get_by_label("付款日期").fill(clock.today().isoformat())
    buyer.page.get_by_label("付款金额（元）").fill(str(amount))
    buyer.press("登记付款")
    assert "已完成" in buyer.page.locator(".page-header").inner_text()


def seller_of(coop: Visitor) -> str:
    """The name in the head of the desk, as the search knows it."""
    coop.go("/account")
    name: str = coop.page.locator("header .organisation").inner_text()
    return name.removesuffix("（演示）")


def deliver(visit: Callable[..., Visitor]) -> Delivered:
    """The whole way; ends on the completed order's page in the buyer's browser."""
    coop = visit("coop")
    buyer = visit("buyer")
    number, ordered = order_in_bulk(buyer, seller_of(coop))
    approve(visit("approver"), number)
    send_off(coop, number)
    weigh(buyer, number)
    accepted = accept(visit("receiver"), number)
    assert accepted < ordered
    settle(buyer, number, accepted)
    return Delivered(number, ordered, accepted)
