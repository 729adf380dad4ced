"""Each fact of an order reaches the side that did not bring it about, once."""

from flask import Flask
from sqlalchemy import select

from shop import outbox
from shop.accounts.models import Notice
from shop.accounts.notices import words_of
from shop.db import db
from shop.outbox import OutboxMessage
from tests.factories.orders import AT, Stage, make_order


def deliver(order_id: int) -> None:
    messages = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    for message in messages:
        if message.payload.get("order_id") == order_id:
            outbox.handlers()[message.topic](message.payload, AT)


def test_both_sides_are_told_once(stage: Stage, app: Flask) -> None:
    order = make_order(stage, "accepted")
    deliver(order.id)
    deliver(order.id)
    found = db.session.scalars(
        select(Notice).where(Notice.subject == order.number).order_by(Notice.id)
    ).all()
    assert [(notice.kind, notice.organisation_id) for notice in found] == [
        ("order_placed", stage.unit.id),
        ("order_approved", stage.seller.organisation_id),
        ("order_confirmed", stage.unit.id),
        ("order_dispatched", stage.unit.id),
        ("order_weighed", stage.unit.id),
        ("order_accepted", stage.seller.organisation_id),
    ]
    assert found[1].url == f"/supplier/orders/{order.number}"
    with app.test_request_context():
        assert words_of(found[0]) == f"订单 {order.number} 等待审批"
