"""The worked example of docs/quota.md, figure for figure."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from orders.quota import rules
from orders.quota.loading import DATA, _typed
from orders.quota.rules import Progress
from shop.money import Money
from shop.reference import read_csv
from shop.web.filters import percent


def yuan(text: str) -> Money:
    whole, cents = text.replace(",", "").split(".")
    return Money(int(whole) * 100 + int(cents))


def table(root: Path) -> dict[tuple[str, str], Money]:
    """{(channel, stage): amount} as the page shows it."""
    example = (root / "docs/quota.md").read_text().split("## A worked example")[1]
    stages = ("placed", "accepted", "paid", "completed")
    found: dict[tuple[str, str], Money] = {}
    for words, channel in (("832 platform", "fupin832"), ("this shop", "local")):
        line = next(line for line in example.splitlines() if line.startswith(f"| {words}"))
        amounts = re.findall(r"[0-9,]+\.[0-9]{2}", line)
        found |= {(channel, stage): yuan(a) for stage, a in zip(stages, amounts, strict=True)}
    return found


MOVES = [
    ("fupin832", "placed", "5000.00"), ("fupin832", "accepted", "4900.00"),
    ("fupin832", "paid", "4900.00"), ("fupin832", "completed", "4900.00"),
    ("fupin832", "placed", "1000.00"), ("fupin832", "accepted", "1000.00"),
    ("local", "placed", "8000.00"), ("local", "accepted", "8000.00"),
    ("local", "paid", "8000.00"), ("local", "completed", "8000.00"),
]  # fmt: skip


def test_the_worked_example_is_true(root: Path) -> None:
    notices: list[Any] = [SimpleNamespace(**_typed(row)) for row in read_csv(DATA / "rules.csv")]
    rule = next(notice for notice in notices if notice.rule_key == "inner-mongolia-2025")
    amounts: dict[tuple[str, str, str], Money] = {}
    cancelled = yuan("700.00")
    for channel, stage, amount in MOVES:
        key = (channel, "canteen", stage)
        amounts[key] = amounts.get(key, Money(0)) + yuan(amount)
    amounts["fupin832", "canteen", "placed"] += cancelled - cancelled
    progress = Progress(amounts)
    assert {(c, s): progress.of(c, s) for c, s in table(root)} == table(root)
    reserved = rules.floor(yuan("123456.78"), rule)
    assert reserved == yuan("12345.68")
    assert percent(progress.of("fupin832", "placed").fen, reserved.fen) == "48.60%"
    assert percent(progress.counted(rule).fen, reserved.fen) == "39.69%"
    assert rules.missing(reserved, progress.counted(rule)) == yuan("7445.68")
    text = (root / "docs/quota.md").read_text()
    for figure in ("12,345.68", "48.60 %", "39.69 %", "7,445.68"):
        assert figure in text
