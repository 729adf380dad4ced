"""A cooperative lists a product with a picture; it is seen in the shop while its certificate counts."""

import io
import re
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from PIL import Image
from playwright.sync_api import FilePayload

from shop import clock
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
NAME = "山坡地黍子米"
PATIENCE = 15  # seconds until the worker has brought the index up to date


def photograph() -> FilePayload:
    """A picture as a telephone would send it."""
    body = io.BytesIO()
    Image.new("RGB", (1200, 900), (205, 170, 90)).save(body, "JPEG")
    return FilePayload(name="黍子.jpg", mimeType="image/jpeg", buffer=body.getvalue())


def create_listing(coop: Visitor) -> str:
    """A draft with its picture; the address of its page."""
    coop.go("/supplier/listings/new")
    page = coop.page
    page.get_by_label("商品名", exact=True).fill(NAME)
    page.get_by_label("品类").select_option(label="粮食及其副产品 › 禾谷类杂粮 › 高粱、黍子及制品")
    page.get_by_label("简介", exact=True).fill("旱作黍子，石碾去壳。")
    page.get_by_label("每件净含量").fill("2.5")
    page.get_by_label("净含量单位").select_option(label="千克")
    page.get_by_label("包装名称").fill("袋")
    page.get_by_label("贮存条件").select_option(label="阴凉干燥处")
    page.get_by_label("商品图片").set_input_files(photograph())
    page.get_by_label("产地基地").select_option(index=1)
    page.get_by_label("单价（元）", exact=True).fill("24.80")
    page.get_by_label("起订量").fill("2")
    page.get_by_label("销售倍数").fill("1")
    coop.press("保存草稿")
    assert coop.heading == NAME
    picture = page.locator(".product-card img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    return coop.path


def hand_in_certificate(coop: Visitor) -> None:
    coop.go("/supplier/certificates/new")
    page = coop.page
    page.get_by_label("证书类型").select_option(label="消费帮扶产品")
    page.get_by_label("编号").fill("DEMO-2026-909090")
    page.get_by_label("发证机构").fill("中国乡村发展志愿服务促进会")
    page.get_by_label("生效日期").fill((clock.today() - timedelta(days=1)).isoformat())
    page.get_by_role("group", name="覆盖的商品").get_by_label(NAME).check()
    for base in page.get_by_role("group", name="覆盖的基地").get_by_role("checkbox").all():
        base.check()
    page.get_by_label("证书扫描件").set_input_files(photograph())
    coop.press("提交审核")
    page.get_by_text("等待县级审核").wait_for()


def decide(reviewer: Visitor, link: str | re.Pattern[str], *, row: str) -> None:
    """Open what waits in the queue, in the row that says so, and let it pass."""
    reviewer.go("/review")
    line = reviewer.page.locator("tr").filter(has_text=row)
    reviewer.follow(link, within=line)
    reviewer.press("通过")


def is_found(visitor: Visitor, *, wanted: bool) -> bool:
    """Whether the search shows the product; the index follows a moment later."""
    limit = time.monotonic() + PATIENCE
    while True:
        visitor.go(f"/search?q={NAME}")
        found = visitor.page.get_by_role("link", name=NAME, exact=True).count() > 0
        if found == wanted or time.monotonic() > limit:
            return found
        time.sleep(0.5)


def test_a_listing_lives_as_long_as_its_certificate(visit: Callable[..., Visitor]) -> None:
    coop, reviewer, visitor = visit("coop"), visit("reviewer"), visit()
    listing = create_listing(coop)
    coop.press("提交审核")
    hand_in_certificate(coop)
    assert not is_found(visitor, wanted=False)
    decide(reviewer, re.compile("消费帮扶产品"), row="DEMO-2026-909090")
    decide(reviewer, NAME, row=NAME)
    coop.go(listing)
    assert "在售" in coop.page.locator(".page-header").inner_text()

    assert is_found(visitor, wanted=True)
    visitor.follow(NAME)
    assert visitor.heading == NAME
    assert "DEMO-2026-909090" in visitor.text()
    address = visitor.path

    reviewer.go(listing.replace("/supplier/listings/", "/review/offers/"))
    reviewer.follow(re.compile("消费帮扶产品"), within=reviewer.main)
    reviewer.page.get_by_label("原因").fill("发证单位已撤销")
    reviewer.press("撤销证书")
    assert not is_found(visitor, wanted=False)
    visitor.go(address)
    assert visitor.page.get_by_role("button", name="放入购物车").count() == 0


def test_a_price_is_changed_by_three_acts_and_a_step_can_be_undone(
    visit: Callable[..., Visitor],
) -> None:
    """The field, the figure, the button; what is taken down asks first and comes back by one."""
    coop = visit("coop")
    coop.go("/supplier/listings?status=listed")
    page = coop.page
    field = page.locator("input[name^=price-]").first
    name = str(field.get_attribute("name"))
    dearer = str(Decimal(field.input_value()) + 1)
    field.click()
    field.fill(dearer)
    coop.press("保存修改")
    assert page.locator(f"[name={name}]").input_value() == dearer
    page.get_by_text("已保存 1 件商品的修改").wait_for()

    many = page.get_by_role("button", name="下架所选")
    assert not many.is_visible()
    row = page.locator("tbody tr").filter(has=page.locator(f"[name={name}]"))
    row.get_by_role("checkbox").check()
    many.click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("已恢复 1 件商品在售").wait_for()
    assert "在售" in row.inner_text()


def test_the_sum_of_the_batches_follows_while_one_types(visit: Callable[..., Visitor]) -> None:
    coop = visit("coop")
    coop.go("/supplier/orders?status=confirmed")
    coop.follow(re.compile(r"^[AC]\d{14}$"))
    coop.follow("调整批次")
    group = coop.page.locator("[data-allocation]").first
    field, ordered = group.locator("input").first, group.get_attribute("data-allocation")
    taken = field.input_value()
    filled = [one.input_value() for one in group.locator("input").all()]
    assert sum(Decimal(value or 0) for value in filled) == Decimal(str(ordered))
    field.fill(str(Decimal(taken) - 1))
    assert "还差 1" in group.inner_text()
    field.fill(str(Decimal(taken) + 2))
    assert "多出 2" in group.inner_text()
    field.fill(taken)
    assert "与订购相符" in group.inner_text()
    coop.press("保存批次")
