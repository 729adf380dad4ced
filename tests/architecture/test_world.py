"""The tests' own footing: what a test wrote is gone before the next one."""

from flask import Flask
from sqlalchemy import delete, func, select, update

from orders.cart.models import Cart
from orders.models import OrderEvent
from shop import clock
from shop.accounts.models import Notice, User
from shop.audit import AuditEntry
from shop.db import Base, db, transaction
from tests.support.database import World


def sizes() -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    found = {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
             for table in tables}  # fmt: skip
    db.session.rollback()
    return found


def test_rows_written_changed_or_deleted_are_put_back(app: Flask, database: World) -> None:
    with app.app_context():
        before = sizes()
        names = db.session.scalars(select(User.name).order_by(User.id)).all()
        with transaction():
            user = db.session.scalars(select(User).order_by(User.id)).first()
            assert user is not None
            cart = Cart(token="left behind", updated_at=clock.now())
            db.session.add(cart)
            db.session.execute(update(User).values(name="somebody else"))
            db.session.execute(delete(Notice))
            db.session.flush()
            number = cart.id
        assert sizes() != before
        database.restore()
        assert sizes() == before
        assert db.session.scalars(select(User.name).order_by(User.id)).all() == names
        with transaction():
            again = Cart(token="the next", updated_at=clock.now())
            db.session.add(again)
            db.session.flush()
            assert again.id == number
        database.restore()
        assert before["order_events"] == db.session.scalar(
            select(func.count()).select_from(OrderEvent)
        )
        assert db.session.scalar(select(func.count()).select_from(AuditEntry))
