"""Which rule asks what of a unit, and which money counts towards it. Pure: values in, values out.

Sources: 财库〔2021〕19号 (the floor), the 2021 notice to local units (only what was bought and paid
on the 832 platform counts), and the dated notices in `orders/quota/data/rules.csv`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from orders.quota.stages import Stage
from shop.money import ZERO, Money, share, total

STATUTORY_CHANNEL = "fupin832"
PAID_STAGES = frozenset({Stage.PAID, Stage.COMPLETED})


class UnitKind(StrEnum):
    """The kind of unit a rule speaks of."""

    ANY = "any"
    WITH_CANTEEN = "with_canteen"
    WITHOUT_CANTEEN = "without_canteen"


class BaseKind(StrEnum):
    """基数口径: what the ratio is taken of."""

    CANTEEN_FOOD = "canteen_food"
    CANTEEN_AND_UNION = "canteen_and_union"
    UNION_FUNDS = "union_funds"
    ALL_FARM_PRODUCTS = "all_farm_products"


class SpecialCase(StrEnum):
    """The cases that the yearly calls name, and the approved exemption."""

    NO_CANTEEN = "no_canteen"
    SHARED_REPORTED = "shared_reported"
    SHARED_REPRESENTATIVE = "shared_representative"
    OUTSOURCED = "outsourced"
    EXEMPTION = "exemption"


class Rule(Protocol):
    """What these functions read of a dated rule; ratios in basis points."""

    @property
    def region_code(self) -> str: ...
    @property
    def year_from(self) -> int: ...
    @property
    def year_to(self) -> int | None: ...
    @property
    def unit_kind(self) -> str: ...
    @property
    def base_kind(self) -> str: ...
    @property
    def ratio(self) -> int: ...
    @property
    def not_below_last_year(self) -> bool: ...
    @property
    def counting_channels(self) -> list[str]: ...
    @property
    def must_be_paid(self) -> bool: ...
    @property
    def confirmed(self) -> bool: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


R = TypeVar("R", bound=Rule)


def unit_kind(canteen_mode: str | None) -> UnitKind:
    """Whether a unit has a canteen of any sort: its own, outsourced or shared."""
    return UnitKind.WITHOUT_CANTEEN if canteen_mode in (None, "none") else UnitKind.WITH_CANTEEN


def day_within(year: int, today: date) -> date:
    """The day on which a year's rules are read: today, or the nearest day of that year."""
    return min(max(today, date(year, 1, 1)), date(year, 12, 31))


def applies(rule: Rule, *, lineage: Sequence[str], year: int, kind: UnitKind, on: date) -> bool:
    """An unconfirmed row applies to nobody; a dated one only within its days."""
    return (
        rule.confirmed
        and rule.region_code in lineage
        and rule.year_from <= year <= (rule.year_to or year)
        and rule.unit_kind in (UnitKind.ANY, kind)
        and rule.valid_from <= on
        and (rule.valid_to is None or on <= rule.valid_to)
    )


def rule_for(
    rules: Iterable[R], *, lineage: Sequence[str], year: int, kind: UnitKind, on: date
) -> R | None:
    """The rule for a unit: the most specific region wins, then the kind named, then the newest.

    `lineage` is the unit's regions from the country down. A newer row of one region replaces the
    older one by its first day (of two of one day, the later in `rules`); neither is edited.
    """

    def precedence(rule: R) -> tuple[int, bool, date]:
        return lineage.index(rule.region_code), rule.unit_kind != UnitKind.ANY, rule.valid_from

    found = [r for r in rules if applies(r, lineage=lineage, year=year, kind=kind, on=on)]
    return max(reversed(found), key=precedence, default=None)


def owes(rule: Rule, canteen_mode: str | None) -> bool:
    """Whether a unit reserves anything itself. All units file, also those that do not.

    A canteen that another unit reports is that unit's; without a canteen there is no canteen base.
    An outsourced canteen owes like any other (2025 call: no reason to refuse).
    """
    if canteen_mode == "shared_reported":
        return False
    return rule.base_kind != BaseKind.CANTEEN_FOOD or canteen_mode not in (None, "none")


def special_case(canteen_mode: str | None) -> SpecialCase | None:
    """The special case a unit's way of running its canteen puts it in."""
    cases = {
        "none": SpecialCase.NO_CANTEEN,
        "shared_reported": SpecialCase.SHARED_REPORTED,
        "shared_representative": SpecialCase.SHARED_REPRESENTATIVE,
        "outsourced": SpecialCase.OUTSOURCED,
    }
    return cases.get(canteen_mode or "none")


def floor(
    base: Money, rule: Rule, *, last_year: Money | None = None, approved_ratio: int | None = None
) -> Money:
    """The least a unit may reserve: base × ratio, half up to the fen.

    Not below last year's amount where the rule says so; an approved lower ratio sets both aside.
    """
    if approved_ratio is not None:
        return share(base, approved_ratio)
    least = share(base, rule.ratio)
    return max(least, last_year) if rule.not_below_last_year and last_year else least


def counts(channel: str, stage: str, rule: Rule | None) -> bool:
    """Whether an amount counts towards the statutory share: its channel, and that it is paid."""
    channels = rule.counting_channels if rule else [STATUTORY_CHANNEL]
    must_be_paid = rule.must_be_paid if rule else True
    return channel in channels and (not must_be_paid or stage in PAID_STAGES)


@dataclass(frozen=True)
class Progress:
    """What has come how far, by channel, source of funds and stage.

    Channels stand side by side: there is no sum over channels here, so nobody can show one.
    """

    amounts: Mapping[tuple[str, str, str], Money] = field(default_factory=dict)

    def of(self, channel: str, stage: str) -> Money:
        """All sources of funds of one channel at one stage."""
        return total(
            amount for (c, _, s), amount in self.amounts.items() if (c, s) == (channel, stage)
        )

    def of_fund(self, channel: str, fund_source: str, stage: str) -> Money:
        return self.amounts.get((channel, fund_source, stage), ZERO)

    def counted(self, rule: Rule | None) -> Money:
        """What counts towards the statutory share: bought through 832 and paid."""
        return self.of(STATUTORY_CHANNEL, Stage.PAID) if _is_statutory(rule) else ZERO


def _is_statutory(rule: Rule | None) -> bool:
    return counts(STATUTORY_CHANNEL, Stage.PAID, rule)


def missing(reserved: Money, counted: Money) -> Money:
    """What is still to be bought and paid; never negative."""
    return max(reserved - counted, ZERO)
