"""Whatever order the provider's messages come in, and however often: one end (bar A7)."""

from itertools import permutations

from flask_sqlalchemy.session import Session
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from orders.cart.operations import put_line
from orders.cart.queries import Owner, contents
from orders.checkout.operations import place_cart
from orders.checkout.quote import mark_of_cart
from orders.models import Purchase
from orders.payments.inbox import receive_event
from orders.payments.models import Payment, PaymentAnomaly, Refund
from orders.placing import Delivery
from shop import clock
from tests.factories.shelf import Shelf, make_shelf
from tests.orders.books import check_books
from tests.orders.consumers import COUNTY, make_consumer
from tests.orders.payments.fake_provider import an_event

DELIVERY = Delivery("试验人", "13800138000", "试验路1号", COUNTY)


def placed(*shelves: Shelf, quantity: int = 2) -> Purchase:
    """A purchase of so many packs of each, in the current transaction."""
    at, person = clock.now(), make_consumer()
    owner = Owner(user_id=person.user_id)
    for made in shelves:
        put_line(owner, made.offer.id, quantity, at=at)
    seen = mark_of_cart(contents(owner, on=clock.today()))
    return place_cart(DELIVERY, key="k" * 20, seen=seen, actor=person.actor, at=at)


def test_all_orders_of_five_messages_come_to_one_end(session: scoped_session[Session]) -> None:
    purchase = placed(make_shelf(), make_shelf())
    number, fen = purchase.number, purchase.total.fen
    payment = session.scalars(select(Payment).where(Payment.purchase_id == purchase.id)).one()
    payment.provider_session_id, payment.status = "cs_1", "open"
    events = [
        an_event("paid", reference=number, session_id="cs_1", payment_id="pi_1", amount_fen=fen),
        an_event("failed", reference=number, payment_id="pi_1", amount_fen=fen),
        an_event("expired", reference=number, session_id="cs_1", amount_fen=fen),
        an_event("refunded", reference=number, payment_id="pi_1", amount_fen=fen),
        an_event("disputed", reference=number, payment_id="pi_1", amount_fen=fen),
    ]
    ends = set()
    for turn, order in enumerate(permutations(events)):
        trial = session.begin_nested()
        for place, event in enumerate(order):
            for _ in range(1 + (turn + place) % 3):
                receive_event(event, at=clock.now())
        session.flush()
        check_books([purchase.id], is_settled=True)
        ends.add(
            (
                purchase.status,
                payment.status,
                tuple(each.status for each in purchase.orders),
                session.scalar(select(func.sum(Refund.amount)).where(Refund.status == "done")),
                tuple(sorted(session.scalars(select(PaymentAnomaly.reason)))),
            )
        )
        trial.rollback()
    assert len(ends) == 1, ends
    assert ends.pop()[:3] == ("refunded", "refunded", ("refunded", "refunded"))
