"""What must always hold (I1-I10), read from the database and told by ids only.

`bin/flask check-invariants [--json]` runs all; an operator may run it at any time, it only reads.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import ColumnElement, Select, and_, func, inspect, or_, select, text

from catalog import search
from catalog.models import Hold, Offer, StockLot
from orders.fulfilment.models import Acceptance
from orders.models import Order, OrderEvent, OrderLine, Purchase
from orders.payments.models import BankTransfer, Invoice, Payment, ProviderEvent, Refund
from orders.quota.models import LedgerEntry
from orders.reports import recomputation
from orders.states import MACHINES, OrderEventKind, OrderKind, OrderStatus
from shop import clock
from shop.audit import AuditEntry
from shop.db import db, is_postgresql
from shop.errors import InvalidInput, InvalidTransition
from shop.money import CURRENCY
from shop.outbox import MessageStatus, OutboxMessage
from shop.regions import queries as regions
from shop.regions.models import Level

LATE = timedelta(hours=1)
APPEND_ONLY = ("audit_entries", "ledger_entries", "order_events")
Check = Callable[[], Iterator[str]]


def stock_balances() -> Iterator[str]:
    """I1: on hand = received - sold - written off; 0 ≤ held ≤ on hand; held = Σ live holds."""
    live = (
        select(func.coalesce(func.sum(Hold.quantity), 0))
        .where(Hold.stock_lot_id == StockLot.id, Hold.status == "live")
        .scalar_subquery()
    )
    unbalanced = StockLot.on_hand != StockLot.received - StockLot.sold - StockLot.written_off
    outside = or_(StockLot.held < 0, StockLot.held > StockLot.on_hand)
    yield from _ids("stock_lot", StockLot.id, or_(unbalanced, outside, StockLot.held != live))


def payments_fit() -> Iterator[str]:
    """I2: captured payment ↔ paid purchase of that amount, or a refund; nothing paid without one."""
    refunds = select(Refund.payment_id, func.sum(Refund.amount).label("amount"))
    refunded = refunds.where(Refund.status != "failed").group_by(Refund.payment_id).subquery()
    fits = and_(
        Purchase.status == "paid", Payment.amount == Purchase.total, Payment.currency == CURRENCY
    )
    wrong = or_(
        and_(Payment.paid_at.is_not(None), ~fits, refunded.c.payment_id.is_(None)),
        refunded.c.amount > Payment.amount,
    )
    statement = (
        select(Payment.id)
        .join(Purchase, Purchase.id == Payment.purchase_id)
        .outerjoin(refunded, refunded.c.payment_id == Payment.id)
    )
    yield from _found("payment", statement.where(wrong))
    captured = select(Payment.purchase_id).where(Payment.paid_at.is_not(None))
    consumer = and_(Order.kind == OrderKind.CONSUMER, Order.paid_at.is_not(None))
    yield from _ids("order", Order.id, and_(consumer, Order.purchase_id.not_in(captured)))
    yield from _unpaid_institutions()


def _unpaid_institutions() -> Iterator[str]:
    """A completed delivery has its acceptance, its invoice and a transfer of that amount."""
    statement = (
        select(Order.id)
        .outerjoin(Acceptance, Acceptance.order_id == Order.id)
        .outerjoin(Invoice, Invoice.order_id == Order.id)
        .outerjoin(BankTransfer, BankTransfer.order_id == Order.id)
        .where(Order.kind == OrderKind.INSTITUTION)
    )
    missing = or_(
        BankTransfer.id.is_(None), Invoice.id.is_(None), Acceptance.accepted_at.is_(None),
        BankTransfer.amount != Invoice.amount,
    )  # fmt: skip
    yield from _found("order", statement.where(Order.status == OrderStatus.COMPLETED, missing))
    early = and_(Order.status != OrderStatus.COMPLETED, BankTransfer.id.is_not(None))
    yield from _found("order", statement.where(early))


def totals_add_up() -> Iterator[str]:
    """I3: an order's total is the sum of its lines, a purchase's that of its orders."""
    lines = select(func.coalesce(func.sum(OrderLine.amount), 0))
    of_order = lines.where(OrderLine.order_id == Order.id).scalar_subquery()
    yield from _ids("order", Order.id, Order.total != of_order)
    orders = select(func.coalesce(func.sum(Order.total), 0))
    of_purchase = orders.where(Order.purchase_id == Purchase.id).scalar_subquery()
    yield from _ids("purchase", Purchase.id, Purchase.total != of_purchase)


def ledger_is_right() -> Iterator[str]:
    """I4: the ledger equals a recomputation from the raw records, by order, stage and day, and at
    county, city and province."""
    facts = list(recomputation.facts())
    expected = recomputation.sums(facts, lambda fact: (fact.order_id, fact.stage, fact.day))
    columns = (LedgerEntry.order_id, LedgerEntry.stage, LedgerEntry.day)
    rows = db.session.execute(select(*columns, func.sum(LedgerEntry.delta)).group_by(*columns))
    entered = {(order, stage, day): amount.fen for order, stage, day, amount in rows if amount}
    for order_id, stage, day in _different(expected, entered):
        yield f"order {order_id} {stage} {day}"
    for level in (Level.COUNTY, Level.PREFECTURE, Level.PROVINCE):
        place = regions.group_code(LedgerEntry.buyer_region_code, level)
        statement = select(
            place.label("place"), LedgerEntry.channel, LedgerEntry.fund_source, LedgerEntry.stage,
            func.sum(LedgerEntry.delta),
        ).group_by(place, LedgerEntry.channel, LedgerEntry.fund_source, LedgerEntry.stage)  # fmt: skip
        found = {tuple(key): amount.fen for *key, amount in db.session.execute(statement) if amount}
        again: dict[Any, int] = {}
        for fact in facts:
            around = _around(fact.region_code, level)
            key = (around, fact.channel, fact.fund_source, fact.stage)
            again[key] = again.get(key, 0) + fact.fen
        again = {key: fen for key, fen in again.items() if fen}
        for where in _different(again, found):
            yield f"{level} " + " ".join(where)


def _around(code: str, level: Level) -> str:
    """The division of this level, or the code itself where it stands above."""
    try:
        return regions.ancestor(code, level)
    except InvalidInput:
        return code


def _different(one: dict[Any, int], other: dict[Any, int]) -> list[Any]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def keys_are_single() -> Iterator[str]:
    """I5: one idempotency key, one purchase, and every purchase has an order."""
    columns = (Purchase.user_id, Purchase.idempotency_key)
    twice = select(func.min(Purchase.id)).group_by(*columns).having(func.count() > 1)
    yield from _found("purchase", twice)
    yield from _ids("purchase", Purchase.id, Purchase.id.not_in(select(Order.purchase_id)))


def events_apply_once() -> Iterator[str]:
    """I6: a provider's event is applied once; an order's story follows its transition table."""
    twice = select(func.min(ProviderEvent.id)).group_by(ProviderEvent.event_id)
    yield from _found("provider_event", twice.having(func.count() > 1))
    half = ProviderEvent.applied_at.is_not(None) & ProviderEvent.outcome.is_(None)
    yield from _ids("provider_event", ProviderEvent.id, half)
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
    yield from _ids("order", Order.id, Order.id.not_in(select(OrderEvent.order_id)))


def messages_are_handled() -> Iterator[str]:
    """I7: what is done was tried and ended; nothing is set aside or waits long past its time."""
    done = and_(
        OutboxMessage.status == MessageStatus.DONE,
        or_(OutboxMessage.finished_at.is_(None), OutboxMessage.attempts < 1),
    )
    waiting = OutboxMessage.status == MessageStatus.WAITING
    late = and_(waiting, OutboxMessage.available_at < clock.now() - LATE)
    aside = OutboxMessage.status == MessageStatus.SET_ASIDE
    yield from _ids("outbox_message", OutboxMessage.id, or_(done, late, aside))


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


CHECKS: dict[str, Check] = {
    "I1": stock_balances,
    "I2": payments_fit,
    "I3": totals_add_up,
    "I4": ledger_is_right,
    "I5": keys_are_single,
    "I6": events_apply_once,
    "I7": messages_are_handled,
    "I8": trail_is_whole,
    "I9": index_is_catalogue,
    "I10": database_is_whole,
}


def violations() -> dict[str, list[str]]:
    """Every invariant with what breaks it; an empty list is a kept one."""
    return {name: list(check()) for name, check in CHECKS.items()}


def _ids(noun: str, column: object, wrong: ColumnElement[bool]) -> Iterator[str]:
    yield from _found(noun, select(column).where(wrong))  # type: ignore[call-overload]


def _found(noun: str, statement: Select[tuple[int]]) -> Iterator[str]:
    for id_ in db.session.scalars(statement):
        yield f"{noun} {id_}"


@click.command("check-invariants")
@click.option("--json", "as_json", is_flag=True, help="machine-readable")
@with_appcontext
def check_invariants(as_json: bool) -> None:
    """Check I1-I10; each violation is printed by its ids and makes the exit code 1."""
    found = violations()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for name, broken in found.items():
            words = (CHECKS[name].__doc__ or "").split(": ", 1)[-1].split("\n")[0]
            click.echo(f"{name:4} {'ok' if not broken else f'{len(broken)} broken':12} {words}")
            for each in broken:
                click.echo(f"     {name} {each}")
    if any(found.values()):
        raise SystemExit(1)
