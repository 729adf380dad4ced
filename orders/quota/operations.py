"""Filing a plan, reviewing it, and adding a dated rule."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from orders.quota import queries, rules
from orders.quota.models import QuotaPlan, QuotaRule
from orders.quota.rules import SpecialCase
from orders.quota.states import PLAN, PlanEvent, PlanStatus
from shop import audit, clock
from shop.accounts.models import Organisation
from shop.actor import Actor
from shop.db import db, lock
from shop.errors import DomainError, InvalidInput, NotAllowed
from shop.money import ZERO, Money, share
from shop.regions import queries as regions
from shop.regions.models import Region


class NoRule(DomainError):
    """No confirmed rule speaks of this unit and year."""

    default_message = _l("这一年度还没有适用于本单位的规则，暂不能填报。")


class BelowFloor(InvalidInput):
    """Less than the rule asks, without an approval."""


@dataclass(frozen=True)
class Declared:
    """What a unit declares; `ratio` in basis points, `reserved` empty for the computed amount."""

    base: Money = ZERO
    ratio: int | None = None
    reserved: Money | None = None
    exemption_number: str | None = None
    exemption_authority: str | None = None
    remark: str | None = None


def file_plan(
    unit_id: int, year: int, declared: Declared, *, actor: Actor, at: datetime
) -> QuotaPlan:
    """File a unit's plan of a year, or file it again while it is not yet checked.

    Raises NoRule, BelowFloor, InvalidInput, InvalidTransition.
    """
    unit: Organisation = lock(Organisation, [unit_id])[0]
    rule = queries.rule_of(unit, year, today=clock.business_day(at))
    if rule is None:
        raise NoRule
    plans = queries.plans_of(unit_id, [year, year - 1])
    plan, last = plans.get(year), plans.get(year - 1)
    before = summary(plan) if plan else None
    if plan is None:
        plan = QuotaPlan(unit_id=unit_id, year=year, status=PlanStatus.FILED)
        db.session.add(plan)
    else:
        plan.status = PLAN.next(PlanStatus(plan.status), PlanEvent.FILE)
    plan.rule, plan.rule_id, plan.filed_at = rule, rule.id, at
    plan.reason = plan.checked_at = plan.confirmed_at = None
    _declare(plan, unit, rule, declared, last_year=last.reserved if last else None)
    audit.record(actor, "quota:plan:file", plan, before=before, after=summary(plan), at=at)
    return plan


def _declare(
    plan: QuotaPlan, unit: Organisation, rule: QuotaRule, declared: Declared, *,
    last_year: Money | None,
) -> None:  # fmt: skip
    case = rules.special_case(unit.canteen_mode)
    plan.ratio = declared.ratio or rule.ratio
    plan.exemption_number = plan.exemption_authority = None
    if not rules.owes(rule, unit.canteen_mode):
        plan.base_amount, plan.reserved, plan.ratio = ZERO, ZERO, rule.ratio
    else:
        if not declared.base:
            raise InvalidInput(_l("请填写大于零的总额。"), field="base_amount")
        approved = _approved_ratio(plan, rule, declared)
        case = SpecialCase.EXEMPTION if approved is not None else case
        least = rules.floor(declared.base, rule, last_year=last_year, approved_ratio=approved)
        computed = max(least, share(declared.base, plan.ratio))
        plan.base_amount = declared.base
        plan.reserved = computed if declared.reserved is None else declared.reserved
        if plan.reserved < computed:
            message = _l("预留份额只能上调，不得低于 %(least)s。", least=computed)
            raise BelowFloor(message, field="reserved")
    plan.special_case = case
    plan.remark = remark_of(unit, declared.remark)


def _approved_ratio(plan: QuotaPlan, rule: QuotaRule, declared: Declared) -> int | None:
    """The lower ratio if one was approved (approval number and authority); else None."""
    if plan.ratio >= rule.ratio:
        return None
    if not (declared.exemption_number and declared.exemption_authority):
        message = _l("低于规定的最低比例时，须填写豁免批准文号和批准机关。")
        raise BelowFloor(message, field="ratio")
    plan.exemption_number = declared.exemption_number
    plan.exemption_authority = declared.exemption_authority
    return plan.ratio


def remark_of(unit: Organisation, typed: str | None) -> str | None:
    """The remark that the special case asks for (Shanxi FAQ), then the unit's own words."""
    words = []
    if unit.canteen_mode == "none":
        words.append("无食堂")
    if unit.canteen_mode == "shared_reported":
        reporter = db.session.get(Organisation, unit.reporting_unit_id or 0)
        words.append(f"共用食堂，由{reporter.name}填报" if reporter else "共用食堂，由他单位填报")
    if typed and typed not in words:
        words.append(typed)
    return "；".join(dict.fromkeys(words)) or None


def summary(plan: QuotaPlan) -> dict[str, Any]:
    return {
        "year": plan.year,
        "base_fen": plan.base_amount.fen,
        "ratio": plan.ratio,
        "reserved_fen": plan.reserved.fen,
        "special_case": plan.special_case,
        "status": plan.status,
        "reason": plan.reason,
    }


def may_check(actor: Actor, unit: Organisation) -> bool:
    """A department checks its own units; finance checks the department itself and those without."""
    above = unit.department_id if unit.department_id != unit.id else None
    return actor.department_id == above


def may_confirm(actor: Actor, unit: Organisation) -> bool:
    """Finance (an official of the division, not of one department) confirms."""
    return actor.department_id is None


def review_plan(
    unit: Organisation, year: int, event: PlanEvent, *, actor: Actor, at: datetime,
    reason: str | None = None,
) -> QuotaPlan:  # fmt: skip
    """Check, confirm or return a unit's plan. Raises NotAllowed, InvalidInput, InvalidTransition."""
    lock(Organisation, [unit.id])
    plan = queries.plan_of(unit.id, year)
    if plan is None:
        raise InvalidInput(_l("这个单位还没有填报。"))
    allowed = {
        PlanEvent.CHECK: may_check(actor, unit),
        PlanEvent.CONFIRM: may_confirm(actor, unit),
        PlanEvent.RETURN: may_check(actor, unit) or may_confirm(actor, unit),
    }
    if not allowed.get(event, False):
        raise NotAllowed
    if event is PlanEvent.RETURN and not reason:
        raise InvalidInput(_l("请写明退回的原因。"), field="reason")
    before = summary(plan)
    plan.status = PLAN.next(PlanStatus(plan.status), event)
    plan.reason = reason if event is PlanEvent.RETURN else None
    if event is PlanEvent.CHECK:
        plan.checked_at = at
    if event is PlanEvent.CONFIRM:
        plan.confirmed_at = at
    action = f"quota:plan:{event.value}"
    audit.record(actor, action, plan, before=before, after=summary(plan), at=at)
    return plan


@dataclass(frozen=True)
class NewRule:
    """A dated rule as an official writes it down from a notice; ratios in basis points."""

    year: int
    unit_kind: str
    base_kind: str
    ratio: int
    encouraged_ratio: int | None
    not_below_last_year: bool
    filing_opens_on: date | None
    filing_deadline: date | None
    completion_deadline: date | None
    document_number: str
    document_title: str
    source_ref: str


def add_rule(new: NewRule, *, actor: Actor, at: datetime) -> QuotaRule:
    """Add a dated rule for the official's own division. It takes over from today; none is edited.

    Raises InvalidInput when the ratio is below what a division above asks of the same base.
    """
    region_code = str(actor.region_code)
    # two officials must not take the same number, even for the division's first rule
    db.session.execute(select(Region.code).where(Region.code == region_code).with_for_update())
    day = clock.business_day(at)
    if new.encouraged_ratio is not None and new.encouraged_ratio < new.ratio:
        raise InvalidInput(_l("鼓励比例不得低于最低比例。"), field="encouraged_ratio")
    if new.ratio < (least := _asked_above(new, region_code, day)):
        message = _l("不得低于上级规定的 %(least)s%%。", least=f"{least // 100}.{least % 100:02d}")
        raise InvalidInput(message, field="ratio")
    stem = f"{region_code}-{new.year}-{new.unit_kind}"
    count = db.session.scalar(
        select(func.count()).where(QuotaRule.rule_key.startswith(stem, autoescape=True))
    )
    rule = QuotaRule(
        rule_key=f"{stem}-{(count or 0) + 1}", region_code=region_code,
        year_from=new.year, year_to=new.year, unit_kind=new.unit_kind, base_kind=new.base_kind,
        ratio=new.ratio, encouraged_ratio=new.encouraged_ratio,
        not_below_last_year=new.not_below_last_year, filing_opens_on=new.filing_opens_on,
        filing_deadline=new.filing_deadline, completion_deadline=new.completion_deadline,
        counting_channels=[rules.STATUTORY_CHANNEL], must_be_paid=True, county_list="national_832",
        document_number=new.document_number, document_title=new.document_title,
        source_ref=new.source_ref, confirmed=True, valid_from=rules.day_within(new.year, day),
        valid_to=None,
    )  # fmt: skip
    db.session.add(rule)
    after = {"rule": rule.rule_key, "ratio": new.ratio, "document": new.document_number}
    audit.record(actor, "quota:rule:add", rule, after=after, at=at)
    return rule


def _asked_above(new: NewRule, region_code: str, day: date) -> int:
    """The highest ratio that the rules of the divisions above ask of the same base that year."""
    above = [code for code in regions.lineage(region_code) if code != region_code]
    statement = select(QuotaRule).where(
        QuotaRule.region_code.in_(above), QuotaRule.base_kind == new.base_kind, QuotaRule.confirmed
    )
    on = rules.day_within(new.year, day)
    kinds = [rules.UnitKind.WITH_CANTEEN, rules.UnitKind.WITHOUT_CANTEEN]
    if new.unit_kind != rules.UnitKind.ANY:
        kinds = [rules.UnitKind(new.unit_kind)]
    rows = list(db.session.scalars(statement))
    found = [rules.rule_for(rows, lineage=above, year=new.year, kind=kind, on=on) for kind in kinds]
    return max((rule.ratio for rule in found if rule is not None), default=0)
