"""The supplier's desk, orders as a list, and statement."""

from flask import Blueprint, Response, render_template

from orders.supplier_desk import selling
from orders.supplier_desk.queries import SHOWN, desk_of
from orders.supplier_desk.sheets import orders_report, statement_report, what_counts
from orders.supplier_desk.statement import LABELS, Asked, Entry, entries_of, totals
from producers import reach
from producers.states import PRODUCER_LABELS, ProducerStatus
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import db
from shop.errors import NotFound
from shop.sheets import sheet
from shop.web.checklist import first_steps

bp = Blueprint("supplier", __name__)


@bp.get("/supplier")
@requires("orders:supply:read")
def desk() -> str:
    """What waits, by what is due first: orders, deliveries, money, stock, certificates."""
    actor, today = current_actor(), clock.today()
    producer = reach.own_producer(actor)
    return render_template(
        "orders/supplier_desk/desk.html",
        producer=producer,
        status=PRODUCER_LABELS[ProducerStatus(producer.status)],
        desk=desk_of(actor, producer, today),
        steps=first_steps(),
        today=today,
        shown=SHOWN,
    )


@bp.get("/supplier/orders")
@requires("orders:supply:read")
def orders() -> str:
    found = selling.selling_of(current_actor(), selling.Asked.read())
    return render_template(
        "orders/supplier/orders.html",
        list=found,
        asked=found.asked,
        labels=selling.VIEW_LABELS,
        today=clock.today(),
    )


@bp.get("/supplier/orders.xlsx")
@requires("orders:supply:read")
def orders_sheet() -> Response:
    """All that fits what is asked for, not one page of it."""
    actor, asked = current_actor(), selling.Asked.read()
    found = db.session.scalars(selling.orders_of(actor, asked)).all()
    report = orders_report(asked, found, seller=reach.own_producer(actor).name)
    return sheet(report, f"orders-{asked.status or 'all'}")


@bp.get("/supplier/statement")
@requires("orders:supply:read")
def statement() -> str:
    """Accepted deliveries of a month, or all that is unpaid, with what is owed on each."""
    producer = reach.own_producer(current_actor())
    asked, every, entries = _entries()
    return render_template(
        "orders/supplier_desk/statement.html",
        producer=producer,
        asked=asked,
        entries=entries,
        totals=totals(entries),
        units=sorted({(entry.buyer_key, entry.buyer) for entry in every}, key=lambda u: u[1]),
        unit=_unit_name(asked, every),
        labels=LABELS,
        what_counts=what_counts(),
        today=clock.today(),
        maker=current_actor().name,
    )


@bp.get("/supplier/statement.xlsx")
@requires("orders:supply:read")
def statement_sheet() -> Response:
    producer, today = reach.own_producer(current_actor()), clock.today()
    asked, every, entries = _entries()
    report = statement_report(
        asked, entries, seller=producer.name, unit=_unit_name(asked, every), on=today
    )
    return sheet(report, f"statement-{asked.view}-{asked.month}")


def _entries() -> tuple[Asked, list[Entry], list[Entry]]:
    """What is asked for, all entries of the view, and those of the buyer asked for."""
    today = clock.today()
    asked = Asked.read(today)
    every = entries_of(current_actor(), asked.view, asked.first, asked.after, today)
    entries = [entry for entry in every if asked.unit in ("", entry.buyer_key)]
    return asked, every, entries


def _unit_name(asked: Asked, every: list[Entry]) -> str | None:
    """The chosen buyer; None is all of them. Raises NotFound for one that has no entry here."""
    if not asked.unit:
        return None
    found = [entry.buyer for entry in every if entry.buyer_key == asked.unit]
    if not found:
        raise NotFound
    return found[0]
