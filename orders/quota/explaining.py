"""Why a rule applies to a unit on a day, and why the others do not. Pure: values in, values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic

from orders.quota.rules import R, Rule, UnitKind, rule_for


class Reason(StrEnum):
    """What decides over one rule."""

    APPLIES = "applies"
    OTHER_YEAR = "other_year"
    OTHER_KIND = "other_kind"
    NOT_YET = "not_yet"
    NO_MORE = "no_more"
    NEARER = "nearer"
    CLOSER_KIND = "closer_kind"
    NEWER = "newer"


@dataclass(frozen=True)
class Judged(Generic[R]):
    rule: R
    reason: Reason


def judged(
    rules: Iterable[R], *, lineage: Sequence[str], year: int, kind: UnitKind, on: date
) -> list[Judged[R]]:
    """Every confirmed rule of the unit's divisions with what decides over it, the one that applies first."""
    listed = [rule for rule in rules if rule.confirmed and rule.region_code in lineage]
    found = rule_for(listed, lineage=lineage, year=year, kind=kind, on=on)
    told = [
        Judged(rule, _reason(rule, found, lineage=lineage, year=year, kind=kind, on=on))
        for rule in listed
    ]
    order = list(Reason)
    return sorted(told, key=lambda each: (each.reason is not Reason.APPLIES,
                                          -lineage.index(each.rule.region_code),
                                          order.index(each.reason)))  # fmt: skip


def _reason(
    rule: Rule, found: Rule | None, *, lineage: Sequence[str], year: int, kind: UnitKind, on: date
) -> Reason:
    if rule is found:
        return Reason.APPLIES
    if not rule.year_from <= year <= (rule.year_to or year):
        return Reason.OTHER_YEAR
    if rule.unit_kind not in (UnitKind.ANY, kind):
        return Reason.OTHER_KIND
    if rule.valid_from > on:
        return Reason.NOT_YET
    if rule.valid_to is not None and rule.valid_to < on:
        return Reason.NO_MORE
    assert found is not None  # this rule would apply, so another one goes before it
    if lineage.index(found.region_code) > lineage.index(rule.region_code):
        return Reason.NEARER
    if found.unit_kind != UnitKind.ANY and rule.unit_kind == UnitKind.ANY:
        return Reason.CLOSER_KIND
    return Reason.NEWER
