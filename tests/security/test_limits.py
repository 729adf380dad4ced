"""Requests that are too much, or no text at all: 4xx within a second (bar A23)."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shop.config import MEGABYTE
from tests.support.page import CSRF_FIELD
from tests.support.stage import Stage

SECONDS = 1.0
WEBHOOK = "/webhooks/stripe"
DEEP = "[" * 100_000 + "]" * 100_000
MANY = "&".join(f"k{n}=1" for n in range(100_000))
PARTS = {f"k{n}": "1" for n in range(1001)}
BOUNDARY = b'--x\r\nContent-Disposition: form-data; name="k"\r\n\r\n1\r\n'
BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("more fields than a form may have", "/sign-in", {"data": MANY, "content_type": "application/x-www-form-urlencoded"}),
    ("more parts than a form may have", "/sign-in", {"data": BOUNDARY * 1001 + b"--x--\r\n", "content_type": "multipart/form-data; boundary=x"}),
    ("a text of two megabytes", "/sign-in", {"data": {"email": "a" * 2 * MEGABYTE}}),
    ("a body of thirteen megabytes", "/sign-in", {"data": b"a" * 13 * MEGABYTE, "content_type": "application/octet-stream"}),
    ("bytes that are no text", "/sign-in", {"data": b"email=\xff\xfe\x80&password=%ff%fe", "content_type": "application/x-www-form-urlencoded"}),
    ("a field twice", "/sign-in", {"data": b"email=a&email=b&password=x", "content_type": "application/x-www-form-urlencoded"}),
    ("a broken multipart body", "/sign-in", {"data": b"--x\r\nContent-Disp", "content_type": "multipart/form-data; boundary=x"}),
    ("deep JSON", WEBHOOK, {"data": DEEP, "content_type": "application/json"}),
    ("JSON of two megabytes", WEBHOOK, {"data": json.dumps(["a" * 2 * MEGABYTE]), "content_type": "application/json"}),
    ("JSON with a key twice", WEBHOOK, {"data": '{"id": 1, "id": 2}', "content_type": "application/json"}),
    ("JSON that is no text", WEBHOOK, {"data": b'{"a": "\xff\xfe"}', "content_type": "application/json"}),
    ("no JSON", WEBHOOK, {"data": b"\x00", "content_type": "application/json"}),
]  # fmt: skip


def timed(send: Callable[[], TestResponse]) -> tuple[TestResponse, float]:
    begun = time.process_time()
    answer = send()
    return answer, time.process_time() - begun


@pytest.mark.parametrize(("what", "path", "options"), BODIES, ids=[body[0] for body in BODIES])
def test_too_much_is_refused_at_once(
    stage: Stage, what: str, path: str, options: dict[str, Any]
) -> None:
    client = stage.cast["visitor"].client
    if path == WEBHOOK:
        options = {**options, "headers": {"Stripe-Signature": "t=1,v1=" + "0" * 64}}
    response, seconds = timed(lambda: client.post(path, **options))
    assert 400 <= response.status_code < 500
    assert seconds < SECONDS
    assert not stage.memory.changed()


def test_a_signed_message_as_deep_as_a_well_is_refused(stage: Stage) -> None:
    """Even from the provider itself: the reader's own depth is not ours to rely on."""
    import hashlib
    import hmac

    secret, at = stage.app.config["STRIPE_WEBHOOK_SECRET"], int(time.time())
    mark = hmac.new(secret.encode(), f"{at}.{DEEP}".encode(), hashlib.sha256).hexdigest()
    response, seconds = timed(
        lambda: stage.cast["visitor"].client.post(
            WEBHOOK, data=DEEP, headers={"Stripe-Signature": f"t={at},v1={mark}"}
        )
    )
    assert 400 <= response.status_code < 500
    assert seconds < SECONDS
    assert not stage.memory.changed()


@pytest.mark.parametrize("path", ["/", "/products", "/search", "/sign-in", "/official/totals"])
def test_a_hundred_thousand_names_in_an_address_are_answered(stage: Stage, path: str) -> None:
    """gunicorn refuses so long a line; whatever comes through must cost no more than a page."""
    response, seconds = timed(lambda: stage.cast["official"].client.get(f"{path}?{MANY}"))
    assert 400 <= response.status_code < 500
    assert seconds < SECONDS


@pytest.mark.parametrize(
    "query", ["q=%ff%fe", "q=%00", "page=%ff", "county=%80", "q=" + "字" * 9000]
)
def test_bytes_that_are_no_text_break_no_page(stage: Stage, query: str) -> None:
    for path in ("/products", "/search", "/official/totals", "/canteen/orders"):
        for name in ("official", "buyer"):
            with stage.cast[name].client.get(f"{path}?{query}") as response:
                assert response.status_code < 500


def test_a_form_with_a_thousand_fields_is_refused_with_a_token_too(stage: Stage) -> None:
    data = {**PARTS, CSRF_FIELD: stage.tokens["consumer"]}
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        begun = time.process_time()
        response = stage.cast["consumer"].client.post("/cart/lines", data=data, content_type=kind)
        assert 400 <= response.status_code < 500
        assert time.process_time() - begun < SECONDS


def test_the_limits_are_set(app: Flask) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] == 12 * MEGABYTE
    assert app.config["MAX_FORM_MEMORY_SIZE"] == MEGABYTE
    assert app.config["MAX_FORM_PARTS"] == 1000
