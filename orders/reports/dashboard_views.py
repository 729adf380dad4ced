"""The officials' landing page: a division's year, and what wants attention."""

from flask import Blueprint, render_template, url_for

from orders.models import Channel, FundSource
from orders.quota import labels
from orders.quota.review_views import asked_region
from orders.quota.scope import scope_of
from orders.quota.stages import Stage
from orders.quota.views import asked_year, years_shown
from orders.reports.dashboard import Dashboard, dashboard, year_of
from orders.reports.pictures import pictures
from orders.reports.procurement import of_units
from orders.reports.way import ended, way_of
from shop import clock, review
from shop.access import requires
from shop.actor import current_actor
from shop.money import Money
from shop.sheets import sheet_head

bp = Blueprint("overview", __name__)
MONTHS = 12


@bp.get("/official")
@requires("reports:totals:read")
def show() -> str:
    """The figures of a year in the actor's division, or in one within it."""
    actor, today = current_actor(), clock.today()
    scope, year = scope_of(actor), asked_year(today)
    selection = year_of(asked_region(scope.region_code), year, today)
    found = dashboard(selection, scope, today=today)
    month = today.month if year == today.year else MONTHS if year < today.year else 0
    place = found.names.get(selection.region, "")
    if scope.department_id is not None:  # a department's units are not all of its division's
        place = actor.organisation_name or place
    waiting = review.counts(actor) if actor.organisation_id else {}
    return render_template(
        "orders/reports/dashboard.html",
        found=found, selection=selection, year=year, years=years_shown(today), today=today,
        channels=channels(found, with_consumers=scope.department_id is None),
        place=place, pictures=pictures(found, last_month=month),
        labels=labels, way=ended(way_of(selection, scope)),
        waiting=sum(waiting.values()), sheet_head=sheet_head(),
        orders_url=url_for("reports.orders", **selection.arguments()),
        totals_url=url_for("reports.totals", **selection.arguments()),
        open_url=url_for("quota_review.list_plans", region=selection.region, year=year, state="open"),
    )  # fmt: skip


def channels(found: Dashboard, *, with_consumers: bool) -> list[dict[str, object]]:
    """The books that stand side by side: each channel's unit purchases, and consumers'."""

    def stages(of: object) -> dict[str, Money]:
        return {stage.value: of(stage) for stage in Stage}  # type: ignore[operator]

    units = [
        {"label": str(labels.CHANNELS[channel]), "counts": channel is Channel.FUPIN832,
         **stages(lambda stage, c=channel: of_units(found.totals, c, stage))}
        for channel in labels.CHANNELS
    ]  # fmt: skip
    if not with_consumers:
        return units
    progress = found.totals.progress
    personal = stages(lambda stage: progress.of_fund(Channel.LOCAL, FundSource.PERSONAL, stage))
    return [*units, {"label": str(labels.FUNDS[FundSource.PERSONAL]), "counts": False, **personal}]
