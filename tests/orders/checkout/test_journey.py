"""From the cart to received goods, through the pages."""

import http.client
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import select

from catalog import stock
from catalog.models import StockLot
from orders.checkout import story
from orders.checkout.notices import tell_buyer
from orders.models import Order, Purchase
from orders.payments import jobs
from orders.payments.locking import lock_purchase
from orders.payments.models import Payment, Refund
from orders.payments.outcomes import settle_paid
from orders.payments.refunds import send_refund
from orders.states import OrderEventKind
from shop import clock
from shop.actor import system_actor
from shop.db import db, transaction
from shop.money import CURRENCY, Money
from shop.outbox import OutboxMessage
from tests.factories.shelf import Shelf
from tests.orders.books import check_books
from tests.orders.consumers import (
    Consumer,
    Shop,
    browser,
    consumer,
    csrf,
    newest,
    order,
    put,
    shelf,
)
from tests.support.page import Page, PageClient
from tests.support.postgres import ROOT

SECRET_WORDS = ("price", "total", "status", "paid", "user_id")


def press(url: str, outcome: str = "paid") -> str:
    """Press a button of the provider's page; where it sends the payer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc)
    body = urlencode({"outcome": outcome, "method": "alipay"})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", parts.path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return urlsplit(answer.getheader("Location", "")).path


class Buyer:
    """One person with one purchase under way."""

    def __init__(self, shop: Shop, *goods: Shelf) -> None:
        self.shop, self.goods = shop, goods or (shelf(shop.app),)
        self.person: Consumer = consumer(shop.app)
        self.client: PageClient = browser(shop.app, self.person)

    def order(self) -> str:
        for made in self.goods:
            put(self.client, made, "2")
        return order(self.client).location

    @property
    def purchase(self) -> Purchase:
        statement = select(Purchase).where(Purchase.user_id == self.person.user_id)
        return db.session.scalars(statement).one()

    def page(self) -> Page:
        with self.shop.app.app_context():
            number = self.purchase.number
        return self.client.get(f"/purchases/{number}")

    def order_number(self) -> str:
        with self.shop.app.app_context():
            return self.purchase.orders[0].number

    def check(self, expected: str, *, held: int) -> None:
        with self.shop.app.app_context():
            assert self.purchase.status == expected
            check_books([self.purchase.id])
            lot = db.session.get_one(StockLot, self.goods[0].lot.id)
            assert lot.held == held


def dispatch(number: str) -> None:
    """The seller's part in short: the goods leave the shelf."""
    with transaction():
        sent = db.session.scalars(select(Order).where(Order.number == number)).one()
        stock.claim_stock([line.hold_key for line in sent.lines], at=clock.now())
        sent.apply(OrderEventKind.DISPATCH, actor=system_actor("试验"), at=clock.now())


def test_a_purchase_of_two_sellers_is_paid_once_and_split(shop: Shop) -> None:
    buyer = Buyer(shop, shelf(shop.app), shelf(shop.app, offer={"price": Money(12_50)}))
    url = buyer.order()
    assert url.startswith(shop.local.url)
    back = press(url)
    assert set(shop.deliver()) == {200}
    assert buyer.client.follow(buyer.client.get(back, status=303)).heading == "付款成功"
    buyer.check("paid", held=2)
    with shop.app.app_context():
        payment = newest(Payment)
        assert payment.amount == Money(2 * 29_80 + 2 * 12_50)
        assert [each.total for each in buyer.purchase.orders] == [Money(59_60), Money(25_00)]
    assert "购物车是空的" in buyer.client.get("/cart").text
    assert buyer.client.get("/orders").text.count("已付款，待发货") == 2


def test_the_way_back_alone_finds_out_that_it_was_paid(shop: Shop) -> None:
    buyer = Buyer(shop)
    back = press(buyer.order())
    assert buyer.client.follow(buyer.client.get(back, status=303)).heading == "付款成功"
    buyer.check("paid", held=2)
    shop.deliver()
    buyer.check("paid", held=2)


def test_before_the_answer_the_page_says_that_it_waits(shop: Shop) -> None:
    buyer = Buyer(shop)
    buyer.order()
    page = buyer.page()
    assert page.heading == "等待付款"
    waiting = buyer.client.follow(buyer.client.submit(page, "/payment-check"))
    assert waiting.heading == "正在等待付款确认"
    assert "不要重复付款" in waiting.text
    here = waiting.response.request.path
    assert waiting.response.headers["Refresh"] == f"5; url={here}?returned=2"
    assert f"{here}?returned=7" in waiting.reader.links
    for stopped in ("returned=7", "returned=99999999999999999999", "returned=x", ""):
        assert "Refresh" not in buyer.client.get(f"{here}?{stopped}").response.headers
    assert buyer.client.submit(waiting, "/payment", status=303).location.startswith(shop.local.url)
    buyer.check("open", held=2)


def test_a_failed_payment_can_be_tried_again(shop: Shop) -> None:
    buyer = Buyer(shop)
    url = buyer.order()
    press(url, "failed")
    assert set(shop.deliver()) == {200}
    page = buyer.page()
    assert page.heading == "付款没有成功"
    buyer.check("open", held=2)
    assert buyer.client.submit(page, "/payment", status=303).location == url
    press(url)
    shop.deliver()
    assert buyer.page().heading == "付款成功"


def test_a_cancelled_purchase_frees_its_goods_and_closes_the_page(shop: Shop) -> None:
    buyer = Buyer(shop)
    url = buyer.order()
    done = buyer.client.follow(buyer.client.submit(buyer.page(), "/cancellation"))
    assert done.heading == "已取消"
    buyer.check("cancelled", held=0)
    press(url)
    assert set(shop.deliver()) == {200}
    buyer.check("cancelled", held=0)


def test_who_paid_a_moment_ago_cannot_cancel(shop: Shop) -> None:
    buyer = Buyer(shop)
    url = buyer.order()
    page = buyer.page()
    press(url)
    assert buyer.client.follow(buyer.client.submit(page, "/cancellation")).heading == "付款成功"
    buyer.check("paid", held=2)


def test_an_unpaid_purchase_expires_and_frees_its_goods(shop: Shop) -> None:
    buyer = Buyer(shop)
    buyer.order()
    with shop.app.test_request_context():
        jobs.expire_unpaid(clock.now() + timedelta(minutes=30))
        assert buyer.purchase.status == "open"
        jobs.expire_unpaid(clock.now() + timedelta(minutes=31, seconds=1))
    assert buyer.page().heading == "超时未付，已关闭"
    buyer.check("expired", held=0)
    runner = shop.app.test_cli_runner()
    assert runner.invoke(args=["expire-holds"]).output.endswith(" closed\n")
    assert "messages applied" in runner.invoke(args=["reconcile"]).output


def test_money_that_came_too_late_is_told_on_every_page(shop: Shop) -> None:
    buyer = Buyer(shop)
    buyer.order()
    late = clock.now() + timedelta(minutes=32)
    with shop.app.test_request_context():
        jobs.expire_unpaid(late)
        purchase_id, amount = buyer.purchase.id, buyer.purchase.total.fen
        db.session.rollback()
        with transaction():
            lot = db.session.get_one(StockLot, buyer.goods[0].lot.id)
            lot.sold, lot.on_hand = lot.sold + lot.on_hand, 0
            settle_paid(
                lock_purchase(purchase_id), provider_payment_id="pi_late", amount_fen=amount,
                currency=CURRENCY, event_id="evt_late", actor=system_actor("试验"), at=late,
            )  # fmt: skip
    assert buyer.page().heading == "款项正在退回"
    order_page = buyer.client.get(f"/orders/{buyer.order_number()}")
    assert "款项将原路退回" in order_page.text
    with shop.app.test_request_context():
        assert f"/purchases/{buyer.purchase.number}" in order_page.reader.links
        left = select(OutboxMessage.payload).where(OutboxMessage.topic == "orders:purchase:changed")
        payload = {"purchase_id": purchase_id, "what": "returned"}
        assert payload in db.session.scalars(left).all()
        db.session.rollback()
        with transaction():
            tell_buyer(payload, late)
    assert "关闭后才到账" in buyer.client.get("/inbox").text


def test_the_gallery_shows_every_outcome(shop: Shop) -> None:
    shown = (ROOT / "templates" / "gallery" / "story.html").read_text(encoding="utf-8")
    outcomes = [each for each in vars(story).values() if isinstance(each, story.Outcome)]
    assert len(outcomes) == 10
    with shop.app.test_request_context():
        for outcome in outcomes:
            for words in (outcome.title, outcome.text, outcome.next):
                assert words is None or f'_("{words}")' in shown


def test_without_the_provider_the_order_is_kept_and_can_be_paid_later(shop: Shop) -> None:
    buyer = Buyer(shop)
    working, shop.app.extensions["payment_gateway"] = shop.local.gateway, None
    shop.app.extensions.pop("payment_gateway")  # the settings of the tests lead nowhere
    put(buyer.client, buyer.goods[0], "2")
    page = buyer.client.follow(order(buyer.client))
    assert "暂时连不上支付渠道" in page.text
    assert page.heading == "等待付款"
    buyer.check("open", held=2)
    shop.app.extensions["payment_gateway"] = working
    url = buyer.client.submit(page, "/payment", status=303).location
    press(url)
    shop.deliver()
    assert buyer.page().heading == "付款成功"


def test_a_paid_order_is_refunded_before_dispatch(shop: Shop) -> None:
    buyer = Buyer(shop)
    press(buyer.order())
    shop.deliver()
    page = buyer.client.get(f"/orders/{buyer.order_number()}")
    assert buyer.client.submit(page, "/refund", status=422, reason="").status == 422
    done = buyer.client.follow(buyer.client.submit(page, "/refund", reason="买错了"))
    assert "正在办理" in done.text
    buyer.check("paid", held=0)
    with shop.app.app_context():
        refund_id = newest(Refund).id
        for _ in range(2):
            send_refund({"refund_id": refund_id}, clock.now())
    buyer.check("refunded", held=0)
    assert set(shop.deliver()) == {200}
    assert "已原路退回" in buyer.client.get(f"/orders/{buyer.order_number()}").text
    assert buyer.page().heading == "已退款"
    buyer.client.submit(page, "/refund", status=409, reason="再退一次")
    with shop.app.app_context():
        refunds = select(Refund.amount).where(Refund.payment_id == newest(Payment).id)
        assert db.session.scalars(refunds).all() == [Money(59_60)]


def test_a_dispatched_order_is_received_once_and_not_refunded(shop: Shop) -> None:
    buyer = Buyer(shop)
    press(buyer.order())
    shop.deliver()
    number = buyer.order_number()
    before = buyer.client.get(f"/orders/{number}")
    with shop.app.app_context():
        dispatch(number)
    buyer.client.submit(before, "/refund", status=409, reason="不要了")
    page = buyer.client.get(f"/orders/{number}")
    done = buyer.client.follow(buyer.client.submit(page, "/receipt"))
    assert "已完成" in done.text
    buyer.client.submit(page, "/receipt", status=409)
    buyer.check("paid", held=0)


def test_another_person_finds_nothing(shop: Shop) -> None:
    buyer = Buyer(shop)
    buyer.order()
    number, order_number = buyer.page().response.request.path.split("/")[-1], buyer.order_number()
    other = browser(shop.app, consumer(shop.app))
    put(other, buyer.goods[0], "1")
    token = csrf(other)
    for path in (f"/purchases/{number}", f"/orders/{order_number}", f"/purchases/{number}/result"):
        other.get(path, status=404)
    for path in (
        f"/purchases/{number}/payment", f"/purchases/{number}/payment-check",
        f"/purchases/{number}/cancellation", f"/orders/{order_number}/receipt",
    ):  # fmt: skip
        other.post(path, {"csrf_token": token}, status=404)
    other.post(f"/orders/{order_number}/refund", {"csrf_token": token, "reason": "x"}, status=404)
    buyer.check("open", held=2)


@pytest.mark.parametrize("noun", ["payment", "payment-check", "cancellation"])
def test_buttons_carry_nothing_else(shop: Shop, noun: str) -> None:
    buyer = Buyer(shop)
    buyer.order()
    page = buyer.page()
    for word in SECRET_WORDS:
        form = page.form(f"/{noun}")
        buyer.client.post(form.action, {**form.fields, word: "1"}, status=422)
    buyer.check("open", held=2)
