"""Officials' pages: who has filed, checking and confirming, and the dated rules."""

from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from orders.quota import labels, operations, queries, rules, sheets
from orders.quota.explaining import Reason, judged
from orders.quota.forms import ReturnForm, RuleForm, RuleQuestion
from orders.quota.models import QuotaPlan, QuotaRule
from orders.quota.queries import FILING_STATES
from orders.quota.scope import Scope, scope_of
from orders.quota.states import PlanEvent
from orders.quota.views import asked_year, chosen, years_shown
from shop import clock, review
from shop.access import requires
from shop.accounts.models import Organisation
from shop.actor import current_actor
from shop.db import lock, transaction
from shop.errors import DomainError, InvalidInput, NotFound
from shop.regions import queries as regions
from shop.regions.english import place_name
from shop.regions.models import Region
from shop.sheets import MAX_ROWS, sheet, sheet_head
from shop.web.deciding import Answer, DecisionForm, Matter, decide, mark
from shop.web.forms import Form
from shop.web.paging import Page, asked_page

bp = Blueprint("quota_review", __name__)
PAGE_SIZE, MOST_NAMED = 50, 20


def asked_region(root: str) -> str:
    """The division of the address, within the scope's root. Raises NotFound."""
    code = request.args.get("region") or root
    try:
        inside = regions.contains(root, code)
    except InvalidInput:
        raise NotFound from None
    if not inside:
        raise NotFound
    return code


@bp.get("/official/plans")
@requires("quota:plan:list")
def list_plans() -> str:
    """Units with their filing of a year: filed, missing, checked, confirmed, returned."""
    scope, today = scope_of(current_actor()), clock.today()
    year, region_code = asked_year(today), asked_region(scope.region_code)
    state = chosen("state", FILING_STATES)
    counts = queries.filing_counts(scope, year, region_code=region_code)
    wanted = queries.filings(scope, year, region_code=region_code, state=state)
    page = Page(asked_page(), PAGE_SIZE, number_in(counts, state))
    path = regions.path(region_code)
    lineage = [place.code for place in path]
    rule = rules.rule_for(
        queries.confirmed_rules(lineage), lineage=lineage, year=year,
        kind=rules.UnitKind.WITH_CANTEEN, on=rules.day_within(year, today),
    )  # fmt: skip
    arguments: dict[str, Any] = {"year": year, "state": state, "region": region_code}
    return render_template(
        "orders/quota/plans.html",
        rows=queries.filing_page(wanted, offset=page.offset, limit=page.size),
        page=page, year=year, years=years_shown(today), state=state, states=FILING_STATES,
        counts=counts, reserved=queries.reserved_of(wanted), labels=labels,
        region_code=region_code, root=scope.region_code, today=today, sheet_head=sheet_head(),
        steps=steps_of(path, scope, year), deadline_on=rule.filing_deadline if rule else None,
        download=url_for("quota_review.plans_sheet", **arguments),
    )  # fmt: skip


def number_in(counts: dict[str, int], state: str | None) -> int:
    if state == "open":
        return counts.get("missing", 0) + counts.get("returned", 0)
    return counts.get(state, 0) if state else sum(counts.values())


def steps_of(path: list[Region], scope: Scope, year: int) -> list[tuple[str, str | None]]:
    """The way from the official's own division down to the one shown."""
    seen = [place for place in path if scope.contains(place.code)]
    return [
        (place_name(place.code, place.name), None if place is seen[-1] else
         url_for("quota_review.list_plans", region=place.code, year=year))
        for place in seen
    ]  # fmt: skip


@bp.get("/official/plans.xlsx")
@requires("quota:plan:list")
def plans_sheet() -> Response:
    scope, today = scope_of(current_actor()), clock.today()
    year, region_code = asked_year(today), asked_region(scope.region_code)
    state = chosen("state", FILING_STATES)
    wanted = queries.filings(scope, year, region_code=region_code, state=state)
    rows = queries.filing_page(wanted, offset=0, limit=MAX_ROWS + 1)
    return sheet(sheets.plans(rows, year, region_code, state), f"plans-{year}")


@bp.get("/official/plans/<unit_id>/<int(min=2021,max=2099):year>")
@requires("quota:plan:list")
def show_plan(unit_id: str, year: int) -> str:
    unit = queries.unit_in(scope_of(current_actor()), unit_id)
    return plan_page(unit, year, ReturnForm(formdata=None))


def plan_page(unit: Organisation, year: int, form: Form) -> str:
    plans = queries.plans_of(unit.id, [year, year - 1])
    if year not in plans:
        raise NotFound
    actor = current_actor()
    return render_template(
        "orders/quota/plan.html",
        unit=unit, year=year, plan=plans[year], last=plans.get(year - 1), form=form,
        reason_form=form if isinstance(form, ReturnForm) else ReturnForm(formdata=None),
        seen=plan_mark(plans[year]),
        progress=queries.progress_of(unit.id, year), labels=labels, rules=rules,
        rule=plans[year].rule, steps=way_to_plan(unit, year), sheet_head=sheet_head(),
        may_check=operations.may_check(actor, unit),
        may_confirm=operations.may_confirm(actor, unit), today=clock.today(),
        place=review.place(actor, "plans", f"{unit.public_id}/{year}"),
    )  # fmt: skip


def way_to_plan(unit: Organisation, year: int) -> list[tuple[str, str | None]]:
    """From the official's own division down to the unit whose filing is shown."""
    scope = scope_of(current_actor())
    return [
        *((place_name(place.code, place.name), url_for("quota_review.list_plans", region=place.code, year=year))
          for place in regions.path(unit.region_code) if scope.contains(place.code)),
        (unit.name, None),
    ]  # fmt: skip


def plan_mark(plan: QuotaPlan) -> str:
    return mark(plan.status, plan.filed_at)


def held_plan(unit_id: str, year: int) -> QuotaPlan:
    """The unit's filing, locked as every step of it is: by the unit. Raises NotFound."""
    unit = queries.unit_in(scope_of(current_actor()), unit_id)
    lock(Organisation, [unit.id])
    plan = queries.plan_of(unit.id, year)
    if plan is None:
        raise NotFound
    return plan


def take_step(unit_id: str, year: int, form: DecisionForm, event: PlanEvent) -> Answer:
    """One step of the review, in one transaction."""
    reason = form.reason.data if isinstance(form, ReturnForm) else None

    def act(plan: QuotaPlan) -> None:
        operations.review_plan(
            plan.unit, year, event, actor=current_actor(), at=clock.now(), reason=reason
        )

    def page(form: Form) -> str:
        return plan_page(queries.unit_in(scope_of(current_actor()), unit_id), year, form)

    matter = Matter(
        "plans", f"{unit_id}/{year}",
        url_for("quota_review.show_plan", unit_id=unit_id, year=year),
        lambda: held_plan(unit_id, year), plan_mark, page,
    )  # fmt: skip
    return decide(matter, form, act, _("已记录。"))


@bp.post("/official/plans/<unit_id>/<int(min=2021,max=2099):year>/check")
@requires("quota:plan:review")
def check_plan(unit_id: str, year: int) -> Answer:
    return take_step(unit_id, year, DecisionForm(), PlanEvent.CHECK)


@bp.post("/official/plans/<unit_id>/<int(min=2021,max=2099):year>/confirmation")
@requires("quota:plan:review")
def confirm_plan(unit_id: str, year: int) -> Answer:
    return take_step(unit_id, year, DecisionForm(), PlanEvent.CONFIRM)


@bp.post("/official/plans/<unit_id>/<int(min=2021,max=2099):year>/return")
@requires("quota:plan:review")
def return_plan(unit_id: str, year: int) -> Answer:
    return take_step(unit_id, year, ReturnForm(), PlanEvent.RETURN)


@bp.get("/official/rules")
@requires("quota:rule:list")
def list_rules() -> str:
    """The dated rules with their documents, by division. Unconfirmed rows are shown to nobody."""
    scope, today = scope_of(current_actor()), clock.today()
    shown = queries.rules_shown(scope)
    return render_template(
        "orders/quota/rules.html",
        groups=[(code, list(found)) for code, found in groupby(shown, key=lambda r: r.region_code)],
        labels=labels, today=today, unconfirmed=queries.unconfirmed_count(scope),
        standing={rule.id: standing(rule, shown, today) for rule in shown},
        names=regions.names({rule.region_code for rule in shown}, full=True),
        sheet_head=sheet_head(),
    )  # fmt: skip


def standing(rule: QuotaRule, shown: list[QuotaRule], today: date) -> str:
    """Of this year: now, future, past, or replaced by a newer one of its division and kind."""
    year = today.year
    if rule.year_from > year or rule.valid_from > today:
        return "future"
    if (rule.year_to or year) < year or (rule.valid_to is not None and rule.valid_to < today):
        return "past"
    same = [r for r in shown if (r.region_code, r.unit_kind) == (rule.region_code, rule.unit_kind)]
    lineage = [rule.region_code]
    kind = rules.UnitKind(rule.unit_kind)
    kind = rules.UnitKind.WITH_CANTEEN if kind is rules.UnitKind.ANY else kind
    in_order = sorted(same, key=lambda r: r.id)
    found = rules.rule_for(in_order, lineage=lineage, year=year, kind=kind, on=today)
    return "now" if found is rule else "replaced"


@bp.get("/official/rules.xlsx")
@requires("quota:rule:list")
def rules_sheet() -> Response:
    shown = queries.rules_shown(scope_of(current_actor()))
    names = regions.names({rule.region_code for rule in shown}, full=True)
    return sheet(sheets.rules(shown, names), f"rules-{clock.today()}")


@bp.get("/official/rules/applicable")
@requires("quota:rule:list")
def applicable() -> tuple[str, int]:
    """Which rule applies to a unit on a day, and why each of the others does not."""
    scope, form = scope_of(current_actor()), RuleQuestion(request.args)
    valid = form.validate()
    unit, found, told = None, [], []
    on = (form.on.data if valid else None) or clock.today()
    if valid:
        form.on.data = on
    if valid and form.unit.data:
        unit = queries.unit_in(scope, form.unit.data)
    elif valid and form.name.data:
        found = queries.units_named(scope, form.name.data, limit=MOST_NAMED)
        unit = found[0] if len(found) == 1 else None
    if unit is not None:
        told = judged_for(unit, on)
    codes = {each.region_code for each in found} | {rule.region_code for rule, _reason in told}
    return render_template(
        "orders/quota/applicable.html",
        form=form, unit=unit, found=found, told=told, on=on, labels=labels, sheet_head=sheet_head(),
        names=regions.names(codes | ({unit.region_code} if unit else set()), full=True),
        kind=rules.unit_kind(unit.canteen_mode) if unit else None, most=MOST_NAMED,
        download=url_for("quota_review.applicable_sheet", unit=unit.public_id, on=on.isoformat())
        if unit else None,
    ), 200 if valid else 422  # fmt: skip


def judged_for(unit: Organisation, on: date) -> list[tuple[QuotaRule, Reason]]:
    """Every rule of a unit's divisions and what decides over it on a day: one query."""
    lineage = regions.lineage(unit.region_code)
    told = judged(
        queries.confirmed_rules(lineage), lineage=lineage, year=on.year,
        kind=rules.unit_kind(unit.canteen_mode), on=on,
    )  # fmt: skip
    return [(each.rule, each.reason) for each in told]


@bp.get("/official/rules/applicable.xlsx")
@requires("quota:rule:list")
def applicable_sheet() -> Response:
    """The same judgment of one unit, one row for each rule."""
    form = RuleQuestion(request.args)
    if not form.validate() or not form.unit.data:
        raise NotFound
    unit = queries.unit_in(scope_of(current_actor()), form.unit.data)
    on = form.on.data or clock.today()
    told = judged_for(unit, on)
    codes = {unit.region_code, *(rule.region_code for rule, _reason in told)}
    report = sheets.applicable(unit, on, told, regions.names(codes, full=True))
    return sheet(report, f"rules-{unit.public_id}-{on}")


@bp.get("/official/rules/new")
@requires("quota:rule:add")
def new_rule() -> str:
    return rule_page(RuleForm(year=clock.today().year))


@bp.post("/official/rules")
@requires("quota:rule:add")
def add_rule() -> Response | tuple[str, int]:
    form = RuleForm()
    if form.validate():
        try:
            with transaction():
                operations.add_rule(form.to_rule(), actor=current_actor(), at=clock.now())
            flash(_("规则已登记，自今日起适用。"), "good")
            return redirect(url_for("quota_review.list_rules"))
        except DomainError as refusal:
            form.refuse(refusal.field, refusal.message)
    return rule_page(form), 422


def rule_page(form: RuleForm) -> str:
    actor, today = current_actor(), clock.today()
    place = regions.region(str(actor.region_code))
    own = [rule for rule in queries.rules_shown(scope_of(actor)) if rule.region_code == place.code]
    return render_template(
        "orders/quota/rule.html", form=form, place=place, labels=labels, today=today,
        standing=[rule for rule in own if standing(rule, own, today) == "now"],
    )  # fmt: skip
