"""A production start names everything that it lacks, and does not begin (bar A31)."""

import pytest

from shop.config import UnsafeSettings, from_environment
from tests.shop.test_settings import SAFE

NEEDED = [name for name in SAFE if name != "XIANGYUAN_ENV"]


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(UnsafeSettings, match=name):
        from_environment({key: value for key, value in SAFE.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "x" * 31), ("FINGERPRINT_KEY", "x" * 31), ("FIELD_KEYS", "one:YQ=="),
        ("PUBLIC_URL", "http://shop.example"), ("STRIPE_WEBHOOK_SECRET", ""),
    ],
)  # fmt: skip
def test_what_is_too_weak_is_named(name: str, value: str) -> None:
    with pytest.raises(UnsafeSettings, match=name):
        from_environment({**SAFE, name: value})


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(UnsafeSettings) as refusal:
        from_environment({"XIANGYUAN_ENV": "production"})
    assert [name for name in NEEDED if name not in str(refusal.value)] == []
