"""Each invariant is kept in the demo world, and each is seen when it is broken by hand."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from catalog import search
from catalog.models import Hold, Offer
from orders import invariants
from orders.invariants import machinery
from orders.models import Order, OrderLine, Purchase
from orders.payments.models import BankTransfer, Payment
from orders.quota.models import LedgerEntry
from shop.accounts.models import User
from shop.db import db, is_postgresql
from shop.money import Money
from shop.outbox import OutboxMessage

AT = datetime(2026, 6, 29, tzinfo=UTC)


def run(sql: str, **values: Any) -> None:
    db.session.execute(text(sql), values)


def first(model: Any, *conditions: Any) -> Any:
    return db.session.scalars(select(model).where(*conditions).order_by(model.id)).first()


def held_without_a_lot_knowing() -> None:
    lot = db.session.scalar(text("SELECT id FROM stock_lots ORDER BY id LIMIT 1"))
    db.session.add(Hold(stock_lot_id=lot, holder_key="order-line:0", quantity=1, created_at=AT))


def payment_of_another_amount() -> None:
    first(Payment, Payment.status == "paid").amount = Money(1)


def order_paid_without_payment() -> None:
    order = first(Order, Order.kind == "consumer", Order.status == "completed")
    payment = first(Payment, Payment.purchase_id == order.purchase_id)
    payment.status, payment.paid_at = "open", None


def transfer_of_another_amount() -> None:
    first(BankTransfer).amount = Money(1)


def line_dearer_than_its_order() -> None:
    line = first(OrderLine)
    line.amount = line.amount + Money(1)


def purchase_dearer_than_its_orders() -> None:
    purchase = first(Purchase)
    purchase.total = purchase.total + Money(1)


def entry_that_nothing_explains() -> None:
    entry = first(LedgerEntry, LedgerEntry.stage == "paid")
    names = [c.name for c in LedgerEntry.__table__.columns if c.name not in ("id", "event_key")]
    values = {name: getattr(entry, name) for name in names}
    db.session.add(LedgerEntry(**{**values, "event_key": "by hand", "delta": Money(1)}))


def acceptance_weighed_anew_afterwards() -> None:
    run("UPDATE acceptance_lines SET delivered = delivered + 1000 WHERE id ="
        " (SELECT min(id) FROM acceptance_lines)")  # fmt: skip


def purchase_without_an_order() -> None:
    user = first(User)
    db.session.add(
        Purchase(number="P0", kind="consumer", user_id=user.id, idempotency_key="none",
                 request_fingerprint="none", total=Money(1), status="open", placed_at=AT)
    )  # fmt: skip


def status_moved_by_hand() -> None:
    run("UPDATE orders SET status = 'approved' WHERE id ="
        " (SELECT min(id) FROM orders WHERE kind = 'institution' AND status = 'completed')")  # fmt: skip


def message_set_aside() -> None:
    db.session.add(OutboxMessage(topic="none", payload={}, status="set_aside", attempts=8,
                                 created_at=AT, available_at=AT))  # fmt: skip


def message_long_overdue() -> None:
    db.session.add(OutboxMessage(topic="none", payload={}, created_at=AT, available_at=AT))


def trigger_dropped() -> None:
    table = " ON ledger_entries" if is_postgresql() else ""
    run(f"DROP TRIGGER ledger_entries_no_delete{table}")


def audit_entry_gone() -> None:
    table = " ON audit_entries" if is_postgresql() else ""
    run(f"DROP TRIGGER audit_entries_no_delete{table}")
    run("DELETE FROM audit_entries WHERE action = 'orders:order:accept'")


def offer_no_longer_listed() -> None:
    first(Offer, Offer.status == "listed").status = "retired"


def line_of_no_order() -> None:
    """A reference to what is not there; PostgreSQL's constraint must be made again unchecked."""
    if is_postgresql():
        run("ALTER TABLE refunds ADD CONSTRAINT by_hand CHECK (amount > 0) NOT VALID")
        return
    run("UPDATE holds SET quantity = quantity WHERE id = -1")  # the world notices a write
    db.session.commit()
    with closing(sqlite3.connect(str(db.engine.url.database))) as unchecked:
        unchecked.execute(
            "UPDATE holds SET stock_lot_id = 999999 WHERE id IN (SELECT min(id) FROM holds)"
        )
        unchecked.commit()


BROKEN: list[tuple[str, Callable[[], None]]] = [
    ("I1", held_without_a_lot_knowing),
    ("I2", payment_of_another_amount),
    ("I2", order_paid_without_payment),
    ("I2", transfer_of_another_amount),
    ("I3", line_dearer_than_its_order),
    ("I3", purchase_dearer_than_its_orders),
    ("I4", entry_that_nothing_explains),
    ("I4", acceptance_weighed_anew_afterwards),
    ("I5", purchase_without_an_order),
    ("I6", status_moved_by_hand),
    ("I7", message_set_aside),
    ("I7", message_long_overdue),
    ("I8", trigger_dropped),
    ("I8", audit_entry_gone),
    ("I9", offer_no_longer_listed),
    ("I10", line_of_no_order),
]


def test_the_demo_world_keeps_every_invariant(app: Flask, session: Any) -> None:
    assert invariants.violations() == {f"I{number}": [] for number in range(1, 11)}


@pytest.mark.parametrize(("name", "break_it"), BROKEN, ids=[f.__name__ for _, f in BROKEN])
def test_a_broken_invariant_is_seen(
    app: Flask, session: Any, name: str, break_it: Callable[[], None]
) -> None:
    break_it()
    db.session.flush()
    found = list(invariants.CHECKS[name]())
    db.session.rollback()
    assert found


def test_a_damaged_index_is_seen(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Damaged:
        def keys(self) -> set[str]:
            raise search.IndexUnavailable

    monkeypatch.setattr(search, "index", Damaged)
    assert list(machinery.index_is_catalogue()) == ["index cannot be read"]


def test_the_command_says_ok_and_exits_0(app: Flask, database: Any) -> None:
    result = app.test_cli_runner().invoke(args=["check-invariants"])
    assert result.exit_code == 0, result.output
    assert result.output.count(" ok ") == 10


def test_the_command_prints_ids_and_exits_1(app: Flask, database: Any) -> None:
    with app.app_context():
        order = first(Order)
        order.total = order.total + Money(1)
        number = order.id
        db.session.commit()
    result = app.test_cli_runner().invoke(args=["check-invariants", "--json"])
    assert result.exit_code == 1
    assert f"order {number}" in json.loads(result.output)["I3"]
