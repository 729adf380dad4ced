"""The reviewers' desk: one queue of what waits, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from werkzeug.exceptions import NotFound

from shop import clock, review
from shop.access import requires
from shop.actor import Actor, current_actor, name_shown
from shop.audit import AuditEntry
from shop.db import db
from shop.regions.queries import names
from shop.sheets import MAX_ROWS, Column, Group, Kind, Report, Row, sheet, sheet_head
from shop.web.filters import moment
from shop.web.frame import pick
from shop.web.key_paging import newest_first
from shop.web.paging import Page, asked_page

bp = Blueprint("review", __name__)
PAGE_SIZE, PIECE = 30, 1_000


def asked_kind(actor: Actor) -> str | None:
    """The kind of the address; one that this actor does not decide on is not found."""
    kind = request.args.get("kind")
    if kind is not None and kind not in {source.key for source in review.sources_for(actor)}:
        raise NotFound
    return kind


@bp.get("/review")
@requires("catalog:review:read")
def desk() -> str:
    """What waits for this reviewer, the longest first."""
    return _desk(asked_kind(current_actor()))


@bp.get("/review/certificates")
@requires("catalog:certificate:review")
def list_certificates() -> str:
    return _desk("certificates")


@bp.get("/review/offers")
@requires("catalog:offer:review")
def list_offers() -> str:
    return _desk("offers")


def _desk(kind: str | None) -> str:
    actor = current_actor()
    counts = review.counts(actor)
    page = Page(asked_page(), PAGE_SIZE, counts[kind] if kind else sum(counts.values()))
    items = review.queue(actor, kind, offset=page.offset, limit=page.size)
    return render_template(
        "catalog/review/desk.html",
        items=items, page=page, kind=kind, counts=counts, sources=review.sources_for(actor),
        places=names({item.region_code for item in items}), today=clock.today(),
        waited={item.reference: waited(item) for item in items},
        download=url_for("review.desk_sheet", kind=kind), sheet_head=sheet_head(),
    )  # fmt: skip


def waited(item: review.Item) -> int:
    """Whole days since it was handed in."""
    return (clock.today() - clock.business_day(item.since)).days


@bp.get("/review.xlsx")
@requires("catalog:review:read")
def desk_sheet() -> Response:
    actor = current_actor()
    kind = asked_kind(actor)
    items = review.queue(actor, kind, offset=0, limit=MAX_ROWS + 1)
    places = names({item.region_code for item in items}, full=True)
    labels = {source.key: str(source.label) for source in review.sources_for(actor)}
    rows = [
        Row(pick(item, "title"), {
            "kind": labels[item.kind], "party": item.party,
            "place": places.get(item.region_code), "since": moment(item.since),
            "days": waited(item),
        })
        for item in items
    ]  # fmt: skip
    columns = [
        Column("kind", _("事项"), Kind.TEXT), Column("party", _("提交方"), Kind.TEXT),
        Column("place", _("地区"), Kind.TEXT), Column("since", _("提交时间"), Kind.TEXT),
        Column("days", _("已等待天数"), Kind.COUNT),
    ]  # fmt: skip
    report = Report(
        _("待审事项"), _("哪些事项在等待审核，各等了多久？"), _("内容"), [Group("", columns)], rows,
        None, [_("按提交时间排列，等得最久的在前；只含您有权办理的事项。")],
        [(_("事项"), labels[kind] if kind else _("全部"))],
    )  # fmt: skip
    return sheet(report, f"review-{clock.today()}")


@bp.get("/review/history")
@requires("catalog:review:read")
def history() -> str:
    """What the reviewer's office decided, the newest first."""
    actor = current_actor()
    kind, sources = asked_kind(actor), review.sources_for(actor)
    shown = [source for source in sources if kind in (None, source.key)]
    entries, page = newest_first(_decided(actor, shown), AuditEntry.id, PAGE_SIZE)
    return render_template(
        "catalog/review/history.html",
        decisions=_told(entries, shown), page=page, kind=kind, sources=sources,
        sheet_head=sheet_head(), download=url_for("review.history_sheet", kind=kind),
    )  # fmt: skip


@bp.get("/review/history.xlsx")
@requires("catalog:review:read")
def history_sheet() -> Response:
    actor = current_actor()
    kind, sources = asked_kind(actor), review.sources_for(actor)
    shown = [source for source in sources if kind in (None, source.key)]
    wanted = _decided(actor, shown).order_by(AuditEntry.id.desc()).limit(MAX_ROWS + 1)
    labels = (
        ("kind", _("事项")), ("result", _("结果")), ("reason", _("原因")),
        ("person", _("办理人")), ("at", _("时间")),
    )  # fmt: skip
    rows = [
        Row(each.title or "—", {
            "kind": each.kind, "result": each.result, "reason": each.reason,
            "person": each.person, "at": moment(each.at),
        })
        for each in _told(db.session.scalars(wanted).all(), shown)
    ]  # fmt: skip
    asked = next((str(source.label) for source in sources if source.key == kind), _("全部"))
    report = Report(
        _("办理记录"), _("本单位办理了哪些审核，结果如何？"), _("内容"),
        [Group("", [Column(key, label, Kind.TEXT) for key, label in labels])], rows, None,
        [_("本单位办理过的审核，最近的在最上面；记录不能修改或删除。")], [(_("事项"), asked)],
    )  # fmt: skip
    return sheet(report, f"review-history-{clock.today()}")


@dataclass(frozen=True)
class Decision:
    """One line of the history, in words; what was decided on may be gone."""

    title: str | None
    url: str | None
    kind: str
    result: str
    reason: str | None
    person: str
    at: datetime


def _told(entries: Sequence[AuditEntry], shown: list[review.Source]) -> list[Decision]:
    """The decisions with what they are about: a query for each kind, in pieces of a thousand."""
    of_action = {action: source for source in shown for action in source.decisions}
    titles: dict[tuple[str, str], tuple[str, str]] = {}
    for source in shown:
        ids = sorted({e.subject_id for e in entries if of_action[e.action] is source})
        for start in range(0, len(ids), PIECE):
            found = source.titles(ids[start : start + PIECE])
            titles |= {(source.key, key): value for key, value in found.items()}
    told = []
    for entry in entries:
        source = of_action[entry.action]
        title, url = titles.get((source.key, entry.subject_id), (None, None))
        told.append(
            Decision(
                title, url, str(source.label), str(source.decisions[entry.action]),
                (entry.after or {}).get("reason"), name_shown(entry.actor_name), entry.at,
            )
        )  # fmt: skip
    return told


def _decided(actor: Actor, sources: list[review.Source]) -> Select[Any]:
    actions = [action for source in sources for action in source.decisions]
    return select(AuditEntry).where(
        AuditEntry.action.in_(actions), AuditEntry.organisation_id == actor.organisation_id
    )
