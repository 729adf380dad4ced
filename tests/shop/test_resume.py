"""A lost session or a stale page loses no work, and does nothing before somebody says so."""

import re

import pytest
from flask import Flask

from shop.web.field_words import field_labels, field_values
from shop.web.resume import NEVER_NAMES
from tests.support.database import World
from tests.support.page import CSRF_FIELD, Page, PageClient
from tests.support.people import email_of, signed_in, try_sign_in

OWN = {"Origin": "http://localhost"}
FOREIGN = {"Origin": "https://evil.example"}
ORDER = {
    "delivery_on": "2026-07-05", "note": "请走东门\n电话先联系", "recipient": "王芳",
    "address": "第二食堂", "phone": "0476-4321000", "step": "review",
}  # fmt: skip


def lose_session(client: PageClient, app: Flask) -> None:
    """The server has ended the session; the cookie is still there."""
    from shop.accounts.models import UserSession
    from shop.clock import now
    from shop.db import db, transaction

    with app.app_context(), transaction():
        db.session.query(UserSession).update({"ended_at": now()})


def token_of(page: Page) -> str:
    return next(
        form.fields[CSRF_FIELD][0] for form in page.reader.forms if CSRF_FIELD in form.fields
    )


def test_a_lost_session_keeps_every_text(app: Flask, database: World) -> None:
    buyer = signed_in(app, "buyer")
    token = token_of(buyer.get("/canteen/orders/new"))
    lose_session(buyer, app)
    sent = {**ORDER, CSRF_FIELD: token}
    page = buyer.post("/canteen/orders/new", sent, status=401, headers=OWN)
    assert page.heading == "登录已失效，填写的内容还在"
    kept = page.form("kept-form")
    assert kept.action == "/canteen/orders/new"
    assert kept.fields["note"] == [ORDER["note"]]
    assert "备注 请走东门" in page.text
    assert "送货日期 2026-07-05" in page.text
    assert any(link.startswith("/sign-in?next=/resumption") for link in page.reader.links)


def test_after_signing_in_it_is_shown_and_then_sent(app: Flask, database: World) -> None:
    buyer = signed_in(app, "buyer")
    token = token_of(buyer.get("/canteen/orders/new"))
    lose_session(buyer, app)
    page = buyer.post("/canteen/orders/new", {**ORDER, CSRF_FIELD: token}, status=401, headers=OWN)
    kept = page.form("kept-form")
    try_sign_in(buyer, email_of("buyer"), next="/resumption")
    assert buyer.get("/resumption").heading == "您已登录"
    again = buyer.post(kept.action, kept.fields, status=400, headers=OWN)
    assert again.heading == "核对后再提交一次"
    assert "敖汉旗" in again.text
    done = buyer.submit(again, "kept-form", status=422)  # no quantity was typed
    assert "请走东门" in done.response.get_data(as_text=True)


def test_a_stale_page_is_taken_once_it_was_confirmed(app: Flask, database: World) -> None:
    client = PageClient(app.test_client())
    links = [link for link in client.get("/products").reader.links if link.startswith("/products/")]
    form = client.get(links[0]).form("/cart/lines")
    stale = {**form.fields, CSRF_FIELD: "stale"}
    page = client.post("/cart/lines", stale, status=400, headers=OWN)
    assert page.heading == "核对后再提交一次"
    assert "访客" in page.text
    client.submit(page, "kept-form")
    assert client.get("/cart").reader.headings[0].strip() == "购物车"
    assert "购物车是空的" not in client.get("/cart").text


@pytest.mark.parametrize("headers", [FOREIGN, {}], ids=["foreign", "silent"])
def test_nothing_from_elsewhere_is_shown_again(
    app: Flask, database: World, headers: dict[str, str]
) -> None:
    buyer = signed_in(app, "buyer")
    page = buyer.post("/canteen/orders/new", ORDER, status=400, headers=headers)
    assert "请走东门" not in page.response.get_data(as_text=True)
    assert not [form for form in page.reader.forms if form.identity == "kept-form"]


def test_a_right_that_one_has_not_is_refused_and_keeps_nothing(app: Flask, database: World) -> None:
    page = signed_in(app, "consumer").post("/canteen/orders/new", ORDER, status=400, headers=OWN)
    assert not [form for form in page.reader.forms if form.identity == "kept-form"]


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-up", "/account/password", "/supplier/households/new", "/language"]
)
def test_passwords_and_identities_are_never_shown_again(
    app: Flask, database: World, path: str
) -> None:
    coop = signed_in(app, "coop")
    secret = {"password": "geheim-geheim", "head_name": "张三丰", "id_number": "150430199001011234"}
    page = coop.post(path, secret, status=400, headers=OWN)
    html = page.response.get_data(as_text=True)
    assert not [value for value in secret.values() if value in html]


def test_secret_names_are_left_out_and_named(app: Flask, database: World) -> None:
    coop = signed_in(app, "coop")
    sent = {"story": "沙地小米", "bank_account": "6222020200112233445"}
    page = coop.post("/supplier/profile", sent, status=400, headers=OWN)
    html = page.response.get_data(as_text=True)
    assert "沙地小米" in html
    assert sent["bank_account"] not in html
    assert "没有保留，请重新填写" in page.text


def test_files_must_be_chosen_again_and_may_be_at_once(app: Flask, database: World) -> None:
    from io import BytesIO

    coop = signed_in(app, "coop")
    sent = {"number": "LB-1", "evidence": (BytesIO(b"%PDF-1.4"), "a.pdf")}
    page = coop.post("/supplier/certificates/new", sent, status=400, headers=OWN)
    assert "文件没有保留" in page.text
    assert 'type="file" name="evidence"' in page.response.get_data(as_text=True)


def test_too_much_is_not_kept(app: Flask, database: World) -> None:
    buyer = signed_in(app, "buyer")
    page = buyer.post("/canteen/orders/new", {"note": "字" * 100_001}, status=400, headers=OWN)
    assert page.heading == "请求有误"


def test_a_form_that_was_taken_tells_the_browser(app: Flask, database: World) -> None:
    buyer = signed_in(app, "buyer")
    inbox = buyer.get("/inbox")
    refused = buyer.post("/inbox/reading", {"newest": "0"}, status=400)
    assert "taken=1" not in refused.response.headers.get("Set-Cookie", "")
    taken = buyer.post("/inbox/reading", {"newest": "0", CSRF_FIELD: token_of(inbox)})
    assert re.search(r"taken=1;.*SameSite=Lax", str(taken.response.headers.getlist("Set-Cookie")))


def test_labels_come_from_the_forms_of_the_view(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "zh-CN"}):
        labels = field_labels("canteen.new_order")
        values = field_values("canteen.new_order")
    assert values["fund_source", "canteen"] == "食堂经费"
    assert labels["recipient"] == "收货人"


def test_a_name_that_two_forms_use_is_read_by_the_form_that_was_sent(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "zh-CN"}):
        invoice = field_labels("canteen.invoice", ["number", "issued_on", "amount", "buyer_uscc"])
        transfer = field_labels("canteen.transfer", ["reference", "paid_on", "amount"])
    assert (invoice["amount"], transfer["amount"]) == ("价税合计（元）", "付款金额（元）")


@pytest.mark.parametrize("name", ["password", "current", "id_number", "bank_account", "csrf_token"])
def test_the_list_of_secret_names_knows(name: str) -> None:
    assert NEVER_NAMES.search(name)
