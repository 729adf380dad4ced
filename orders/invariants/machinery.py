"""I6-I10: events, messages, the audit trail, the search index and the database itself."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import and_, func, inspect, or_, select, text

from catalog import search
from catalog.models import Offer
from orders.invariants.finding import found, ids
from orders.models import Order, OrderEvent
from orders.payments.models import Payment, ProviderEvent
from orders.states import MACHINES, OrderEventKind, OrderKind, OrderStatus
from shop import clock
from shop.audit import AuditEntry
from shop.db import db, is_postgresql
from shop.errors import InvalidTransition
from shop.outbox import MessageStatus, OutboxMessage

LATE = timedelta(hours=1)
APPEND_ONLY = ("audit_entries", "ledger_entries", "order_events")


def events_apply_once() -> Iterator[str]:
    """I6: a provider's event is applied once; an order's story follows its transition table."""
    twice = select(func.min(ProviderEvent.id)).group_by(ProviderEvent.event_id)
    yield from found("provider_event", twice.having(func.count() > 1))
    half = ProviderEvent.applied_at.is_not(None) & ProviderEvent.outcome.is_(None)
    yield from ids("provider_event", ProviderEvent.id, half)
    yield from _stories()


def _stories() -> Iterator[str]:
    statement = (
        select(Order.id, Order.kind, Order.status, OrderEvent.event, OrderEvent.status)
        .join(OrderEvent, OrderEvent.order_id == Order.id)
        .order_by(Order.id, OrderEvent.id)
    )
    reached: dict[int, str] = {}
    stored: dict[int, str] = {}
    for order_id, kind, now, event, told in db.session.execute(statement):
        before, stored[order_id] = reached.get(order_id), now
        reached[order_id] = told
        if before is None and event == OrderEventKind.PLACE:
            continue
        try:
            machine = MACHINES[OrderKind(kind)]
            after = machine.next(OrderStatus(before or now), OrderEventKind(event))
        except InvalidTransition:
            yield f"order {order_id} event {event}"
            continue
        if after != told:
            yield f"order {order_id} event {event}"
    for order_id, now in stored.items():
        if reached[order_id] != now:
            yield f"order {order_id} status {now}"
    yield from ids("order", Order.id, Order.id.not_in(select(OrderEvent.order_id)))


def messages_are_handled() -> Iterator[str]:
    """I7: what is done was tried and ended; nothing is set aside or waits long past its time."""
    done = and_(
        OutboxMessage.status == MessageStatus.DONE,
        or_(OutboxMessage.finished_at.is_(None), OutboxMessage.attempts < 1),
    )
    waiting = OutboxMessage.status == MessageStatus.WAITING
    late = and_(waiting, OutboxMessage.available_at < clock.now() - LATE)
    aside = OutboxMessage.status == MessageStatus.SET_ASIDE
    yield from ids("outbox_message", OutboxMessage.id, or_(done, late, aside))


def trail_is_whole() -> Iterator[str]:
    """I8: every step of an order has its audit entry; the append-only tables refuse changes."""
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            if f"{table}_no_{verb}" not in _triggers():
                yield f"table {table} {verb} is not refused"
    kinds = ("orders", "purchases", "payments")
    columns = (AuditEntry.subject_type, AuditEntry.subject_id, AuditEntry.at)
    entries = db.session.execute(select(*columns).where(AuditEntry.subject_type.in_(kinds)))
    recorded = {(kind, subject, at) for kind, subject, at in entries}
    statement = (
        select(OrderEvent.id, OrderEvent.at, Order.id, Order.purchase_id, Payment.id)
        .join(Order, Order.id == OrderEvent.order_id)
        .outerjoin(Payment, Payment.purchase_id == Order.purchase_id)
    )
    for event_id, at, *subjects in db.session.execute(statement):
        wanted = {(kind, str(id_), at) for kind, id_ in zip(kinds, subjects, strict=True)}
        if recorded.isdisjoint(wanted):
            yield f"order_event {event_id} has no audit entry"


def _triggers() -> set[str]:
    known = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    if not is_postgresql():
        known = "SELECT lower(name) FROM sqlite_master WHERE type = 'trigger'"
    return {name.lower() for name in db.session.scalars(text(known))}


def index_is_catalogue() -> Iterator[str]:
    """I9: the search index holds exactly the listed offers."""
    listed = set(db.session.scalars(select(Offer.public_id).where(Offer.status == "listed")))
    try:
        held = search.index().keys()
    except search.IndexUnavailable:
        yield "index cannot be read"
        return
    for key in sorted(listed ^ held):
        yield f"offer {key} {'is not in the index' if key in listed else 'is not listed'}"


def database_is_whole() -> Iterator[str]:
    """I10: the database's own checks of its pages, indexes and keys."""
    if is_postgresql():
        yield from _postgresql_faults()
        return
    for (answer,) in db.session.execute(text("PRAGMA integrity_check")):
        if answer != "ok":
            yield str(answer)
    for row in db.session.execute(text("PRAGMA foreign_key_check")):
        yield f"{row[0]} row {row[1]} refers to a missing {row[2]}"


def _postgresql_faults() -> Iterator[str]:
    """amcheck where it is installed; else every table is read once and every constraint is valid."""
    invalid = text("SELECT conname FROM pg_constraint WHERE NOT convalidated")
    for name in db.session.scalars(invalid):
        yield f"constraint {name} is not valid"
    if db.session.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'")):
        trees = text(
            "SELECT bt_index_check(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE a.amname = 'btree' AND n.nspname = 'public' AND i.indisready AND i.indisvalid"
        )
        db.session.execute(trees)
        return
    for name in set(inspect(db.engine).get_table_names()) & db.metadata.tables.keys():
        db.session.execute(select(func.count()).select_from(db.metadata.tables[name]))
