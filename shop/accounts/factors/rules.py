"""For whom a second factor is advised, and from which day it is required."""

from datetime import date

from shop.actor import Role

ADVISED = frozenset(
    {Role.OFFICIAL, Role.COUNTY_REVIEWER, Role.OPERATOR, Role.AUDITOR, Role.INSTITUTION_APPROVER}
)
"""Who decides on other people's money, goods or data."""


def is_advised(roles: frozenset[Role]) -> bool:
    return not roles.isdisjoint(ADVISED)


def is_required(roles: frozenset[Role], *, since: date | None, on: date) -> bool:
    """`since` is the setting SECOND_FACTOR_FROM: the first day, or None for never."""
    return since is not None and on >= since and is_advised(roles)
