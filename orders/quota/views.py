"""A unit's own pages: progress of a year, the entries behind a figure, the yearly filing."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.wrappers import Response

from orders.models import Channel, FundSource
from orders.quota import labels, operations, queries, rules
from orders.quota.entry_sheet import entries_report, what_counts
from orders.quota.figures import channel_figures
from orders.quota.forms import PlanForm
from orders.quota.models import QuotaPlan, QuotaRule
from orders.quota.stages import Stage
from shop import clock
from shop.access import requires
from shop.accounts.models import Organisation
from shop.actor import current_actor
from shop.db import db, transaction
from shop.errors import DomainError
from shop.money import ZERO, Money, share
from shop.sheets import MAX_ROWS, sheet, sheet_head
from shop.web.paging import Page, asked_page

bp = Blueprint("quota", __name__)
FIRST_YEAR = 2021
YEAR = re.compile(r"20[0-9]{2}")
PAGE_SIZE = 50


def asked_year(today: date) -> int:
    """The year of the address (this year by default); a year without filings is not found."""
    text = request.args.get("year", str(clock.procurement_year(today)))
    if not YEAR.fullmatch(text) or not FIRST_YEAR <= int(text) <= today.year + 1:
        raise PageNotFound
    return int(text)


def years_shown(today: date) -> list[int]:
    return list(range(today.year + 1, FIRST_YEAR - 1, -1))


def chosen(name: str, known: Iterable[str]) -> str | None:
    """A choice of the address, or None; an unknown one is not found."""
    value = request.args.get(name) or None
    if value is not None and value not in set(known):
        raise PageNotFound
    return value


def own_unit() -> Organisation:
    unit = db.session.get(Organisation, current_actor().organisation_id or 0)
    if unit is None:
        raise PageNotFound
    return unit


def rule_words(rule: QuotaRule | None) -> dict[str, Any]:
    """What every page says with a rule."""
    return {"rule": rule, "labels": labels, "rules": rules}


@bp.get("/quota")
@requires("quota:progress:read")
def unit_progress() -> str:
    """A unit's own year: the plan, and what has come how far, by channel."""
    today = clock.today()
    year, unit = asked_year(today), own_unit()
    plan = queries.plan_of(unit.id, year)
    rule = plan.rule if plan else queries.rule_of(unit, year, today=today)
    progress = queries.progress_of(unit.id, year)
    return render_template(
        "orders/quota/progress.html",
        unit=unit, year=year, years=years_shown(today), plan=plan, today=today,
        progress=progress, channels=channel_figures(progress),
        ends_on=(rule.completion_deadline if rule else None) or date(year, 12, 31),
        **rule_words(rule),
    )  # fmt: skip


@bp.get("/quota/entries")
@requires("quota:progress:read")
def list_entries() -> str:
    """The entries behind one figure; their sum is the figure."""
    unit, year, choice = asked_entries()
    statement = queries.entries_of(unit.id, year, **choice)
    sums = queries.sums(statement)
    page = Page(asked_page(), PAGE_SIZE, sum(each.count for each in sums))
    rows = queries.entry_page(statement, offset=page.offset, limit=page.size)
    return render_template(
        "orders/quota/entries.html",
        year=year, rows=rows, page=page, sums=sums, choice=choice, labels=labels, nothing=ZERO,
        what_counts=what_counts(), sheet_head=sheet_head(),
        download=url_for("quota.entries_workbook", year=year, **choice),
    )  # fmt: skip


@bp.get("/quota/entries.xlsx")
@requires("quota:progress:read")
def entries_workbook() -> Response:
    """All entries of the list as it is filtered."""
    unit, year, choice = asked_entries()
    statement = queries.entries_of(unit.id, year, **choice)
    rows = queries.entry_page(statement, offset=0, limit=MAX_ROWS + 1)
    report = entries_report(year, choice, rows, queries.sums(statement), unit=unit.name)
    return sheet(report, f"quota-entries-{year}")


def asked_entries() -> tuple[Organisation, int, dict[str, Any]]:
    choice = {
        "channel": chosen("channel", Channel),
        "fund": chosen("fund", FundSource),
        "stage": chosen("stage", Stage),
    }
    return own_unit(), asked_year(clock.today()), choice


@bp.get("/quota/filing")
@requires("quota:plan:file")
def show_filing() -> str:
    today = clock.today()
    year, unit = asked_year(today), own_unit()
    plan, rule = queries.plan_of(unit.id, year), queries.rule_of(unit, year, today=today)
    form = PlanForm(obj=plan) if plan else PlanForm(ratio=rule.ratio if rule else None)
    if plan and plan.reserved == share(plan.base_amount, plan.ratio):
        form.reserved.data = None  # computed anew from what is declared now
    return filing_page(form, unit, year, plan, rule)


@bp.post("/quota/filing")
@requires("quota:plan:file")
def file_plan() -> Response | tuple[str, int]:
    today = clock.today()
    year, unit = asked_year(today), own_unit()
    form, rule = PlanForm(), queries.rule_of(unit, year, today=today)
    if rule and not rules.owes(rule, unit.canteen_mode):
        form.drop_amounts()
    if form.validate():
        try:
            with transaction():
                operations.file_plan(
                    unit.id, year, form.to_declared(), actor=current_actor(), at=clock.now()
                )
            flash(_("%(year)d年度预留份额已填报。", year=year), "good")
            return redirect(url_for("quota.unit_progress", year=year))
        except DomainError as refusal:
            form.refuse(refusal.field, refusal.message)
    unit = own_unit()
    plan, rule = queries.plan_of(unit.id, year), queries.rule_of(unit, year, today=today)
    return filing_page(form, unit, year, plan, rule), 422


def filing_page(
    form: PlanForm, unit: Organisation, year: int, plan: QuotaPlan | None, rule: QuotaRule | None
) -> str:
    owes = rule is not None and rules.owes(rule, unit.canteen_mode)
    if not owes and "base_amount" in form:
        form.drop_amounts()
    if owes and rule is not None:
        base = labels.BASES[rules.BaseKind(rule.base_kind)]
        form.base_amount.label.text = _("%(label)s（元）", label=base)
    last, today = queries.plan_of(unit.id, year - 1), clock.today()
    is_open = rule is not None and (plan is None or plan.status in ("filed", "returned"))
    return render_template(
        "orders/quota/filing.html",
        form=form, unit=unit, year=year, plan=plan, last=last, owes=owes, is_open=is_open,
        years=years_shown(today), today=today, computed=computed(form, rule, last),
        **rule_words(rule),
    )  # fmt: skip


def computed(
    form: PlanForm, rule: QuotaRule | None, last: QuotaPlan | None
) -> tuple[Money | None, int | None, Money | None]:
    """(base, ratio, reserved) as far as the form is filled in rightly; ratio in basis points."""
    if rule is None or "base_amount" not in form:
        return None, None, None
    base, ratio = form.base_amount.data, form.ratio.data
    if base is None or ratio is None:
        return base, ratio, None
    least = share(base, ratio)
    if ratio >= rule.ratio:
        least = max(least, rules.floor(base, rule, last_year=last.reserved if last else None))
    return base, ratio, max(least, form.reserved.data or least)
