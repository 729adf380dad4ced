"""Officials' pages: who has filed, checking and confirming, and the dated rules."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from orders.quota import labels, operations, queries, rules
from orders.quota.forms import ReturnForm, RuleForm, StepForm
from orders.quota.queries import FILING_STATES
from orders.quota.scope import scope_of
from orders.quota.states import PlanEvent
from orders.quota.views import asked_year, chosen, years_shown
from shop import clock
from shop.access import requires
from shop.accounts.models import Organisation
from shop.actor import current_actor
from shop.db import transaction
from shop.errors import DomainError, InvalidInput, NotFound
from shop.regions import queries as regions
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
    number = counts.get(state, 0) if state else sum(counts.values())
    page = Page(asked_page(), PAGE_SIZE, number)
    return render_template(
        "orders/quota/plans.html",
        rows=queries.filing_page(
            queries.filings(scope, year, region_code=region_code, state=state),
            offset=page.offset, limit=page.size,
        ),
        page=page, year=year, years=years_shown(today), state=state, states=FILING_STATES,
        counts=counts, places=regions.path(region_code), labels=labels,
        region_code=region_code, root=scope.region_code,
    )  # fmt: skip


@bp.get("/official/plans/<unit_id>/<int(min=2021,max=2099):year>")
@requires("quota:plan:list")
def show_plan(unit_id: str, year: int) -> str:
    unit = queries.unit_in(scope_of(current_actor()), unit_id)
    return plan_page(unit, year, ReturnForm(formdata=None))


def plan_page(unit: Organisation, year: int, form: ReturnForm) -> str:
    plans = queries.plans_of(unit.id, [year, year - 1])
    if year not in plans:
        raise NotFound
    actor = current_actor()
    return render_template(
        "orders/quota/plan.html",
        unit=unit, year=year, plan=plans[year], last=plans.get(year - 1), form=form,
        progress=queries.progress_of(unit.id, year), labels=labels, rules=rules,
        rule=plans[year].rule, places=regions.path(unit.region_code),
        may_check=operations.may_check(actor, unit),
        may_confirm=operations.may_confirm(actor, unit),
    )  # fmt: skip


def take_step(unit_id: str, year: int, event: PlanEvent, *, reason: str | None = None) -> Response:
    """One step of the review, in one transaction; refusals reach the error page."""
    actor = current_actor()
    with transaction():
        unit = queries.unit_in(scope_of(actor), unit_id)
        operations.review_plan(unit, year, event, actor=actor, at=clock.now(), reason=reason)
    flash(_("已记录。"), "good")
    return redirect(url_for("quota_review.show_plan", unit_id=unit_id, year=year))


def plain_step(unit_id: str, year: int, event: PlanEvent) -> Response:
    if not StepForm().validate():
        raise InvalidInput
    return take_step(unit_id, year, event)


@bp.post("/official/plans/<unit_id>/<int(min=2021,max=2099):year>/check")
@requires("quota:plan:review")
def check_plan(unit_id: str, year: int) -> Response:
    return plain_step(unit_id, year, PlanEvent.CHECK)


@bp.post("/official/plans/<unit_id>/<int(min=2021,max=2099):year>/confirmation")
@requires("quota:plan:review")
def confirm_plan(unit_id: str, year: int) -> Response:
    return plain_step(unit_id, year, PlanEvent.CONFIRM)


@bp.post("/official/plans/<unit_id>/<int(min=2021,max=2099):year>/return")
@requires("quota:plan:review")
def return_plan(unit_id: str, year: int) -> Response | tuple[str, int]:
    form = ReturnForm()
    if form.validate():
        return take_step(unit_id, year, PlanEvent.RETURN, reason=form.reason.data)
    return plan_page(queries.unit_in(scope_of(current_actor()), unit_id), year, form), 422


@bp.get("/official/rules")
@requires("quota:rule:list")
def list_rules() -> str:
    """The dated rules with their documents. Unconfirmed rows are shown to nobody."""
    shown = queries.rules_shown(scope_of(current_actor()))
    return render_template(
        "orders/quota/rules.html",
        rules_shown=shown, labels=labels,
        names=regions.names({rule.region_code for rule in shown}, full=True),
    )  # fmt: skip


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
    place = regions.region(str(current_actor().region_code))
    return render_template("orders/quota/rule.html", form=form, place=place)
