"""Loads the shipped rules of reserved shares, each with its source (`data/SOURCES.md`)."""

from datetime import date
from pathlib import Path
from typing import Any

from orders.quota.models import QuotaRule
from shop.reference import AnySession, bring, read_csv

DATA = Path(__file__).parent / "data"


def load_reference(session: AnySession) -> int:
    """Add the rules that are not there yet; returns how many. A rule that is there stays as it is:
    plans rest on it, and a rule is superseded, never edited. The caller commits.
    """
    rows = (_typed(row) for row in read_csv(DATA / "rules.csv"))
    return bring(session, QuotaRule, "rule_key", rows, corrects=False)


def _typed(row: dict[str, str]) -> dict[str, Any]:
    plain = ("rule_key", "region_code", "unit_kind", "base_kind", "county_list",
             "document_number", "document_title", "source_ref")  # fmt: skip
    return {
        **{name: row[name] for name in plain},
        "year_from": int(row["year_from"]),
        "year_to": _number(row["year_to"]),
        "ratio": int(row["ratio_basis_points"]),
        "encouraged_ratio": _number(row["encouraged_basis_points"]),
        "not_below_last_year": row["not_below_last_year"] == "1",
        "filing_opens_on": _day(row["filing_opens_on"]),
        "filing_deadline": _day(row["filing_deadline"]),
        "completion_deadline": _day(row["completion_deadline"]),
        "counting_channels": row["counting_channels"].split(";"),
        "must_be_paid": row["must_be_paid"] == "1",
        "confirmed": row["confirmed"] == "1",
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": _day(row["valid_to"]),
    }


def _number(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
