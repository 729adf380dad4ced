"""Both purchases stand in the official's totals to the fen, down to the households, and in the sheet."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.journeys.browser.canteen_steps import deliver
from tests.journeys.browser.test_consumer import buy_and_pay
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
TOTAL = "合计"
OWN, PRIVATE = "channel", "consumer"
STAGES = 4
TABLES = {
    "/official/totals": ["?view=share", "?view=channel", "?view=consumer", "?view=fund"],
    "/official/orders": [""],
}


def sums(visitor: Visitor, view: str) -> list[Decimal]:
    """The totals of one table: placed, accepted, paid, completed; of its last channel."""
    visitor.go(f"/official/totals?view={view}")
    return visitor.money("tfoot")[-STAGES:]


def grown(before: list[Decimal], after: list[Decimal]) -> list[Decimal]:
    return [new - old for old, new in zip(before, after, strict=True)]


def test_both_purchases_stand_in_the_totals(visit: Callable[..., Visitor]) -> None:
    official = visit("official")
    before = sums(official, OWN), sums(official, PRIVATE)
    delivered = deliver(visit)
    paid = buy_and_pay(visit("consumer"))
    own, private = sums(official, OWN), sums(official, PRIVATE)
    assert grown(before[0], own) == [delivered.ordered, *[delivered.accepted] * 3]
    assert grown(before[1], private) == [paid, Decimal(0), paid, Decimal(0)]

    official.follow("赤峰市")
    official.follow("敖汉旗")
    official.follow(re.compile("示范第一中学"))
    assert official.heading == "订单明细"
    official.follow(delivered.number)
    check_trace(official)


def check_trace(official: Visitor) -> None:
    """Every line leads to batch, base and household pseudonyms; names nowhere."""
    assert len(official.page.get_by_role("heading", name="来源").all()) == 2
    facts = dict(
        zip(
            official.page.locator("dt").all_inner_texts(),
            official.page.locator("dd").all_inner_texts(),
            strict=True,
        )
    )
    assert facts["批次"]
    assert facts["基地"]
    households = re.search(r"\d+", facts["带动农户"])
    assert households
    official.page.locator("summary").last.click()
    rows = official.page.locator("details table").last.locator("tbody tr")
    assert rows.count() == int(households[0])
    assert re.fullmatch(r"[A-Z0-9-]+", rows.first.locator("th").inner_text())


def test_the_downloaded_sheet_adds_up_to_the_page(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    official = visit("official")
    for address, tables in TABLES.items():
        shown = []
        for table in tables:
            official.go(address + table)
            shown += official.money("tfoot")
        with official.page.expect_download() as waiting:
            official.page.get_by_role("link", name=re.compile("下载表格")).click()
        path = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(path)
        assert add_up(path) == [int(amount * 100) for amount in shown]


def add_up(path: Path) -> list[int]:
    """Every row of totals, in fen: each must be the sum of the rows that it speaks of.

    Orders are added up channel by channel, since channels are never added together.
    """
    read: list[list[Any]] = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    heads, *rows = read
    columns = [n for n, head in enumerate(heads) if str(head).endswith("（分）")]
    added: list[int] = []
    for total in [row for row in rows if str(row[0]).startswith(TOTAL)]:
        channel = str(total[0]).removeprefix(TOTAL)
        own = [row for row in rows if not str(row[0]).startswith(TOTAL)]
        own = [row for row in own if not channel or channel.removeprefix("：") in row]
        sums = [sum(int(row[n] or 0) for row in own) for n in columns]
        assert sums == [int(total[n]) for n in columns]
        added += sums
    return added
