"""The policy that is agreed on: tests/security/policy.json, and what it says about a request."""

import json
from typing import Any

from tests.support.postgres import ROOT

ONE_OF_EACH = (
    "visitor", "consumer", "buyer", "approver", "coop", "enterprise", "reviewer", "official",
    "department", "operator", "auditor",
)  # fmt: skip
FILE = ROOT / "tests" / "security" / "policy.json"
Row = dict[str, Any]

# What each of the demo world's people counts as in the policy.
STANDING = {
    "visitor": "anonymous", "consumer": "consumer", "buyer": "institution_buyer",
    "approver": "institution_approver", "receiver": "institution_buyer",
    "coop": "cooperative_staff", "enterprise": "enterprise_staff", "reviewer": "county_reviewer",
    "official": "official", "city-official": "official", "department": "department_official",
    "operator": "operator", "auditor": "auditor",
}  # fmt: skip


def agreed() -> list[Row]:
    rows: list[Row] = json.loads(FILE.read_text())
    return rows


def differences(routes: list[Row], policy: list[Row]) -> list[str]:
    """What the application does and the policy does not say, and the other way round."""
    lines = []
    has, says = ({(r["path"], tuple(r["methods"])): r for r in rows} for rows in (routes, policy))
    for key in sorted(has.keys() | says.keys()):
        if key not in says:
            lines.append(f"not in the policy: {key}")
        elif key not in has:
            lines.append(f"only in the policy: {key}")
        else:
            lines += [
                f"{key}: {word} is {has[key][word]!r}, not {says[key][word]!r}"
                for word in ("endpoint", "permission", "roles")
                if has[key][word] != says[key][word]
            ]
    return lines + [f"{r['path']} declares nothing" for r in routes if not r["permission"]]


def by_path(policy: list[Row]) -> dict[str, dict[str, Row]]:
    """Path → method → row."""
    table: dict[str, dict[str, Row]] = {}
    for row in policy:
        for method in row["methods"]:
            table.setdefault(row["path"], {})[method] = row
    return table
