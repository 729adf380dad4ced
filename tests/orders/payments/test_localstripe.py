"""The local Stripe server on its own: contract, keys, page, webhooks, memory."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from stripe import SignatureVerificationError, WebhookSignature

from orders.payments.gateway import SignatureInvalid
from orders.payments.localstripe.app import create_app
from tests.orders.payments.local_server import (
    SECRET_KEY,
    WEBHOOK_SECRET,
    Local,
    a_request,
    running,
    until,
)

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BEARER = {"Authorization": f"Bearer {SECRET_KEY}"} | FORM

GOOD = {
    "mode": "payment",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "cny",
    "line_items[0][price_data][unit_amount]": "1990",
    "line_items[0][price_data][product_data][name]": "订单 1",
    "success_url": "http://127.0.0.1:9/ok?s={CHECKOUT_SESSION_ID}",
    "cancel_url": "http://127.0.0.1:9/back",
    "client_reference_id": "XY-1",
}


def create(
    local: Local, params: dict[str, str], key: str | None = None
) -> tuple[int, dict[str, Any]]:
    headers = BEARER | ({"Idempotency-Key": key} if key else {})
    status, text = local.http("POST", "/v1/checkout/sessions", urlencode(params), headers)
    return status, json.loads(text)


def press(local: Local, session_id: str, outcome: str, method: str = "card") -> tuple[int, str]:
    body = urlencode({"outcome": outcome, "method": method})
    return local.http("POST", f"/pay/{session_id}", body, FORM)


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"sucess_url": "http://x"}, "parameter_unknown", "sucess_url"),
        (
            {"payment_method_types[0]": "card"},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
        (
            {"line_items[0][price_dat][currency]": "cny"},
            "parameter_unknown",
            "line_items[0][price_dat]",
        ),
        ({"locale": "chinese"}, None, "locale"),
        ({"allowed_payment_method_types[0]": "wechat"}, None, "allowed_payment_method_types[0]"),
        (
            {"line_items[0][price_data][unit_amount]": "19.9"},
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        ({"adaptive_pricing[enabled]": "no"}, "parameter_invalid_boolean", None),
        ({"line_items": "many"}, None, "line_items"),
        ({"metadata": "text"}, "parameter_invalid_object", "metadata"),
        ({"idempotency_key": "in the body"}, "parameter_unknown", "idempotency_key"),
        ({"mode": "subscription"}, None, "mode"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"line_items[0][price_data][unit_amount]": "0"}, "amount_too_small", None),
        ({"line_items[0][price_data][unit_amount]": "100000000"}, "amount_too_large", None),
        ({"line_items[0][price_data][unit_amount]": "-5"}, None, "line_items[0]"),
        ({"line_items[0][price_data][currency]": "CNY"}, None, "currency"),
        ({"a[b": "1"}, None, "a[b"),
    ],
)
def test_a_request_the_library_would_not_type_is_refused(
    local: Local, change: dict[str, str], code: str | None, param: str | None
) -> None:
    status, body = create(local, GOOD | change)
    assert status == 400
    assert body["error"]["type"] == "invalid_request_error"
    assert code is None or body["error"]["code"] == code
    assert param is None or body["error"]["param"] == param
    assert local.app.store.newest("checkout.session", 1, None) == []


@pytest.mark.parametrize(
    "missing",
    ["mode", "success_url", "line_items[0][price_data][currency]", "line_items[0][quantity]"],
)
def test_a_missing_parameter_is_named(local: Local, missing: str) -> None:
    status, body = create(local, {name: value for name, value in GOOD.items() if name != missing})
    assert status == 400
    assert body["error"]["param"] in missing


def test_unknown_addresses_and_keys_are_refused_in_stripes_shape(local: Local) -> None:
    for method, path in (("GET", "/v1/customers"), ("DELETE", "/v1/refunds"), ("GET", "/")):
        status, text = local.http(method, path, None, BEARER)
        assert status == 404
        assert json.loads(text)["error"]["type"] == "invalid_request_error"
    for header in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer sk_test_locaL"}):
        status, text = local.http("GET", "/v1/events", None, header)
        assert status == 401
        assert "error" in json.loads(text)


def test_levers_exist_only_when_asked_for_and_need_the_key(local: Local) -> None:
    assert local.http("GET", "/_test/webhooks")[0] == 401
    app = create_app(secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET, webhook_url=None)
    try:
        assert app.test_client().get("/_test/webhooks", headers=BEARER).status_code == 404
    finally:
        app.close()


@pytest.mark.parametrize(
    ("key", "secret"), [("", "whsec"), ("sk_test_x", ""), ("sk_live_x", "whsec")]
)
def test_the_server_refuses_to_start_without_secrets_or_with_a_live_key(
    key: str, secret: str
) -> None:
    with pytest.raises(ValueError, match=r"secret|live"):
        create_app(secret_key=key, webhook_secret=secret, webhook_url=None)


def test_a_repeated_key_gets_the_stored_answer_also_when_it_was_a_refusal(local: Local) -> None:
    first = create(local, GOOD, "key-1")
    assert create(local, GOOD, "key-1") == first
    status, body = create(local, GOOD | {"client_reference_id": "XY-2"}, "key-1")
    assert (status, body["error"]["type"]) == (400, "idempotency_error")

    early = GOOD | {"expires_at": str(int(time.time()) + 60)}
    refused = create(local, early, "key-2")
    assert refused[0] == 400
    assert create(local, early, "key-2") == refused
    assert create(local, GOOD, "key-2")[1]["error"]["type"] == "idempotency_error"
    assert create(local, GOOD, "k" * 256)[0] == 400
    assert len(local.app.store.newest("checkout.session", 9, None)) == 1


def test_the_page_pays_and_leads_back_to_the_shop(local: Local) -> None:
    _, session = create(local, GOOD)
    status, html = local.http("GET", f"/pay/{session['id']}")
    assert status == 200
    for words in ("本地测试支付", "¥19.90", "XY-1", "订单 1", "支付宝", "微信支付", "4242"):
        assert words in html
    assert press(local, session["id"], "paid", "alipay") == (
        303,
        f"http://127.0.0.1:9/ok?s={session['id']}",
    )
    assert "已支付" in local.http("GET", f"/pay/{session['id']}")[1]
    press(local, session["id"], "paid", "wechat_pay")  # a second click changes nothing
    until(lambda: len(local.inbox.received) == 2)
    assert sorted(local.inbox.types()) == ["checkout.session.completed", "payment_intent.succeeded"]
    payment = local.events()[0]["data"]["object"]
    assert (payment["amount_received"], payment["payment_method_types"]) == (1990, ["alipay"])


def test_a_failed_payment_stays_open_and_a_cancelled_one_leads_back(local: Local) -> None:
    _, session = create(local, GOOD)
    assert press(local, session["id"], "failed") == (303, f"/pay/{session['id']}?declined=1")
    assert "支付未成功" in local.http("GET", f"/pay/{session['id']}?declined=1")[1]
    assert press(local, session["id"], "cancel") == (303, "http://127.0.0.1:9/back")
    assert press(local, session["id"], "paid", "cash")[1] == f"/pay/{session['id']}"
    assert press(local, session["id"], "nonsense")[1] == f"/pay/{session['id']}"
    assert [event["type"] for event in local.events()] == ["payment_intent.payment_failed"]
    state = local.gateway.retrieve_session(session["id"])
    assert (state.status, state.payment_status) == ("open", "unpaid")


def test_the_page_offers_what_the_session_allows_and_speaks_its_language(local: Local) -> None:
    _, session = create(local, GOOD | {"allowed_payment_method_types[0]": "alipay", "locale": "en"})
    html = local.http("GET", f"/pay/{session['id']}")[1]
    assert "Local test payment" in html
    assert "Alipay" in html
    assert "4242" not in html
    status, gone = local.http("GET", "/pay/cs_test_nobody")
    assert status == 404
    assert "没有找到" in gone


def test_the_page_lets_its_form_lead_back_to_the_shop_only(local: Local) -> None:
    _, session = create(local, GOOD | {"cancel_url": "http://127.0.0.1:8/back"})
    page = local.app.test_client().get(f"/pay/{session['id']}")
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:8 http://127.0.0.1:9" in policy
    assert "default-src 'none'" in policy
    assert page.headers["Cache-Control"] == "no-store"


def test_what_a_shop_names_its_order_is_escaped_on_the_page(local: Local) -> None:
    _, session = create(local, GOOD | {"client_reference_id": "<script>1</script>"})
    assert "<script>" not in local.http("GET", f"/pay/{session['id']}")[1]


def test_a_session_expires_by_itself_and_says_so(local: Local) -> None:
    session = local.gateway.create_session(a_request())
    with time_machine.travel(session.expires_at):
        assert "支付已过期" in local.http("GET", f"/pay/{session.provider_id}")[1]
    other = local.gateway.create_session(a_request(reference="XY-2"))
    with time_machine.travel(other.expires_at):
        local.app.payments.expire_overdue()
    assert local.gateway.retrieve_session(other.provider_id).status == "expired"
    assert [event["type"] for event in local.events()] == ["checkout.session.expired"] * 2


def test_webhooks_are_signed_and_retried_until_taken(local: Local) -> None:
    local.inbox.status = "500 Internal Server Error"
    session = local.gateway.create_session(a_request())
    local.gateway.expire_session(session.provider_id)
    until(lambda: len(local.inbox.received) == 1)
    local.inbox.status = "200 OK"
    until(lambda: local.call("/webhooks", post=False)["data"][0]["state"] == "sent")
    (delivery,) = local.call("/webhooks", post=False)["data"]
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 200]
    (first, _), (second, header) = local.inbox.received
    assert first == second
    event = local.gateway.read_event(second, header)
    assert (event.kind, event.reference) == ("expired", "XY-0001")
    with pytest.raises(SignatureVerificationError):
        WebhookSignature.verify_header(second, header, "whsec_other", 300)


def test_webhooks_can_be_held_and_released_in_another_order(local: Local) -> None:
    local.call("/webhooks/hold")
    session = local.gateway.create_session(a_request())
    local.call(f"/sessions/{session.provider_id}/failed")
    local.call(f"/sessions/{session.provider_id}/paid")
    assert local.inbox.received == []
    sent = local.call("/webhooks/release", {"order": "reverse"})["data"]
    assert [row["type"] for row in sent] == [
        "checkout.session.completed",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
    ]
    assert local.inbox.types() == [row["type"] for row in sent]


def test_an_event_can_be_repeated_altered_delayed_and_badly_signed(local: Local) -> None:
    session = local.gateway.create_session(a_request())
    local.call(f"/sessions/{session.provider_id}/paid", {"send": False})
    event_id = local.events()[-1]["id"]
    path = f"/events/{event_id}/send"
    assert local.call(path, {"times": 3})["statuses"] == [200, 200, 200]
    altered = {"object": {"amount_total": 12_346, "currency": "usd"}, "new_id": True}
    assert local.call(path, altered)["event_id"] != event_id
    read = [local.gateway.read_event(body, header) for body, header in local.inbox.received]
    assert [event.amount_fen for event in read] == [12_345] * 3 + [12_346]
    assert read[3].currency == "usd"
    assert len({event.event_id for event in read}) == 2
    local.call(path, {"delay": 1})
    until(lambda: len(local.inbox.received) == 5)
    for spoilt in ({"secret": "whsec_x"}, {"timestamp_offset": -400}, {"signature": ""}):
        local.call(path, spoilt)
        with pytest.raises(SignatureInvalid):
            local.gateway.read_event(*local.inbox.received[-1])


def test_events_are_listed_newest_first_by_page_and_type(local: Local) -> None:
    for number in range(3):
        session = local.gateway.create_session(a_request(reference=f"XY-{number}"))
        local.call(f"/sessions/{session.provider_id}/paid")

    def page(query: str) -> dict[str, Any]:
        text = local.http("GET", f"/v1/events?{query}", None, BEARER)[1]
        found: dict[str, Any] = json.loads(text)
        return found

    assert len(page("")["data"]) == 6
    first = page("limit=2&type=checkout.session.*")
    assert first["has_more"] is True
    assert [row["data"]["object"]["client_reference_id"] for row in first["data"]] == [
        "XY-2",
        "XY-1",
    ]
    rest = page(f"type=checkout.session.completed&starting_after={first['data'][-1]['id']}")
    assert rest["has_more"] is False
    assert [row["data"]["object"]["client_reference_id"] for row in rest["data"]] == ["XY-0"]
    assert page(f"created[gt]={int(time.time()) + 60}")["data"] == []
    assert page("limit=101")["error"]["param"] == "limit"


def test_sessions_keys_and_undelivered_webhooks_survive_a_restart(tmp_path: Path) -> None:
    request = a_request()
    with running(tmp_path) as before:
        before.inbox.status = "503 Busy"
        first = before.gateway.create_session(request)
        before.call(f"/sessions/{first.provider_id}/paid")
        until(lambda: len(before.inbox.received) >= 2)
    with running(tmp_path) as after:
        again = after.gateway.create_session(request)
        assert again.provider_id == first.provider_id
        assert after.gateway.retrieve_session(first.provider_id).is_paid
        wanted = ["checkout.session.completed", "payment_intent.succeeded"]
        until(lambda: sorted(after.inbox.types()) == wanted, seconds=10)
