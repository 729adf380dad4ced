"""Invoice and bank transfer of an accepted delivery."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from orders.payments.transfers import (
    InvoiceFacts,
    TransferFacts,
    record_invoice,
    record_transfer,
)
from orders.quota.models import LedgerEntry
from shop.db import db
from shop.errors import InvalidInput, InvalidTransition, NotFound
from shop.money import Money
from tests.factories.orders import AT, TODAY, Stage, facts_of, make_order, stage_sums

LATER = AT + timedelta(days=9)


def invoice_of(stage: Stage, number: str = "26150000000000000001") -> InvoiceFacts:
    return InvoiceFacts(number, TODAY, Money(298_00), stage.unit.uscc)


TRANSFER = TransferFacts("ICBC20260705", date(2026, 7, 5), Money(298_00))


def test_paid_and_completed_count_on_the_bank_day(stage: Stage) -> None:
    order = make_order(stage, "accepted")
    record_invoice(order.number, invoice_of(stage), actor=stage.seller, at=LATER)
    record_transfer(order.number, TRANSFER, actor=stage.buyer, at=LATER)
    amount = Money(298_00)
    assert order.status == "completed"
    assert stage_sums(order) == dict.fromkeys(["placed", "accepted", "paid", "completed"], amount)
    days = {
        entry.stage: entry.day
        for entry in db.session.scalars(select(LedgerEntry).where(LedgerEntry.order_id == order.id))
    }
    assert days == {
        "placed": TODAY, "accepted": TODAY, "paid": date(2026, 7, 5), "completed": date(2026, 7, 5),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Money(297_99)}, "amount"),
        ({"buyer_uscc": "91150430MA0000000X"}, "buyer_uscc"),
        ({"issued_on": date(2026, 7, 10)}, "issued_on"),
        ({"issued_on": date(2026, 6, 29)}, "issued_on"),
    ],
)
def test_an_invoice_that_does_not_fit_is_refused_at_its_field(
    stage: Stage, changes: dict[str, Any], field: str
) -> None:
    order = make_order(stage, "accepted")
    before = facts_of(order)
    with pytest.raises(InvalidInput) as refusal:
        record_invoice(
            order.number,
            replace(invoice_of(stage), **changes),
            actor=stage.buyer,
            at=LATER,
        )
    assert refusal.value.field == field
    assert facts_of(order) == before


def test_a_number_used_before_is_refused(stage: Stage) -> None:
    first, second = make_order(stage, "accepted"), make_order(stage, "accepted")
    record_invoice(first.number, invoice_of(stage), actor=stage.buyer, at=LATER)
    record_transfer(first.number, TRANSFER, actor=stage.buyer, at=LATER)
    before = facts_of(second)
    with pytest.raises(InvalidInput) as refusal:
        record_invoice(second.number, invoice_of(stage), actor=stage.buyer, at=LATER)
    assert refusal.value.field == "number"
    assert facts_of(second) == before
    other = invoice_of(stage, "26150000000000000002")
    record_invoice(second.number, other, actor=stage.buyer, at=LATER)
    with pytest.raises(InvalidInput) as refusal:
        record_transfer(second.number, TRANSFER, actor=stage.buyer, at=LATER)
    assert refusal.value.field == "reference"
    assert second.status == "invoiced"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Money(1)}, "amount"),
        ({"paid_on": date(2026, 6, 29)}, "paid_on"),
        ({"paid_on": date(2026, 7, 10)}, "paid_on"),
    ],
)
def test_a_transfer_that_does_not_fit_is_refused_at_its_field(
    stage: Stage, changes: dict[str, Any], field: str
) -> None:
    order = make_order(stage, "accepted")
    record_invoice(order.number, invoice_of(stage), actor=stage.buyer, at=LATER)
    before = facts_of(order)
    with pytest.raises(InvalidInput) as refusal:
        record_transfer(order.number, replace(TRANSFER, **changes), actor=stage.buyer, at=LATER)
    assert refusal.value.field == field
    assert facts_of(order) == before


def test_only_the_unit_records_its_payment_and_only_after_the_invoice(stage: Stage) -> None:
    order = make_order(stage, "accepted")
    before = facts_of(order)
    with pytest.raises(InvalidTransition):
        record_transfer(order.number, TRANSFER, actor=stage.buyer, at=LATER)
    with pytest.raises(NotFound):
        record_transfer(order.number, TRANSFER, actor=stage.seller, at=LATER)
    with pytest.raises(NotFound):
        record_invoice(order.number, invoice_of(stage), actor=stage.other_seller, at=LATER)
    assert facts_of(order) == before
