"""The table of listings: read, edited in place, taken down and put back by the dozen."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import flash, redirect, render_template, session
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from catalog import listings_table, manage_queries
from catalog.listings_table import Asked, OfferRow
from catalog.manage_pages import picture_of
from catalog.manage_views import bp
from catalog.models import Offer, StockLot
from catalog.operations import offers, stock_keeping
from catalog.states import OFFER_LABELS, OFFER_MACHINE, OfferEvent, OfferStatus
from catalog.table_forms import Edit, TableForm, posted_ids, table_form
from producers import reach
from producers.models import Batch, Producer
from shop import clock
from shop.access import requires
from shop.actor import Actor, current_actor
from shop.db import db, lock
from shop.errors import InvalidInput, InvalidTransition
from shop.web.acting import carried_out
from shop.web.paging import Page, asked_page

Answer = str | Response | tuple[str, int]
PAGE_SIZE = 20
MOVED = "offers_moved"
"""In the session until the next page: what was just taken down or put back, to be undone."""
EVENTS = {"suspend": OfferEvent.SUSPEND, "resume": OfferEvent.RESUME}
REACHED = {OfferEvent.SUSPEND: OfferStatus.SUSPENDED, OfferEvent.RESUME: OfferStatus.LISTED}


@bp.get("/supplier/listings")
@requires("catalog:offer:read")
def list_offers() -> str:
    producer = reach.own_producer(current_actor())
    rows = listings_table.rows_of(producer, clock.today())
    return _table_page(producer, rows, None)


@bp.post("/supplier/listings")
@requires("catalog:offer:write")
def change_offers() -> Answer:
    """Save what was typed into the rows and move the ticked ones: all of it, or nothing."""
    actor, today = current_actor(), clock.today()
    producer = reach.own_producer(actor)
    asked, rows, sent = Asked.read(), listings_table.rows_of(producer, today), posted_ids()
    form = table_form(row for row in rows if row.public_id in sent or row in asked.choose(rows))
    done, refusals = Done(0, []), list[tuple[str, object]]()

    def act() -> None:
        changed = _apply(form, refusals, reach.own_producer(actor), actor)
        if refusals:
            raise InvalidInput(_("有 %(count)d 处不能保存，请改正；其他修改也还没有保存。",
                                 count=len(refusals)))  # fmt: skip
        done.edits, done.moved = changed

    if form.validate() and carried_out(form, act):
        _tell(form, done)
        return redirect(asked.url())
    rows = listings_table.rows_of(producer, today)
    for field, message in refusals:
        form.refuse(field, message)
    _show_current(form, rows, {field for field, _message in refusals})
    return _table_page(producer, rows, form), 422


@dataclass
class Done:
    edits: int
    moved: list[str]


def _apply(
    form: TableForm, refusals: list[tuple[str, object]], producer: Producer, actor: Actor
) -> tuple[int, list[str]]:
    """Every edit in the order of ids, under the locks of all; what is refused is gathered."""
    edits, event = form.to_edits(), EVENTS.get(form.act.data or "")
    wanted = {edit.row.public_id for edit in edits} | (form.chosen if event else set())
    found = {
        offer.public_id: offer
        for offer in db.session.scalars(
            manage_queries.own_offers(producer)
            .where(Offer.public_id.in_(wanted))
            .options(selectinload(Offer.tiers))
        )
    }
    _lock_all(found.values(), [edit for edit in edits if edit.counted is not None])
    for edit in edits:
        _change(found[edit.row.public_id], edit, refusals, actor)
    chosen = [found[key] for key in sorted(form.chosen) if key in found] if event else []
    return len(edits), _move(chosen, event, actor) if event else []


def _lock_all(found: Iterable[Offer], counted: list[Edit]) -> None:
    """Offers, then batches, then lots, each by id: as everybody locks them."""
    ids = [offer.id for offer in lock(Offer, [offer.id for offer in found])]
    if counted:
        lots = db.session.query(StockLot.id, StockLot.batch_id).where(StockLot.offer_id.in_(ids))
        keys = lots.all()
        lock(Batch, [batch_id for _lot_id, batch_id in keys])
        lock(StockLot, [lot_id for lot_id, _batch_id in keys])


def _change(offer: Offer, edit: Edit, refusals: list[tuple[str, object]], actor: Actor) -> None:
    at, key = clock.now(), edit.row.public_id
    try:
        if edit.price is not None:
            offers.change_price(offer, edit.price, seen=edit.seen_price, actor=actor, at=at)
    except (InvalidInput, InvalidTransition) as refusal:
        refusals.append((f"price-{key}", refusal.message))
    try:
        if edit.counted is not None:
            stock_keeping.count_stock(offer, edit.counted, seen=edit.seen_free, actor=actor, at=at)
    except InvalidInput as refusal:
        refusals.append((f"stock-{key}", refusal.message))


def _move(chosen: list[Offer], event: OfferEvent, actor: Actor) -> list[str]:
    """Those that may take the step; one that stands there already is left. InvalidInput if none."""
    movable = [
        offer for offer in chosen if event in OFFER_MACHINE.events_from(OfferStatus(offer.status))
    ]
    if not movable and not any(offer.status == REACHED[event] for offer in chosen):
        words = {
            OfferEvent.SUSPEND: _("请勾选要下架的在售商品。"),
            OfferEvent.RESUME: _("请勾选要恢复的已下架商品。"),
        }
        raise InvalidInput(words[event])
    for offer in sorted(movable, key=lambda offer: offer.id):
        offers.move_offer(offer, event, actor=actor, at=clock.now())
    return [offer.public_id for offer in movable]


def _tell(form: TableForm, done: Done) -> None:
    if done.edits:
        flash(_("已保存 %(count)d 件商品的修改，价格对新订单生效。", count=done.edits), "success")
    if done.moved:
        session[MOVED] = [form.act.data, done.moved]
    elif not done.edits:
        flash(_("没有需要保存的修改。"), "info")


def _show_current(form: TableForm, rows: list[OfferRow], refused: set[str]) -> None:
    """Where something had changed meanwhile, the next attempt starts from what stands now."""
    now = {row.public_id: row for row in rows}
    for row in form.rows:
        seen = form.fields_of(row)["seen"]
        fen, _slash, free = (seen.data or "").partition("/")
        if f"price-{row.public_id}" in refused:
            fen = str(now[row.public_id].price.fen)
        if f"stock-{row.public_id}" in refused:
            free = str(now[row.public_id].free)
        seen.data = f"{fen}/{free}"


def _table_page(producer: Producer, rows: list[OfferRow], form: TableForm | None) -> str:
    asked = Asked.read()
    chosen = asked.choose(rows)
    page = Page(asked_page(), PAGE_SIZE, len(chosen))
    shown = chosen[page.offset : page.offset + page.size]
    ids = [row.id for row in shown]
    wanted = manage_queries.own_offers(producer).where(Offer.id.in_(ids))
    found = {offer.id: offer for offer in db.session.scalars(wanted)}
    return render_template(
        "catalog/manage/listings.html",
        rows=shown,
        offers=found,
        conditions=manage_queries.conditions_of(ids, clock.today()),
        pictures={key: picture_of(offer.product) for key, offer in found.items()},
        labels=OFFER_LABELS,
        counts=listings_table.counts(rows),
        worth=listings_table.worth(chosen),
        asked=asked,
        page=page,
        form=form or table_form(shown),
        moved=session.pop(MOVED, None),
    )
