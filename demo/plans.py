"""What the units filed for each year (预留份额), by the rule that was in force."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from demo.cast import Unit
from demo.chance import Chance, instant
from demo.seasons import DAYS
from demo.writer import Writer
from orders.quota.models import QuotaPlan, QuotaRule
from orders.quota.rules import day_within, floor, owes, rule_for, special_case, unit_kind
from orders.quota.states import PlanStatus
from shop.money import ZERO, Money, share
from shop.regions.rules import lineage

RETURNED = "填报总额与上年相差较大，请核实食堂采购台账后重新填报"


def make_plans(writer: Writer, units: list[Unit], *, until: date, cutoff: datetime) -> None:
    """One plan per unit and year: most are confirmed, a few wait, were returned or never came."""
    rules = list(writer.session.scalars(select(QuotaRule)))
    named = {unit.key: unit for unit in units}
    for year in range((until - timedelta(days=DAYS)).year, until.year + 1):
        for place, unit in enumerate(units):
            kind = unit_kind(unit.canteen_mode)
            rule = rule_for(rules, lineage=lineage(unit.region), year=year, kind=kind,
                            on=day_within(year, until))  # fmt: skip
            is_fixed = unit.key == "150430-school-1"
            status = _status(place, is_fixed, is_current=year == until.year)
            if rule is not None and status is not None:
                _file(writer, unit, year, rule, status, cutoff, named)


def _status(place: int, is_fixed: bool, *, is_current: bool) -> PlanStatus | None:
    """The current year's exceptions; earlier years are closed."""
    if is_fixed or not is_current:
        return PlanStatus.CONFIRMED
    odd = {
        5: PlanStatus.FILED,
        11: PlanStatus.CHECKED,
        13: PlanStatus.RETURNED,
        23: PlanStatus.FILED,
    }
    if place % 29 == 8:
        return None
    return odd.get(place % 29, PlanStatus.CONFIRMED)


def _file(
    writer: Writer, unit: Unit, year: int, rule: QuotaRule, status: PlanStatus,
    cutoff: datetime, named: dict[str, Unit],
) -> None:  # fmt: skip
    chance = Chance(f"plan {unit.key} {year}")
    filed = instant(date(year, 3, chance.randint(3, 28)), 10) + chance.minutes(0, 300)
    if filed + timedelta(days=9) > cutoff:
        return
    base, ratio, reserved = ZERO, rule.ratio, ZERO
    if owes(rule, unit.canteen_mode):
        base = Money(unit.yearly // 100 * chance.randint(94, 106))
        if rule.encouraged_ratio and chance.happens(15):
            ratio = rule.encouraged_ratio
        reserved = max(floor(base, rule), share(base, ratio))
    is_checked = status in {PlanStatus.CHECKED, PlanStatus.CONFIRMED}
    writer.add(
        QuotaPlan,
        unit_id=unit.id,
        year=year,
        rule_id=rule.id,
        base_amount=base,
        ratio=ratio,
        reserved=reserved,
        special_case=special_case(unit.canteen_mode),
        remark=_remark(unit, named),
        status=status.value,
        reason=RETURNED if status is PlanStatus.RETURNED else None,
        filed_at=filed,
        checked_at=filed + timedelta(days=3) if is_checked else None,
        confirmed_at=filed + timedelta(days=8) if status is PlanStatus.CONFIRMED else None,
    )


def _remark(unit: Unit, named: dict[str, Unit]) -> str | None:
    """As orders.quota.operations.remark_of words it."""
    if unit.canteen_mode == "none":
        return "无食堂"
    if unit.canteen_mode == "shared_reported":
        reporter = named.get(unit.representative or "")
        return f"共用食堂，由{reporter.name if reporter else '他单位'}填报"
    return None
