"""Making the world: the same day makes the same world, and only where it may be made."""

import hashlib
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, scoped_session

from demo.accounts import ACCOUNTS, PASSWORD
from demo.provider import tell_local_provider
from demo.world import NotEmpty, build, cutoff_of
from orders.invariants import books, machinery
from orders.models import Order, OrderEvent
from orders.payments.localstripe.store import Store
from orders.payments.models import Payment
from shop.accounts.models import User
from shop.db import Base as Table
from shop.db import db, transaction
from tests import world

Db = scoped_session[Session]
SALTED = {
    "bank_account_cipher",
    "head_name_cipher",
    "id_number_cipher",
    "phone_cipher",
    "password_hash",
}


def count(session: Db, model: type[Any], *conditions: Any) -> int:
    found = session.scalar(select(func.count()).select_from(model).where(*conditions))
    return found or 0


def digest() -> str:
    """Every row of every table, but for what is encrypted or salted."""
    found = hashlib.sha256()
    for table in Table.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in SALTED]
        keys = list(table.primary_key.columns)
        for row in db.session.execute(select(*columns).order_by(*keys)):
            found.update(repr(tuple(row)).encode())
    return found.hexdigest()


@pytest.fixture
def empty_shop(tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A shop with reference data and nothing else, on SQLite."""
    from shop.app import create_app

    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    monkeypatch.setitem(os.environ, "DATABASE_URL", url)
    monkeypatch.setitem(os.environ, "VAR_DIR", str(tmp_path))
    shop = create_app({"TESTING": True})
    with shop.app_context():
        db.create_all()
        with db.engine.begin() as connection, app.app_context(), db.engine.connect() as source:
            for name in ("regions", "designation_lists", "designations", "certificate_types",
                         "categories", "quota_rules", "payment_term_rules"):  # fmt: skip
                table = Table.metadata.tables[name]
                rows = [dict(row) for row in source.execute(select(table)).mappings()]
                connection.execute(insert(table), rows)
            connection.execute(insert(Table.metadata.tables["catalogue_version"]),
                               [{"id": 1, "number": 1}])  # fmt: skip
    return shop


def made(shop: Flask, until: date) -> str:
    with shop.app_context():
        with transaction():
            build(until, small=True)
        return digest()


def test_the_same_last_day_makes_the_same_world(empty_shop: Flask, database: object) -> None:
    first = made(empty_shop, date(2026, 3, 31))
    with empty_shop.app_context(), transaction():
        for table in reversed(Table.metadata.sorted_tables):
            if table.name in {"order_events", "ledger_entries", "audit_entries"}:
                for verb in ("update", "delete"):
                    db.session.connection().exec_driver_sql(f"DROP TRIGGER {table.name}_no_{verb}")
            if not table.name.startswith(("regions", "desig", "certificate_t", "categ", "quota_r",
                                          "payment_term", "catalogue")):  # fmt: skip
                db.session.execute(table.delete())
        db.session.execute(Table.metadata.tables["catalogue_version"].update().values(number=1))
    assert made(empty_shop, date(2026, 3, 31)) == first


def test_a_world_until_today_holds_its_invariants(empty_shop: Flask, database: object) -> None:
    with empty_shop.app_context():
        from shop import clock

        with transaction():
            build(clock.today(), small=True)
        faults = [fault for check in STANDING for fault in check()]
        latest = db.session.scalar(select(func.max(OrderEvent.at)))
        assert faults == []
        assert latest is not None
        assert latest <= cutoff_of(clock.today())


STANDING = (
    books.stock_balances,
    books.payments_fit,
    machinery.trail_is_whole,
)


def test_it_is_made_only_in_an_empty_database(session: Db) -> None:
    people = count(session, User)
    with pytest.raises(NotEmpty):
        build(world.LAST_DAY, small=True)
    assert count(session, User) == people


def test_the_command_refuses_a_database_in_use(database: object, app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["seed", "--small"])
    assert result.exit_code == 1
    assert "bin/run --fresh" in result.output


def test_the_command_refuses_a_production_site(
    database: object, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ENVIRONMENT", "production")
    result = app.test_cli_runner().invoke(args=["seed", "--small"])
    assert result.exit_code == 1
    assert "production" in result.output


def test_the_accounts_are_shown_with_their_password(database: object, app: Flask) -> None:
    output = app.test_cli_runner().invoke(args=["demo-accounts"]).output
    assert PASSWORD in output
    assert all(account.email in output for account in ACCOUNTS)


def test_the_local_provider_can_give_back_what_is_paid_and_unsent(
    session: Db, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, app: Flask
) -> None:
    monkeypatch.setenv("XIANGYUAN_LOCAL_STRIPE", "1")
    monkeypatch.setitem(app.config, "VAR_DIR", str(tmp_path))
    told = tell_local_provider()
    order = world.consumer_order("paid")
    payment = session.scalars(select(Payment).where(Payment.purchase_id == order.purchase_id)).one()
    store = Store(tmp_path / "localstripe")
    intent = store.get("payment_intent", payment.provider_payment_id or "")
    store.close()
    assert told == count(session, Order, Order.status == "paid") > 0
    assert intent is not None
    assert intent["amount_received"] == payment.amount.fen
    assert intent["latest_charge"]
