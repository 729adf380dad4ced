"""A school canteen's order from bulk choice to bank transfer, and what its quota page makes of it."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.journeys.browser.canteen_steps import deliver
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
STORY = ["下单", "审批通过", "供应商确认", "发货", "到货称重", "复核验收", "登记发票", "付款登记"]


def test_a_canteen_orders_weighs_in_and_pays(visit: Callable[..., Visitor]) -> None:
    watcher = visit("buyer")
    before = own_channel(watcher)
    done = deliver(visit)
    watcher.go(f"/canteen/orders/{done.number}")
    assert watcher.page.locator(".timeline-what").all_inner_texts() == STORY[::-1]
    people = watcher.page.locator(".timeline-when").all_inner_texts()[::-1]
    weighed, accepted = people[4], people[5]
    assert "王守田" in weighed
    assert "周谷雨" in accepted
    assert watcher.money("tfoot") == [done.ordered, done.accepted]
    after = own_channel(watcher)
    grown = [new - old for old, new in zip(before, after, strict=True)]
    assert grown == [done.ordered, done.accepted, done.accepted, done.accepted]


def own_channel(visitor: Visitor) -> list[Decimal]:
    """Placed, accepted, paid and completed on this platform from canteen money, this year."""
    visitor.go("/quota")
    table = visitor.page.locator("table").filter(has_text="本平台")
    row = table.locator("tbody tr").filter(has_text="食堂").first
    found = row.locator("data.money")
    return [Decimal(found.nth(n).get_attribute("value") or "") for n in range(found.count())]
