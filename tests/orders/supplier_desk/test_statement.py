"""对账单: what was accepted, paid and is owed, the same on the page, in the sheet and in the rows."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from orders.fulfilment.models import Acceptance, PaymentTermRule
from orders.fulfilment.operations import Weighed, Weighing, accept_delivery, weigh_delivery
from orders.models import Order, OrderLine
from orders.payments.models import BankTransfer
from orders.payments.transfers import (
    InvoiceFacts,
    TransferFacts,
    record_invoice,
    record_transfer,
)
from orders.placing import Wanted
from orders.supplier_desk.statement import View, entries_of, totals
from shop import clock
from shop.db import db
from shop.money import Money, total
from tests.factories.orders import AT, Stage, advance, make_order, make_stage, mark_of
from tests.factories.supply import TODAY, demo_producer, staff_of
from tests.orders.purchasing.cast import Cast
from tests.support.database import World
from tests.support.people import signed_in
from tests.support.workbook import sheet_rows

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def entries(stage: Stage, view: View, on: date = TODAY, first: date = JUNE) -> list[Any]:
    after = (first + timedelta(days=31)).replace(day=1)
    return entries_of(stage.seller, view, first, after, on)


def accepted_less(stage: Stage) -> Order:
    """Ten packs ordered, nine delivered, one of them refused: 8 × 29.80."""
    order = make_order(stage, "dispatched")
    (line,) = order.lines
    weighed = Weighing({line.id: Weighed(9, 1, "破损")})
    weigh_delivery(order.number, weighed, actor=stage.buyer, at=AT)
    accept_delivery(order.number, mark_of(order), actor=stage.receiver, at=AT)
    return order


def test_an_accepted_order_is_owed_by_its_accepted_amount(stage: Stage) -> None:
    order = accepted_less(stage)
    (entry,) = entries(stage, View.ACCEPTED)
    assert (entry.order.id, entry.accepted, entry.difference) == (
        order.id, Money(8 * 29_80), Money(-2 * 29_80),
    )  # fmt: skip
    assert (entry.paid, entry.outstanding, entry.invoice) == (Money(0), Money(8 * 29_80), None)
    assert entry.term is not None
    assert entry.term.due_on == TODAY + timedelta(days=entry.term.days)
    assert [each.order.id for each in entries(stage, View.OWED)] == [order.id]
    assert entries(stage, View.PAID) == []


def test_it_is_overdue_from_the_day_after_its_term(stage: Stage) -> None:
    accepted_less(stage)
    (entry,) = entries(stage, View.OWED)
    last = entry.term.due_on
    assert entries(stage, View.OVERDUE, on=last) == []
    (late,) = entries(stage, View.OVERDUE, on=last + timedelta(days=3))
    assert late.days_over(last + timedelta(days=3)) == 3


def test_a_paid_order_moves_to_the_month_of_its_payment(stage: Stage) -> None:
    order = accepted_less(stage)
    later = datetime(2026, 7, 3, 4, tzinfo=UTC)
    amount = Money(8 * 29_80)
    invoice = InvoiceFacts("26150000000000000001", date(2026, 7, 1), amount, stage.unit.uscc)
    record_invoice(order.number, invoice, actor=stage.seller, at=later)
    paid = TransferFacts("PZ-000001", date(2026, 7, 2), amount)
    record_transfer(order.number, paid, actor=stage.buyer, at=later)
    (entry,) = entries(stage, View.ACCEPTED)
    assert (entry.paid_on, entry.paid, entry.outstanding) == (date(2026, 7, 2), amount, Money(0))
    assert entry.invoice == "26150000000000000001"
    assert entries(stage, View.OWED) == entries(stage, View.PAID) == []
    (july,) = entries(stage, View.PAID, first=JULY)
    assert july.order.id == order.id
    assert entries(stage, View.ACCEPTED, first=JULY) == []


def test_what_was_not_accepted_stands_nowhere(stage: Stage) -> None:
    for until in ("approved", "confirmed", "dispatched", "weighed"):
        make_order(stage, until)
    assert all(entries(stage, view) == [] for view in View)


def test_another_sellers_orders_are_not_told(stage: Stage) -> None:
    accepted_less(stage)
    mine = make_stage()
    assert all(entries(mine, view) == [] for view in View)


def test_a_month_begins_and_ends_by_the_business_day(stage: Stage) -> None:
    order = accepted_less(stage)
    order.accepted_at = clock.start_of(JULY)
    db.session.flush()
    assert entries(stage, View.ACCEPTED) == []
    order.accepted_at = clock.start_of(JULY) - timedelta(seconds=1)
    db.session.flush()
    assert len(entries(stage, View.ACCEPTED)) == 1


# Against the raw rows of the demonstration world


def raw_amounts(producer_id: int) -> dict[str, int]:
    """Accepted fen of each order by its weighed lines alone, apart from the shop's own functions."""
    found: dict[str, int] = {}
    rows = db.session.execute(
        select(Order, Acceptance)
        .join(Acceptance, Acceptance.order_id == Order.id)
        .where(Order.seller_id == producer_id, Acceptance.accepted_at.is_not(None))
    )
    for order, acceptance in rows:
        if order.accepted_at is None:
            continue
        fen = 0
        for weighed in acceptance.lines:
            line = db.session.get_one(OrderLine, weighed.line_id)
            quantity = Decimal(weighed.delivered - weighed.rejected)
            each = quantity if line.price_basis == "pack" else quantity / 1000
            fen += int((each * line.price.fen).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        found[order.number] = fen
    return found


def test_every_month_of_the_world_agrees_with_its_raw_rows(
    session: scoped_session[Session],
) -> None:
    producer = demo_producer("coop@demo.example")
    actor, raw, seen = staff_of(producer), raw_amounts(producer.id), {}
    first = date(2025, 1, 1)
    while first <= TODAY:
        after = (first + timedelta(days=31)).replace(day=1)
        for entry in entries_of(actor, View.ACCEPTED, first, after, TODAY):
            assert first <= entry.accepted_on < after
            seen[entry.order.number] = entry
        first = after
    units = {number: e for number, e in seen.items() if e.order.kind == "institution"}
    assert {number: e.accepted.fen for number, e in units.items()} == raw
    assert len(units) > 3
    for entry in seen.values():
        if entry.order.kind == "consumer":
            assert (entry.accepted, entry.paid) == (entry.order.total, entry.order.total)
    transfers = {
        number: amount.fen
        for number, amount in db.session.execute(
            select(Order.number, BankTransfer.amount)
            .join(Order, Order.id == BankTransfer.order_id)
            .where(Order.seller_id == producer.id)
        )
    }
    assert {n: e.paid.fen for n, e in units.items() if e.paid} == transfers
    owed = entries_of(actor, View.OWED, JUNE, JULY, TODAY)
    assert total(e.outstanding for e in owed).fen == sum(raw.values()) - sum(transfers.values())


# The page and the sheet


def test_the_sheet_has_the_page_s_rows_and_totals(database: World, app: Flask) -> None:
    with app.app_context():
        producer = demo_producer("coop@demo.example")
        found = entries_of(staff_of(producer), View.OWED, JUNE, JULY, TODAY)
        sums, count = totals(found), len(found)
        numbers = [entry.order.number for entry in found]
    assert count > 0
    client = signed_in(app, "coop")
    page = client.get("/supplier/statement?view=owed")
    assert str(sums.accepted) in page.text
    assert str(sums.outstanding) in page.text
    assert all(number in page.text for number in numbers)
    response = client.client.get("/supplier/statement.xlsx?view=owed")
    assert "attachment" in response.headers["Content-Disposition"]
    rows = sheet_rows(response.data)
    assert [row[0] for row in rows[1:-1]] == [("s", number) for number in numbers]
    heads = [text for _kind, text in rows[0]]
    at = heads.index("验收金额（元）")
    amounts = [Decimal(row[at][1]) for row in rows[1:-1]]
    assert all(kind == "n" for kind, _text in (row[at] for row in rows[1:-1]))
    assert sum(amounts) == sums.accepted.yuan
    assert ("n", str(sums.outstanding.fen)) in rows[-1]


def test_text_of_others_never_becomes_a_formula(cast: Cast) -> None:
    number = cast.order("accepted")
    with cast.app.app_context():
        order = db.session.scalars(select(Order).where(Order.number == number)).one()
        order.budget_unit.name = "=1+2"  # type: ignore[union-attr]
        db.session.commit()
    response = cast.seller.client.get("/supplier/statement.xlsx?view=owed")
    rows = sheet_rows(response.data)
    assert ("s", "'=1+2") in rows[1]


@pytest.mark.parametrize(
    "query",
    ["month=2026-13", "month=2026", "month=１", "view=all", "unit=nobody", "month=1999-01"],
)
def test_what_there_is_not_is_not_found(database: World, app: Flask, query: str) -> None:
    client = signed_in(app, "coop")
    client.get(f"/supplier/statement?{query}", status=404)
    assert client.client.get(f"/supplier/statement.xlsx?{query}").status_code == 404


def test_the_statement_is_for_suppliers(database: World, app: Flask) -> None:
    for name in ("buyer", "official", "consumer"):
        signed_in(app, name).get("/supplier/statement", status=403)


def test_its_cost_does_not_grow(cast: Cast, count_queries: Any) -> None:
    cast.order("accepted")
    cast.seller.get("/supplier/statement")
    with count_queries() as few:
        cast.seller.get("/supplier/statement")
    for _ in range(4):
        cast.order("accepted")
    with count_queries() as many:
        page = cast.seller.get("/supplier/statement")
    assert "合计 5 张订单 ¥1,490.00" in page.text
    assert few.count == many.count <= 12


def test_the_terms_come_from_the_dated_rules(stage: Stage) -> None:
    db.session.query(PaymentTermRule).delete()
    db.session.add(PaymentTermRule(valid_from=date(2026, 6, 1), days=10, source="试验"))
    advance(
        stage, make_order(stage, "weighed", wanted=[Wanted(stage.shelf.offer.id, 5)]), "accepted"
    )
    (entry,) = entries(stage, View.OWED)
    assert entry.term is not None
    assert entry.term.due_on == TODAY + timedelta(days=10)
