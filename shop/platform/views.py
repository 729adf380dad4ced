"""The operator's pages: background work, and the audit trail shared with auditors."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import db, transaction
from shop.errors import InvalidInput
from shop.platform import operations, queries
from shop.platform.forms import AuditFilter
from shop.web.forms import Form
from shop.web.paging import Page, asked_page

bp = Blueprint("operations", __name__)
SHOWN_MESSAGES = 100
ENTRIES_PER_PAGE = 50


@bp.get("/platform/outbox")
@requires("shop:outbox:read")
def outbox() -> str:
    return render_template(
        "platform/outbox.html",
        topics=queries.topic_counts(),
        messages=db.session.scalars(queries.set_aside().limit(SHOWN_MESSAGES)).all(),
        jobs=queries.job_lines(),
    )


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
    found = queries.audit_entries(**form.to_filters() if valid else {})
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery()))
    page = Page(asked_page(), ENTRIES_PER_PAGE, (total or 0) if valid else 0)
    entries = db.session.scalars(found.offset(page.offset).limit(page.size)).all() if valid else []
    context = {"form": form, "page": page, "entries": entries}
    return render_template("platform/audit.html", **context), 200 if valid else 422
