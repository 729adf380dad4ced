"""Which rule applies and what it asks: golden cases of the real notices (brief 0 and 1.4)."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from orders.quota import rules
from orders.quota.loading import DATA, _typed
from orders.quota.rules import Progress, UnitKind
from shop.money import Money
from shop.reference import read_csv
from shop.regions.rules import lineage

NOTICES: list[Any] = [SimpleNamespace(**_typed(row)) for row in read_csv(DATA / "rules.csv")]


def rule_key(region: str, year: int, canteen: str = "own") -> str:
    found = rules.rule_for(
        NOTICES,
        lineage=lineage(region),
        year=year,
        kind=rules.unit_kind(canteen),
        on=date(year, 6, 30),
    )
    assert found is not None
    key: str = found.rule_key
    return key


def rule(key: str) -> Any:
    return next(each for each in NOTICES if each.rule_key == key)


@pytest.mark.parametrize(
    ("region", "year", "canteen", "expected"),
    [
        ("150430", 2025, "own", "inner-mongolia-2025"),
        ("150430", 2026, "own", "national-2021-floor"),
        ("420102", 2022, "own", "wuhan-2022"),
        ("420102", 2023, "own", "national-2021-floor"),
        ("420502", 2022, "own", "national-2021-floor"),
        ("620702", 2023, "own", "zhangye-2023"),
        ("440103", 2025, "outsourced", "guangdong-2025"),
        ("652701", 2025, "own", "bortala-2025-with-canteen"),
        ("652701", 2025, "none", "bortala-2025-without-canteen"),
        ("120101", 2023, "none", "tianjin-2023"),
        ("120101", 2025, "none", "national-2021-floor"),
        ("110101", 2021, "own", "national-2021-floor"),
    ],
)
def test_the_most_specific_notice_applies(
    region: str, year: int, canteen: str, expected: str
) -> None:
    assert rule_key(region, year, canteen) == expected


def test_an_unconfirmed_notice_applies_to_nobody() -> None:
    assert not rule("xinjiang-2025-without-canteen").confirmed
    assert rule_key("650102", 2025, "none") == "national-2021-floor"


def test_no_rule_speaks_of_a_year_before_the_first() -> None:
    found = rules.rule_for(NOTICES, lineage=lineage("150430"), year=2020,
                           kind=UnitKind.WITH_CANTEEN, on=date(2020, 6, 30))  # fmt: skip
    assert found is None


def test_a_newer_row_of_the_same_region_takes_over_on_its_day() -> None:
    old = rule("inner-mongolia-2025")
    new = SimpleNamespace(**{**vars(old), "valid_from": date(2025, 5, 1), "ratio": 1200})
    for day, ratio in ((date(2025, 4, 30), 1000), (date(2025, 5, 1), 1200)):
        found = rules.rule_for([new, old], lineage=lineage("150430"), year=2025,
                               kind=UnitKind.WITH_CANTEEN, on=day)  # fmt: skip
        assert found is not None
        assert found.ratio == ratio


def test_of_two_rows_of_one_day_the_later_written_applies() -> None:
    old = rule("inner-mongolia-2025")
    new = SimpleNamespace(**{**vars(old), "ratio": 1200})
    found = rules.rule_for([old, new], lineage=lineage("150430"), year=2025,
                           kind=UnitKind.WITH_CANTEEN, on=date(2025, 6, 1))  # fmt: skip
    assert found is new


@pytest.mark.parametrize(
    ("key", "base", "last_year", "expected"),
    [
        ("inner-mongolia-2025", 12_345_678, None, 1_234_568),
        ("national-2021-floor", 5, None, 1),
        ("wuhan-2022", 10_000_000, 1_800_000, 1_800_000),
        ("wuhan-2022", 10_000_000, 1_200_000, 1_500_000),
        ("inner-mongolia-2025", 10_000_000, 1_800_000, 1_000_000),
        ("zhangye-2023", 6_666_667, None, 1_000_000),
        ("guangdong-2025", 10_000_000, None, 3_000_000),
        ("bortala-2025-without-canteen", 4_000_000, None, 800_000),
    ],
)
def test_the_floor_is_base_times_ratio_half_up(
    key: str, base: int, last_year: int | None, expected: int
) -> None:
    last = Money(last_year) if last_year is not None else None
    assert rules.floor(Money(base), rule(key), last_year=last) == Money(expected)


def test_an_approved_ratio_sets_the_floor_and_last_year_aside() -> None:
    found = rules.floor(
        Money(10_000_000), rule("wuhan-2022"), last_year=Money(9_000_000), approved_ratio=500
    )
    assert found == Money(500_000)


@pytest.mark.parametrize(
    ("key", "canteen", "expected"),
    [
        ("national-2021-floor", "own", True),
        ("national-2021-floor", "outsourced", True),
        ("national-2021-floor", "shared_representative", True),
        ("national-2021-floor", "shared_reported", False),
        ("national-2021-floor", "none", False),
        ("bortala-2025-without-canteen", "none", True),
        ("zhangye-2023", "none", True),
        ("tianjin-2023", "none", True),
        ("tianjin-2023", "shared_reported", False),
    ],
)
def test_special_cases_decide_who_reserves(key: str, canteen: str, expected: bool) -> None:
    assert rules.owes(rule(key), canteen) is expected


@pytest.mark.parametrize(
    ("channel", "stage", "expected"),
    [
        ("fupin832", "paid", True),
        ("fupin832", "completed", True),
        ("fupin832", "placed", False),
        ("fupin832", "accepted", False),
        ("local", "paid", False),
        ("local", "completed", False),
    ],
)
def test_only_what_is_paid_on_832_counts(channel: str, stage: str, expected: bool) -> None:
    assert rules.counts(channel, stage, rule("inner-mongolia-2025")) is expected
    assert rules.counts(channel, stage, None) is expected


def test_progress_keeps_channels_apart_and_knows_no_grand_total() -> None:
    progress = Progress(
        {
            ("fupin832", "canteen", "paid"): Money(700),
            ("fupin832", "union", "paid"): Money(50),
            ("fupin832", "canteen", "placed"): Money(900),
            ("local", "canteen", "paid"): Money(10_000),
        }
    )
    assert progress.of("fupin832", "paid") == Money(750)
    assert progress.of("local", "paid") == Money(10_000)
    assert progress.counted(rule("national-2021-floor")) == Money(750)
    assert not {name for name in dir(progress) if "total" in name}


def test_what_is_missing_is_never_negative() -> None:
    assert rules.missing(Money(1_000), Money(750)) == Money(250)
    assert rules.missing(Money(1_000), Money(1_750)) == Money(0)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 6, 30), date(2025, 12, 31)),
        (date(2025, 5, 4), date(2025, 5, 4)),
        (date(2024, 12, 1), date(2025, 1, 1)),
    ],
)
def test_a_years_rules_are_read_on_the_nearest_day_of_that_year(
    today: date, expected: date
) -> None:
    assert rules.day_within(2025, today) == expected
