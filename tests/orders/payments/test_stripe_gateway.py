"""The gateway with the real Stripe library, against the local server over HTTP."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from orders.payments.gateway import (
    EventUnacceptable,
    GatewayRefused,
    GatewayUnavailable,
    RefundRequest,
    SignatureInvalid,
)
from orders.payments.localstripe.signing import digest, signature
from orders.payments.stripe_gateway import StripeGateway
from tests.orders.payments.local_server import SECRET_KEY, WEBHOOK_SECRET, Local, a_request

COLLECTED = time.time()
"""When the stamps below are made: a test looks at them at this instant, however late it runs."""


def an_event(**changes: object) -> bytes:
    event = {
        "id": "evt_1",
        "object": "event",
        "created": 1_790_000_000,
        "livemode": False,
        "type": "checkout.session.completed",
        "data": {
            "object": {
                "id": "cs_test_1",
                "amount_total": 12_345,
                "currency": "cny",
                "client_reference_id": "XY-0001",
                "payment_intent": "pi_1",
                "payment_status": "paid",
                "metadata": {"名称": "羊肉"},
            }
        },
    }
    return json.dumps(event | changes, ensure_ascii=False).encode()


def signed(payload: bytes, *, secret: str = WEBHOOK_SECRET, offset: int = 0) -> str:
    return signature(payload, secret, int(time.time()) + offset)


@pytest.fixture(scope="module")
def reader() -> StripeGateway:
    return StripeGateway(SECRET_KEY, WEBHOOK_SECRET)


def test_a_signed_event_is_read(reader: StripeGateway) -> None:
    event = reader.read_event(an_event(), signed(an_event()))
    assert (event.event_id, event.kind, event.raw_type) == (
        "evt_1",
        "paid",
        "checkout.session.completed",
    )
    assert (event.provider_session_id, event.provider_payment_id) == ("cs_test_1", "pi_1")
    assert (event.reference, event.amount_fen, event.currency) == ("XY-0001", 12_345, "cny")
    assert event.occurred_at == datetime.fromtimestamp(1_790_000_000, UTC)
    assert event.livemode is False


def test_a_session_completed_but_not_yet_paid_is_not_money(reader: StripeGateway) -> None:
    body = json.loads(an_event())
    body["data"]["object"]["payment_status"] = "unpaid"
    payload = json.dumps(body).encode()
    assert reader.read_event(payload, signed(payload)).kind == "other"


def _with_stamp(stamp: str) -> str:
    return f"t={stamp},v1={digest(an_event(), WEBHOOK_SECRET, stamp)}"


@pytest.mark.parametrize(
    ("payload", "header"),
    [
        pytest.param(an_event(), "", id="missing"),
        pytest.param(an_event(), "t=,v1=", id="empty parts"),
        pytest.param(an_event(), "v1=00", id="no timestamp"),
        pytest.param(an_event(), f"t={int(time.time())}", id="no signature"),
        pytest.param(an_event(), f"t={int(time.time())},v1", id="signature without value"),
        pytest.param(an_event(), f"t={int(time.time())},v0={'0' * 64}", id="other scheme"),
        pytest.param(an_event(), f"t={int(time.time())},v1=签名", id="not ascii"),
        pytest.param(an_event(), signed(an_event(), secret="whsec_other"), id="wrong secret"),
        pytest.param(an_event() + b" ", signed(an_event()), id="one byte more"),
        pytest.param(
            an_event().replace(b"12345", b"12346"), signed(an_event()), id="one byte changed"
        ),
        pytest.param(
            json.dumps(json.loads(an_event())).encode(), signed(an_event()), id="re-serialised"
        ),
        pytest.param(b"\xff" + an_event(), signed(b"\xff" + an_event()), id="not utf-8"),
        pytest.param(b"", signed(an_event()), id="empty body"),
        pytest.param(an_event(), signed(an_event(), offset=-302), id="too old"),
        pytest.param(an_event(), signed(an_event(), offset=302), id="from the future"),
        pytest.param(an_event(), _with_stamp("now"), id="t is a word"),
        pytest.param(an_event(), _with_stamp("1.79e9"), id="t is a fraction"),
        pytest.param(an_event(), _with_stamp("-1"), id="t is negative"),
        pytest.param(an_event(), _with_stamp("9" * 5000), id="t is endless"),
        pytest.param(
            an_event(), f"t={int(time.time())}," + signed(an_event(), offset=302), id="two t"
        ),
    ],
)
def test_what_is_not_provably_from_stripe_is_refused(
    reader: StripeGateway, payload: bytes, header: str
) -> None:
    with time_machine.travel(COLLECTED, tick=False), pytest.raises(SignatureInvalid):
        reader.read_event(payload, header)


def test_an_age_just_within_the_tolerance_is_accepted(reader: StripeGateway) -> None:
    for offset in (-297, 297):
        assert reader.read_event(an_event(), signed(an_event(), offset=offset)).kind == "paid"


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(an_event(livemode=True), id="live event in test mode"),
        pytest.param(an_event(account="acct_2"), id="other account"),
        pytest.param(an_event(object="v2.core.event"), id="other kind of message"),
        pytest.param(an_event(created="yesterday"), id="created is a word"),
        pytest.param(an_event(data=[]), id="data is a list"),
        pytest.param(an_event().replace(b"12345", b"123.45"), id="amount with a fraction"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{", id="not json"),
    ],
)
def test_signed_but_unacceptable_events_are_refused(reader: StripeGateway, payload: bytes) -> None:
    with pytest.raises(EventUnacceptable):
        reader.read_event(payload, signed(payload))


def test_a_test_event_is_refused_in_live_mode() -> None:
    live = StripeGateway("sk_live_x", WEBHOOK_SECRET)
    with pytest.raises(EventUnacceptable):
        live.read_event(an_event(), signed(an_event()))
    payload = an_event(livemode=True)
    assert live.read_event(payload, signed(payload)).livemode is True


def test_while_a_secret_is_replaced_either_is_accepted(reader: StripeGateway) -> None:
    both = StripeGateway(SECRET_KEY, "whsec_new, whsec_old")
    for secret in ("whsec_new", "whsec_old"):
        assert both.read_event(an_event(), signed(an_event(), secret=secret)).kind == "paid"
    # Stripe signs with both secrets while one is rolled, in one header.
    stamp = str(int(time.time()))
    macs = [digest(an_event(), secret, stamp) for secret in ("whsec_rolled", WEBHOOK_SECRET)]
    header = f"t={stamp},v1={macs[0]},v1={macs[1]}"
    assert reader.read_event(an_event(), header).kind == "paid"


@pytest.mark.parametrize(
    ("key", "secret", "base", "tolerance"),
    [
        ("", WEBHOOK_SECRET, None, 300),
        (SECRET_KEY, "", None, 300),
        (SECRET_KEY, " , ", None, 300),
        (SECRET_KEY, WEBHOOK_SECRET, None, 0),
        (SECRET_KEY, WEBHOOK_SECRET, None, -1),
        ("sk_live_x", WEBHOOK_SECRET, "http://example.org", 300),
    ],
)
def test_unsafe_settings_are_refused(
    key: str, secret: str, base: str | None, tolerance: int
) -> None:
    with pytest.raises(ValueError, match=r"key|secret|tolerance"):
        StripeGateway(key, secret, base, tolerance=tolerance)


def test_a_session_is_opened_read_and_closed(local: Local) -> None:
    request = a_request()
    session = local.gateway.create_session(request)
    assert session.url == f"{local.url}/pay/{session.provider_id}"
    assert session.expires_at == request.expires_at
    state = local.gateway.retrieve_session(session.provider_id)
    assert (state.status, state.payment_status, state.is_paid) == ("open", "unpaid", False)
    assert (state.amount_fen, state.currency, state.provider_payment_id) == (12_345, "cny", None)
    assert local.gateway.expire_session(session.provider_id).status == "expired"
    assert local.gateway.expire_session(session.provider_id).status == "expired"


def test_closing_a_paid_session_returns_it_as_paid(local: Local) -> None:
    session = local.gateway.create_session(a_request())
    local.call(f"/sessions/{session.provider_id}/paid", {"method": "alipay"})
    state = local.gateway.expire_session(session.provider_id)
    assert state.is_paid
    assert state.status == "complete"
    assert state.provider_payment_id is not None


def test_the_same_key_in_many_threads_opens_one_session(local: Local) -> None:
    request = a_request()
    with ThreadPoolExecutor(10) as pool:
        sessions = list(pool.map(lambda _: local.gateway.create_session(request), range(40)))
    assert len(set(sessions)) == 1
    assert len(local.app.store.newest("checkout.session", 100, None)) == 1


def test_the_same_key_with_another_amount_is_refused(local: Local) -> None:
    request = a_request()
    first = local.gateway.create_session(request)
    with pytest.raises(GatewayRefused, match="same parameters"):
        local.gateway.create_session(a_request(amount_fen=1, expires_at=request.expires_at))
    assert local.gateway.create_session(request) == first


@pytest.mark.parametrize("life", [timedelta(minutes=29), timedelta(hours=24, minutes=1)])
def test_an_expiry_that_stripe_would_not_take_is_refused(local: Local, life: timedelta) -> None:
    with pytest.raises(GatewayRefused, match="expires_at"):
        local.gateway.create_session(a_request(expires_at=datetime.now(UTC) + life))


def test_refunds_never_exceed_what_was_paid(local: Local) -> None:
    session = local.gateway.create_session(a_request(amount_fen=1_000))
    local.call(f"/sessions/{session.provider_id}/paid")
    payment = local.gateway.retrieve_session(session.provider_id).provider_payment_id
    assert payment is not None

    def give_back(number: int) -> int:
        key = f"refund-{number}"
        try:
            return local.gateway.refund(RefundRequest(payment, 300, key, "out of stock")).amount_fen
        except GatewayRefused:
            return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(give_back, range(20))) == 900
    assert local.gateway.refund(
        RefundRequest(payment, 100, "last", "requested_by_customer")
    ).status == ("succeeded")
    with pytest.raises(GatewayRefused) as refusal:
        local.gateway.refund(RefundRequest(payment, 1, "too much", "duplicate"))
    assert refusal.value.code == "charge_already_refunded"


def test_a_repeated_refund_is_made_once(local: Local) -> None:
    session = local.gateway.create_session(a_request(amount_fen=1_000))
    local.call(f"/sessions/{session.provider_id}/paid")
    payment = local.gateway.retrieve_session(session.provider_id).provider_payment_id
    assert payment is not None
    request = RefundRequest(payment, 400, "refund-1", "duplicate")
    assert local.gateway.refund(request) == local.gateway.refund(request)
    refunded = [event for event in local.events() if event["type"] == "charge.refunded"]
    assert [event["data"]["object"]["amount_refunded"] for event in refunded] == [400]


def test_every_kind_of_event_is_told_apart(local: Local) -> None:
    ids = [
        local.gateway.create_session(a_request(reference=f"XY-{number}")).provider_id
        for number in range(3)
    ]
    local.call(f"/sessions/{ids[0]}/failed", {"method": "wechat_pay"})
    local.call(f"/sessions/{ids[0]}/paid")
    payment = local.gateway.retrieve_session(ids[0]).provider_payment_id
    assert payment is not None
    local.gateway.refund(RefundRequest(payment, 45, "r", "duplicate"))
    local.gateway.expire_session(ids[1])
    local.call(f"/sessions/{ids[2]}/paid")
    local.call(f"/sessions/{ids[2]}/disputed")
    read = []
    for event in local.events():
        payload = json.dumps(event).encode()
        found = local.gateway.read_event(payload, signed(payload))
        if found.kind != "other":
            read.append((found.kind, found.reference, found.amount_fen, found.currency))
    assert read == [
        ("failed", "XY-0", 12_345, "cny"),
        ("paid", "XY-0", 12_345, "cny"),
        ("refunded", "XY-0", 45, "cny"),
        ("expired", "XY-1", 12_345, "cny"),
        ("paid", "XY-2", 12_345, "cny"),
        ("disputed", None, 12_345, "cny"),
    ]


def test_no_answer_is_unavailable_and_a_wrong_key_is_refused(local: Local) -> None:
    nobody = StripeGateway(SECRET_KEY, WEBHOOK_SECRET, "http://127.0.0.1:9", timeout=1)
    with pytest.raises(GatewayUnavailable):
        nobody.retrieve_session("cs_test_1")
    with pytest.raises(GatewayRefused) as refusal:
        StripeGateway("sk_test_wrong", WEBHOOK_SECRET, local.url).retrieve_session("cs_test_1")
    assert refusal.value.status == 401
    with pytest.raises(GatewayRefused) as refusal:
        local.gateway.retrieve_session("cs_test_nobody")
    assert refusal.value.status == 404
