"""Settings of the accounts: from when a second factor is needed, and how mail leaves."""

from datetime import date

import pytest

from shop.config import UnsafeSettings, from_environment
from tests.shop.test_settings import SAFE


@pytest.mark.parametrize(
    ("environ", "since"),
    [
        ({}, None),
        ({"SECOND_FACTOR_FROM": "2026-09-01"}, date(2026, 9, 1)),
        (SAFE, date(2000, 1, 1)),
        ({**SAFE, "SECOND_FACTOR_FROM": "2027-01-01"}, date(2027, 1, 1)),
        ({**SAFE, "SECOND_FACTOR_FROM": "never"}, None),
    ],
)
def test_production_asks_for_a_second_factor_and_a_demonstration_does_not(
    environ: dict[str, str], since: date | None
) -> None:
    assert from_environment(environ)["SECOND_FACTOR_FROM"] == since


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECOND_FACTOR_FROM", "soon"),
        ("SECOND_FACTOR_FROM", ""),
        ("MAIL_URL", "https://mail.example"),
        ("MAIL_URL", "mail.example:25"),
    ],
)
def test_a_setting_that_says_nothing_is_named(name: str, value: str) -> None:
    with pytest.raises(UnsafeSettings, match=name):
        from_environment({name: value})
