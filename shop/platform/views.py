"""The operator's pages: background work, and the audit trail shared with auditors."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.audit import AuditEntry
from shop.db import db, transaction
from shop.errors import InvalidInput
from shop.platform import operations, queries, sheets, words
from shop.platform.changes import changes, places_of
from shop.platform.forms import AuditFilter
from shop.sheets import MAX_ROWS, sheet, sheet_head
from shop.web.forms import Form
from shop.web.key_paging import KeyPage, newest_first

bp = Blueprint("operations", __name__)
SHOWN_MESSAGES = 100
ENTRIES_PER_PAGE = 50
FILTERS = ("action", "subject", "person", "day", "until")


@bp.get("/platform/outbox")
@requires("shop:outbox:read")
def outbox() -> str:
    topics, jobs = queries.topic_counts(), queries.job_lines()
    return render_template(
        "platform/outbox.html",
        topics=topics, jobs=jobs, trouble=queries.in_trouble(topics, jobs, at=clock.now()),
        messages=db.session.scalars(queries.set_aside().limit(SHOWN_MESSAGES)).all(),
        words=words, sheet_head=sheet_head(), download=url_for("operations.outbox_sheet"),
    )  # fmt: skip


@bp.get("/platform/outbox.xlsx")
@requires("shop:outbox:read")
def outbox_sheet() -> Response:
    """The page's three tables in one workbook."""
    messages = db.session.scalars(queries.set_aside().limit(MAX_ROWS + 1)).all()
    return sheet(
        sheets.topics_report(queries.topic_counts()), f"outbox-{clock.today()}",
        sheets.set_aside_report(messages), sheets.jobs_report(queries.job_lines()),
    )  # fmt: skip


@bp.post("/platform/outbox/<int:message_id>/replay")
@requires("shop:outbox:replay")
def replay(message_id: int) -> Response:
    if not Form().validate_on_submit():
        raise InvalidInput
    with transaction():
        operations.replay_message(message_id, actor=current_actor(), at=clock.now())
    flash(_("任务已重新排队。"), "success")
    return redirect(url_for("operations.outbox"))


@bp.get("/platform/audit")
@requires("shop:audit:read")
def audit_trail() -> tuple[str, int]:
    form = AuditFilter(request.args)
    valid = form.validate()
    entries: Sequence[AuditEntry] = []
    page = KeyPage(None, None)
    if valid:
        found = queries.audit_entries(**form.to_filters())
        entries, page = newest_first(found, AuditEntry.id, ENTRIES_PER_PAGE)
    asked: dict[str, Any] = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return render_template(
        "platform/audit.html",
        form=form, page=page, entries=entries, words=words, changes=changes, places=places_of(entries),
        sheet_head=sheet_head(),
        group=(form.action.data or "").partition(":")[0] if valid else "",
        download=url_for("operations.audit_sheet", **asked) if valid else None,
    ), 200 if valid else 422  # fmt: skip


@bp.get("/platform/audit.xlsx")
@requires("shop:audit:read")
def audit_sheet() -> Response:
    form = AuditFilter(request.args)
    if not form.validate():
        raise InvalidInput
    found = queries.audit_entries(**form.to_filters()).limit(MAX_ROWS + 1)
    report = sheets.audit_report(db.session.scalars(found).all(), form)
    return sheet(report, f"audit-{clock.today()}")
