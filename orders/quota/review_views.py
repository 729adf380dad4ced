"""Officials' pages of the filings: who has filed, checking and confirming."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from orders.quota import labels, operations, queries, rules, sheets
from orders.quota.forms import ReturnForm
from orders.quota.models import QuotaPlan
from orders.quota.queries import FILING_STATES
from orders.quota.scope import Scope, scope_of
from orders.quota.states import PlanEvent
from orders.quota.views import asked_year, chosen, years_shown
from shop import clock, review
from shop.access import requires
from shop.accounts.models import Organisation
from shop.actor import current_actor
from shop.db import lock
from shop.errors import InvalidInput, NotFound
from shop.regions import queries as regions
from shop.regions.english import place_name
from shop.regions.models import Region
from shop.sheets import MAX_ROWS, sheet, sheet_head
from shop.web.deciding import Answer, DecisionForm, Matter, decide, mark
from shop.web.forms import Form
from shop.web.paging import Page, asked_page

bp = Blueprint("quota_review", __name__)
PAGE_SIZE = 50


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
