"""The provider's messages at the door: signatures, sizes, wrong money, unknown payments."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from orders.models import Purchase
from orders.payments import jobs
from orders.payments.models import Payment, PaymentAnomaly, ProviderEvent, Refund
from shop import clock
from shop.actor import Role
from shop.db import db
from tests.orders.books import check_books
from tests.orders.consumers import Shop, browser, consumer, newest, order, put, shelf
from tests.orders.payments.local_server import WEBHOOK_SECRET


def sign(body: bytes, secret: str = WEBHOOK_SECRET, stamp: object = None) -> str:
    stamp = str(int(time.time())) if stamp is None else str(stamp)
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={mac}"


def a_body(**changes: Any) -> bytes:
    session = {
        "id": "cs_unknown", "object": "checkout.session", "payment_intent": "pi_unknown",
        "amount_total": 5960, "currency": "cny", "payment_status": "paid", "status": "complete",
        "client_reference_id": "P000", "metadata": {},
    }  # fmt: skip
    event = {
        "id": "evt_grid", "object": "event", "type": "checkout.session.completed",
        "created": int(time.time()), "livemode": False, "data": {"object": session}, **changes,
    }  # fmt: skip
    return json.dumps(event).encode()


def kept(shop: Shop) -> int:
    with shop.app.app_context():
        events = select(func.count()).where(ProviderEvent.event_id == "evt_grid")
        return db.session.scalar(events) or 0


Case = Callable[[], tuple[bytes, str]]
BAD: dict[str, Case] = {
    "missing": lambda: (a_body(), ""),
    "empty parts": lambda: (a_body(), "t=,v1="),
    "wrong secret": lambda: (a_body(), sign(a_body(), "whsec_other")),
    "one byte changed": lambda: (a_body().replace(b"5960", b"5961"), sign(a_body())),
    "re-serialised": lambda: (json.dumps(json.loads(a_body()), indent=1).encode(), sign(a_body())),
    "301 s old": lambda: (a_body(), sign(a_body(), stamp=int(time.time()) - 302)),
    "from the future": lambda: (a_body(), sign(a_body(), stamp=int(time.time()) + 400)),
    "t not a number": lambda: (a_body(), sign(a_body(), stamp="soon")),
    "other account": lambda: (a_body(account="acct_2"), sign(a_body(account="acct_2"))),
    "live in test mode": lambda: (a_body(livemode=True), sign(a_body(livemode=True))),
    "not an event": lambda: (b"[]", sign(b"[]")),
    "not text": lambda: (b"\xff\xfe", sign(b"\xff\xfe")),
}


@pytest.mark.parametrize("name", BAD)
def test_a_message_that_is_not_the_providers_writes_nothing(shop: Shop, name: str) -> None:
    body, header = BAD[name]()
    assert shop.post_webhook(body, header) == 400
    assert kept(shop) == 0


def test_a_large_body_is_refused_before_it_is_read(shop: Shop) -> None:
    body = b" " * (2 * 1024 * 1024)
    assert shop.post_webhook(body, sign(body)) == 413
    assert kept(shop) == 0


def test_while_a_secret_is_replaced_two_signatures_are_fine(shop: Shop) -> None:
    body = a_body()
    header = sign(body, "whsec_old") + "," + sign(body).split(",")[1]
    stamp = header.split(",")[0][2:]
    mac = sign(body, stamp=stamp).split(",")[1]
    assert shop.post_webhook(body, f"{header.split(',')[0]},{header.split(',')[1]},{mac}") == 202


def test_only_the_webhook_needs_no_csrf_field(shop: Shop) -> None:
    exempt = shop.app.extensions["csrf"]._exempt_views
    assert exempt == {"orders.payments.webhooks.stripe_webhook"}


def test_a_message_for_an_unknown_payment_is_kept_until_it_is_known(shop: Shop) -> None:
    client = browser(shop.app, consumer(shop.app))
    put(client, shelf(shop.app), "2")
    order(client)
    with shop.app.app_context():
        purchase = newest(Purchase)
        purchase_id, number = purchase.id, purchase.number
        purchase.number = "P-not-here-yet"
        payment = newest(Payment)
        payment.provider_session_id, session_id = "cs_elsewhere", payment.provider_session_id
        db.session.commit()
    shop.local.call(f"/sessions/{session_id}/paid")
    assert 202 in shop.deliver()
    with shop.app.app_context():
        assert jobs.retry_waiting_events(clock.now()) == 0
        db.session.get_one(Purchase, purchase_id).number = number
        db.session.commit()
        assert jobs.retry_waiting_events(clock.now()) == 1
        assert db.session.get_one(Purchase, purchase_id).status == "paid"
        check_books([purchase_id])


def test_a_message_of_nobody_ends_in_the_anomaly_list(shop: Shop) -> None:
    body = a_body()
    assert shop.post_webhook(body, sign(body)) == 202
    assert shop.post_webhook(body, sign(body)) == 202
    with shop.app.app_context():
        jobs.retry_waiting_events(clock.now() + timedelta(days=4))
        noted = select(PaymentAnomaly.reason).where(PaymentAnomaly.event_id == "evt_grid")
        assert db.session.scalars(noted).all() == ["unknown_payment"]


WRONG = [
    {"amount_total": 5961}, {"amount_total": 5959}, {"amount_total": 0}, {"amount_total": None},
    {"amount_total": 10**12}, {"currency": "usd"}, {"currency": None}, {"currency": "CNY"},
]  # fmt: skip


@pytest.mark.parametrize("change", WRONG, ids=str)
@pytest.mark.parametrize("moment", ["unpaid", "paid", "refunded"])
def test_wrong_money_is_never_booked_and_always_listed(
    shop: Shop, change: dict[str, Any], moment: str
) -> None:
    client = browser(shop.app, consumer(shop.app))
    put(client, shelf(shop.app), "2")
    session_id = order(client).location.rsplit("/", 1)[1]
    shop.local.call(f"/sessions/{session_id}/paid")
    if moment != "unpaid":
        shop.deliver()
    if moment == "refunded":
        with shop.app.app_context():
            payment = newest(Payment)
            shop.local.gateway.refund(refund_of(payment))
        shop.deliver()
    status = {"unpaid": "open", "paid": "paid", "refunded": "refunded"}[moment]
    body, _ = next(
        (raw, header)
        for raw, header in [(json.dumps(e).encode(), "") for e in shop.local.events()]
        if json.loads(raw)["type"] == "checkout.session.completed"
    )
    event = json.loads(body)
    event["id"] = "evt_altered"
    event["data"]["object"] |= change
    altered = json.dumps(event).encode()
    assert shop.post_webhook(altered, sign(altered)) == 200
    with shop.app.app_context():
        purchase = newest(Purchase)
        assert purchase.status == status
        reasons = db.session.scalars(
            select(PaymentAnomaly.reason).where(PaymentAnomaly.event_id == "evt_altered")
        ).all()
        assert reasons == ["wrong_amount"]
        check_books([purchase.id])


def refund_of(payment: Payment) -> Any:
    from orders.payments.gateway import RefundRequest

    assert payment.provider_payment_id is not None
    return RefundRequest(payment.provider_payment_id, payment.amount.fen, "by-hand", "")


def test_the_operator_settles_an_anomaly_once(shop: Shop) -> None:
    with shop.app.app_context():
        db.session.add(
            PaymentAnomaly(reason="disputed", detail={"amount_fen": 1}, found_at=clock.now())
        )
        db.session.commit()
    client = browser(shop.app, staff(shop, Role.OPERATOR))
    page = client.get("/platform/payments")
    assert "付款人提出争议" in page.text
    client.submit(page, "/settlement", status=422, note="")
    client.submit(page, "/settlement", note="已与付款人联系")
    again = client.submit(page, "/settlement", status=422, note="再来一次")
    assert "这一项有了变化" in again.text
    assert "再来一次" in again.text, "what was typed is not lost"
    assert "已与付款人联系" not in client.get("/platform/payments").text
    assert "已与付款人联系" in client.get("/platform/payments?settled=1").text
    browser(shop.app, consumer(shop.app)).get("/platform/payments", status=403)


def staff(shop: Shop, role: Role) -> Any:
    from shop.accounts.models import Membership, Organisation
    from tests.factories.shelf import THEN, add

    person = consumer(shop.app)
    with shop.app.app_context():
        platform = add(
            Organisation(
                kind="platform", name="试验平台", uscc=f"test-{person.token}", region_code="150000",
                address="-", contact_name="-", contact_phone="-", created_at=THEN,
            )
        )  # fmt: skip
        add(
            Membership(
                user_id=person.user_id, organisation_id=platform.id, role=role, created_at=THEN
            )
        )
        db.session.commit()
    return person


def test_refunds_never_exceed_what_was_paid(shop: Shop) -> None:
    client = browser(shop.app, consumer(shop.app))
    put(client, shelf(shop.app), "2")
    session_id = order(client).location.rsplit("/", 1)[1]
    shop.local.call(f"/sessions/{session_id}/paid")
    shop.deliver()
    with shop.app.app_context():
        number = newest(Purchase).orders[0].number
    page = client.get(f"/orders/{number}")
    form = page.form("/refund")
    cookie = client.client.get_cookie("session")
    assert cookie is not None

    def ask(_: int) -> int:
        other = shop.app.test_client()
        other.set_cookie("session", cookie.value)
        return other.post(form.action, data=form.filled(reason="不要了")).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(ask, range(50)))
    assert answers == [302] + [409] * 49
    with shop.app.app_context():
        asked = select(func.count(Refund.id)).where(Refund.payment_id == newest(Payment).id)
        assert db.session.scalar(asked) == 1
