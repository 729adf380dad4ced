"""The inbox: what was told to the person and to the organisation acted for, day by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import func, select

from shop import clock
from shop.access import requires
from shop.accounts import notices
from shop.accounts.answers import Answer, refuse_strange
from shop.accounts.forms import ReadingForm
from shop.accounts.models import Notice
from shop.accounts.views import bp as bp
from shop.actor import current_actor
from shop.db import db, transaction
from shop.web.filters import day as day_words
from shop.web.paging import Page, asked_page

NOTICES_PER_PAGE = 30


@dataclass(frozen=True)
class Item:
    """One notice as the page shows it."""

    text: str
    at: datetime
    clock: str
    url: str | None
    is_read: bool
    is_shared: bool


@bp.get("/inbox")
@requires("accounts:inbox:read")
def inbox() -> Answer:
    actor, only_unread = current_actor(), request.args.get("unread") == "1"
    mine, unread = notices.visible_to(actor), notices.unread(actor)
    shown = unread if only_unread else mine
    totals = [
        db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
        for found in (mine, unread)
    ]
    page = Page(asked_page(), NOTICES_PER_PAGE, totals[only_unread])
    rows = db.session.scalars(shown.offset(page.offset).limit(page.size)).all()
    return render_template(
        "accounts/inbox.html",
        page=page,
        days=by_day([*rows], today=clock.today()),
        newest=db.session.scalar(unread.with_only_columns(func.max(Notice.id)).order_by(None)),
        total=totals[0],
        unread=totals[1],
        only_unread=only_unread,
    )


@bp.post("/inbox/reading")
@requires("accounts:inbox:read")
def read_inbox() -> Answer:
    """Mark everything up to the newest that there was as read."""
    form = ReadingForm()
    refuse_strange(form)
    with transaction():
        notices.mark_read(current_actor(), up_to=int(str(form.newest.data)), at=clock.now())
    return redirect(url_for("accounts.inbox"))


def by_day(rows: list[Notice], *, today: date) -> list[tuple[str, list[Item]]]:
    """The notices under the Beijing day on which they came."""
    return [
        (day_heading(day, today=today), [_item(row) for row in found])
        for day, found in groupby(rows, key=lambda row: clock.business_day(row.created_at))
    ]


def day_heading(day: date, *, today: date) -> str:
    if day == today:
        return _("今天")
    return _("昨天") if day == today - timedelta(days=1) else day_words(day)


def _item(row: Notice) -> Item:
    return Item(
        text=notices.words_of(row),
        at=row.created_at,
        clock=format_datetime(row.created_at, "HH:mm"),
        url=row.url,
        is_read=row.read_at is not None,
        is_shared=row.organisation_id is not None,
    )
