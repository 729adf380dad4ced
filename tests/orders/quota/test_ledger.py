"""The ledger: counted once, taken back by new entries, in the year of what is taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from orders.models import Order
from orders.quota import ledger
from orders.quota.models import LedgerEntry
from orders.quota.stages import Stage
from shop.actor import system_actor
from shop.money import Money
from tests.factories.orders import make_order, make_stage, stage_sums

NEW_YEAR = datetime(2026, 12, 31, 17, tzinfo=UTC)  # already 1 January 2027 in Beijing
ACTOR = system_actor("test")


@pytest.fixture
def order(session: Any) -> Order:
    return make_order(make_stage())


def entries(session: Any, order: Order, stage: str = "placed") -> list[LedgerEntry]:
    statement = select(LedgerEntry).where(
        LedgerEntry.order_id == order.id, LedgerEntry.stage == stage
    )
    return list(session.scalars(statement.order_by(LedgerEntry.id)))


def test_placing_enters_the_amount_with_the_buyers_place(session: Any, order: Order) -> None:
    (entry,) = entries(session, order)
    assert entry.delta == order.total == Money(29_800)
    assert (entry.buyer_region_code, entry.channel, entry.fund_source, entry.year) == (
        order.buyer_region_code, "local", "canteen", 2026,
    )  # fmt: skip


def test_a_retried_request_counts_once(session: Any, order: Order) -> None:
    amounts = {line.id: line.amount for line in order.lines}
    ledger.enter(order, Stage.PLACED, amounts, event="place", actor=ACTOR, at=order.placed_at)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_taking_back_leaves_nothing_and_keeps_the_first_entry(session: Any, order: Order) -> None:
    ledger.reverse(order, event="cancel", actor=ACTOR, at=NEW_YEAR, reason="取消")
    session.flush()
    first, back = entries(session, order)
    assert first.delta == -back.delta == order.total
    assert (back.year, back.day.isoformat(), back.reason) == (2026, "2027-01-01", "取消")
    assert stage_sums(order)["placed"] == Money(0)


def test_taking_back_twice_takes_back_once(session: Any, order: Order) -> None:
    ledger.reverse(order, event="cancel", actor=ACTOR, at=NEW_YEAR, reason="取消")
    ledger.reverse(order, event="refund", actor=ACTOR, at=NEW_YEAR, reason="退款")
    session.flush()
    assert len(entries(session, order)) == 2


def test_an_amount_counts_in_the_year_of_its_beijing_day(session: Any, order: Order) -> None:
    amounts = {line.id: Money(100) for line in order.lines}
    for event, at in (("a", NEW_YEAR - timedelta(hours=2)), ("b", NEW_YEAR)):
        ledger.enter(order, Stage.PAID, amounts, event=event, actor=ACTOR, at=at)
    session.flush()
    assert [entry.year for entry in entries(session, order, "paid")] == [2026, 2027]


def test_what_is_nothing_is_not_entered(session: Any, order: Order) -> None:
    amounts = {line.id: Money(0) for line in order.lines}
    ledger.enter(order, Stage.PAID, amounts, event="pay", actor=ACTOR, at=NEW_YEAR)
    session.flush()
    assert entries(session, order, "paid") == []
