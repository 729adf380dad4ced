"""Whose things are whose in the demo world: for an address with an id, the ids that a person has.

Written from the tables alone, apart from the shop's own queries, so that a fault there shows here.
"""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.engine import Engine

from tests.support.people import email_of
from tests.support.policy import STANDING

INSIDE = (
    "WITH RECURSIVE inside(code) AS (SELECT code FROM regions WHERE code = :region"
    " UNION SELECT r.code FROM regions r JOIN inside i ON r.parent_code = i.code) "
)
SEES_ALL = {"operator", "auditor"}
IN_SCOPE = (
    "(:everything OR ({region} IN (SELECT code FROM inside)"
    " AND (:department = 0 OR {department} = :department)))"
)
TO_REVIEW = "(:everything OR p.county_code IN (SELECT code FROM inside))"
READY = (
    "((o.kind = 'consumer' AND o.paid_at IS NOT NULL)"
    " OR (o.kind = 'institution' AND o.approved_at IS NOT NULL))"
)
ORDER_SCOPE = IN_SCOPE.format(region="o.buyer_region_code", department="o.department_id")

# Beginning of the address → (what stands in it, from where, when it is this person's).
WHOSE = {
    "/canteen/orders/": ("o.number", "orders o", "o.buyer_organisation_id = :organisation"),
    "/supplier/orders/": ("o.number", "orders o", f"o.seller_id = :producer AND {READY}"),
    "/orders/": ("o.number", "orders o", "o.user_id = :user AND o.kind = 'consumer'"),
    "/purchases/": ("o.number", "purchases o", "o.user_id = :user AND o.kind = 'consumer'"),
    "/official/orders/": ("o.number", "orders o", ORDER_SCOPE),
    "/official/batches/": (
        "b.public_id", "batches b",
        "EXISTS (SELECT 1 FROM allocations a JOIN order_lines l ON l.id = a.line_id"
        f" JOIN orders o ON o.id = l.order_id WHERE a.batch_id = b.id AND {ORDER_SCOPE})",
    ),
    "/official/plans/": (
        "u.public_id", "organisations u",
        "u.kind IN ('institution', 'department', 'finance_bureau') AND "
        + IN_SCOPE.format(region="u.region_code", department="u.department_id"),
    ),
    "/supplier/batches/": ("b.public_id", "batches b", "b.producer_id = :producer"),
    "/supplier/certificates/": ("c.public_id", "certificates c", "c.holder_id = :producer"),
    "/supplier/households/": (
        "h.pseudonym", "households h",
        "EXISTS (SELECT 1 FROM household_links k"
        " WHERE k.household_id = h.id AND k.producer_id = :producer)",
    ),
    "/supplier/listings/": (
        "f.public_id", "offers f JOIN products p ON p.id = f.product_id",
        "p.producer_id = :producer",
    ),
    "/review/certificates/": (
        "c.public_id", "certificates c JOIN producers p ON p.id = c.holder_id", TO_REVIEW,
    ),
    "/review/offers/": (
        "f.public_id",
        "offers f JOIN products d ON d.id = f.product_id JOIN producers p ON p.id = d.producer_id",
        f"f.status <> 'draft' AND {TO_REVIEW}",
    ),
    "/review/producers/": ("p.public_id", "producers p", TO_REVIEW),
    "/evidence/": (
        "s.public_id",
        "stored_files s LEFT JOIN producers p ON p.organisation_id = s.organisation_id",
        "NOT s.is_public AND (:everything OR s.organisation_id = :organisation"
        " OR (:reviews AND p.county_code IN (SELECT code FROM inside)))",
    ),
    "/pictures/": ("s.public_id", "stored_files s", "s.is_public"),
    "/account/sessions/": ("s.public_id", "user_sessions s", "s.user_id = :user"),
    "/organisation/invitations/": (
        "i.public_id", "invitations i", "i.organisation_id = :organisation",
    ),
    "/organisation/members/": (
        "u.public_id", "users u",
        "EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id"
        " AND m.organisation_id = :organisation AND m.ended_at IS NULL)",
    ),
    "/cart/lines/": ("f.public_id", "offers f", "f.status NOT IN ('draft', 'submitted')"),
    "/products/": ("f.public_id", "offers f", "f.status NOT IN ('draft', 'submitted')"),
    "/producers/": ("p.public_id", "producers p", "p.status IN ('approved', 'suspended')"),
    "/trace/": (
        "b.public_id", "batches b JOIN producers p ON p.id = b.producer_id",
        "p.status IN ('approved', 'suspended')",
    ),
    "/regions/": (
        "r.code", "regions r",
        "r.code IN (SELECT d.region_code FROM designations d"
        " JOIN designation_lists l ON l.id = d.list_id WHERE l.key = 'inner_mongolia_57')",
    ),
    "/gallery/": ("g.name", "(SELECT 'page' AS name UNION SELECT 'values') g", "g.name <> ''"),
    "/gallery/<component>/": ("g.number", "(SELECT '1' AS number) g", "g.number <> ''"),
}  # fmt: skip
PLACEHOLDER = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>")
BESIDE = {"year": "2026", "component": "page"}  # what stands beside the id in a longer address
NUMBERED = {"/platform/outbox/": "999999999", "/platform/payments/": "999999999"}


@dataclass
class Things:
    """Ids of the person's own, of others, and one that there is not."""

    own: list[str]
    others: list[str]
    missing: str


def filled(path: str, value: str) -> str:
    """The address with an id in it; a gallery's component is its own id where it stands alone."""
    alone = path.count("<") == 1

    def part(found: re.Match[str]) -> str:
        return value if alone else BESIDE.get(found[1], value)

    return PLACEHOLDER.sub(part, path)


def family_of(path: str) -> str:
    """The longest known beginning of a path with an id; KeyError when there is none."""
    known = [start for start in (*WHOSE, *NUMBERED) if path.startswith(start)]
    if not known:
        raise KeyError(f"{path} is in no table of tests/support/things.py: whose is it?")
    return max(known, key=len)


def standing_of(connection: Connection, name: str) -> dict[str, object]:
    """What the conditions ask of a person."""
    standing = STANDING[name]
    row = connection.execute(
        text(
            "SELECT u.id, o.id, o.region_code, o.kind, p.id FROM users u"
            " LEFT JOIN memberships m ON m.user_id = u.id AND m.ended_at IS NULL"
            " LEFT JOIN organisations o ON o.id = m.organisation_id"
            " LEFT JOIN producers p ON p.organisation_id = o.id WHERE u.email = :email"
        ),
        {"email": email_of(name)},
    ).first()
    user, organisation, region, kind, producer = row or (0, 0, "", "", 0)
    return {
        "user": user,
        "organisation": organisation or 0,
        "region": region or "",
        "producer": producer or 0,
        "department": organisation if kind == "department" else 0,
        "everything": standing in SEES_ALL,
        "reviews": standing == "county_reviewer",
    }


def missing_like(known: str) -> str:
    """An id of the same make that nothing has."""
    return known[:-4] + ("9999" if known[-4:].isdigit() else "AAAA")


def things_of(engine: Engine, name: str, path: str, most: int = 6) -> Things:
    """The ids that may stand in `path` for this person, a few of each."""
    family = family_of(path)
    if family in NUMBERED:
        return Things([], [], NUMBERED[family])
    what, source, mine = WHOSE[family]
    with engine.connect() as connection:
        values = standing_of(connection, name)
        found = connection.execute(
            text(f"{INSIDE} SELECT {what}, ({mine}) FROM {source} ORDER BY 1"), values
        ).all()
    own = [str(row[0]) for row in found if row[1]]
    others = [str(row[0]) for row in found if not row[1]]
    missing = missing_like((own or others or ["x" * 22])[0])
    return Things(spread(own, most), spread(others, most), missing)


def spread(ids: list[str], most: int) -> list[str]:
    """A few from the whole length of a list."""
    return ids if len(ids) <= most else ids[:: len(ids) // most][:most]
