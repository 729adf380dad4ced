"""Switches of the tests exist in tests only, and a production start refuses to begin with them."""

import os
import subprocess
import sys
from base64 import b64encode

import pytest

from shop.config import UnsafeSettings, from_environment
from tests.support.postgres import ROOT

SAFE = {
    "XIANGYUAN_ENV": "production",
    "SECRET_KEY": "s" * 40,
    "FINGERPRINT_KEY": "f" * 40,
    "FIELD_KEYS": "one:" + b64encode(b"k" * 32).decode(),
    "DATABASE_URL": "postgresql://db.example/shop",
    "PUBLIC_URL": "https://shop.example",
    "STRIPE_SECRET_KEY": "sk_live_example",
    "STRIPE_WEBHOOK_SECRET": "whsec_example",
}


def test_a_production_start_with_what_it_needs_is_allowed() -> None:
    assert from_environment(SAFE)["SKIP_LOCKING"] is False


@pytest.mark.parametrize("name", ["SKIP_LOCKING", "FAILPOINT", "STRIPE_API_BASE", "FLASK_DEBUG"])
def test_a_production_start_refuses_a_switch_of_the_tests(name: str) -> None:
    with pytest.raises(UnsafeSettings, match=rf"{name} \(must be unset\)"):
        from_environment({**SAFE, name: "1"})


@pytest.mark.parametrize(("kind", "is_honoured"), [("demo", False), ("testing", True)])
def test_locks_are_left_out_in_tests_only(kind: str, is_honoured: bool) -> None:
    found = from_environment({"XIANGYUAN_ENV": kind, "SKIP_LOCKING": "1"})
    assert found["SKIP_LOCKING"] is is_honoured


@pytest.mark.parametrize(("kind", "status"), [("production", 0), ("demo", 0), ("testing", -9)])
def test_a_failpoint_kills_in_tests_only(kind: str, status: int) -> None:
    code = "from shop.failpoints import failpoint; failpoint('here')"
    settings = {**os.environ, "XIANGYUAN_ENV": kind, "FAILPOINT": "here"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=settings)
    assert done.returncode == status
