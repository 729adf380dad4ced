"""An official's pages of the rules: what stands, which one applies to a unit and why, a new one."""

from datetime import date
from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from orders.quota import labels, operations, queries, rules, sheets
from orders.quota.explaining import Reason, judged
from orders.quota.forms import RuleForm, RuleQuestion
from orders.quota.models import QuotaRule
from orders.quota.review_views import bp
from orders.quota.scope import scope_of
from shop import clock
from shop.access import requires
from shop.accounts.models import Organisation
from shop.actor import current_actor
from shop.errors import NotFound
from shop.regions import queries as regions
from shop.sheets import sheet, sheet_head
from shop.web.acting import carried_out

MOST_NAMED = 20


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
    form, actor = RuleForm(), current_actor()
    if not form.validate() or not carried_out(
        form, lambda: operations.add_rule(form.to_rule(), actor=actor, at=clock.now())
    ):
        return rule_page(form), 422
    flash(_("规则已登记，自今日起适用。"), "good")
    return redirect(url_for("quota_review.list_rules"))


def rule_page(form: RuleForm) -> str:
    actor, today = current_actor(), clock.today()
    place = regions.region(str(actor.region_code))
    own = [rule for rule in queries.rules_shown(scope_of(actor)) if rule.region_code == place.code]
    return render_template(
        "orders/quota/rule.html", form=form, place=place, labels=labels, today=today,
        standing=[rule for rule in own if standing(rule, own, today) == "now"],
    )  # fmt: skip
