"""Loads the shipped list of certificate types (`data/SOURCES.md` says what is confirmed)."""

from pathlib import Path
from typing import Any

from producers.models import CertificateType
from shop.reference import AnySession, bring, read_csv

DATA = Path(__file__).parent / "data"


def load_reference(session: AnySession) -> int:
    """Bring the certificate types up to the file; returns how many were added. The caller commits."""
    rows = (_typed(row) for row in read_csv(DATA / "certificate_types.csv"))
    return bring(session, CertificateType, "code", rows)


def _typed(row: dict[str, str]) -> dict[str, Any]:
    return {
        **row,
        "number_pattern": row["number_pattern"] or None,
        "validity_months": int(row["validity_months"]) if row["validity_months"] else None,
        "grants_listing": row["grants_listing"] == "1",
    }
