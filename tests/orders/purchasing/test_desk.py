"""The desk: each person's own work, the days to come, what is owed; papers by month."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from orders.purchasing.desk import desk_of
from orders.purchasing.effect import effect_of
from orders.purchasing.steps import way_of
from shop.money import Money
from tests.factories.orders import TODAY, Stage, make_order
from tests.orders.purchasing.cast import Cast
from tests.support.counting import Queries


def steps(stage: Stage, name: str) -> list[str]:
    return [task.step for task in desk_of(getattr(stage, name), on=TODAY).tasks]


@pytest.mark.parametrize(
    ("until", "buyer", "approver", "receiver"),
    [
        ("placed", [], ["approve"], []),
        ("approved", [], [], []),
        ("dispatched", ["weigh"], ["weigh"], ["weigh"]),
        ("weighed", [], ["accept"], ["accept"]),
        ("accepted", ["invoice"], [], ["invoice"]),
    ],
)
def test_each_person_sees_their_own_next_steps(
    stage: Stage, until: str, buyer: list[str], approver: list[str], receiver: list[str]
) -> None:
    make_order(stage, until)
    found = {name: steps(stage, name) for name in ("buyer", "approver", "receiver")}
    assert found == {"buyer": buyer, "approver": approver, "receiver": receiver}


def test_what_is_accepted_is_owed_by_its_term(stage: Stage) -> None:
    make_order(stage, "accepted")
    desk = desk_of(stage.approver, on=date(2026, 8, 1))
    [due] = desk.dues
    assert (due.amount, desk.owed, desk.overdue) == (Money(298_00), Money(298_00), 1)
    assert due.term is not None
    assert due.term.due_on == date(2026, 7, 30)


def test_deliveries_stand_on_their_days(stage: Stage) -> None:
    order = make_order(stage, "approved")
    desk = desk_of(stage.buyer, on=TODAY)
    assert [len(day.orders) for day in desk.days] == [1, *[0] * 13]
    assert desk.soon == [order]
    later = desk_of(stage.buyer, on=date(2026, 7, 2))
    assert (later.soon, later.late) == ([], [order])


def test_the_way_of_an_order(stage: Stage) -> None:
    order = make_order(stage, "dispatched")
    assert [state for _label, state in way_of(order)] == [
        *["done"] * 4, "current", *["todo"] * 3,
    ]  # fmt: skip


def test_the_effect_is_of_one_channel_before_and_after(stage: Stage) -> None:
    make_order(stage)
    effect = effect_of(make_order(stage))
    assert (effect.before, effect.after) == (Money(298_00), Money(596_00))
    assert (effect.counts, effect.plan, effect.placed_by) == (False, None, stage.buyer.name)


def test_the_approver_decides_on_one_page(cast: Cast) -> None:
    number = cast.order()
    page = cast.approver.get(f"/canteen/orders/{number}")
    for words in ("申请采购", "本渠道已下单", "¥0.00", "¥298.00", "审批通过", "退回订单"):
        assert words in page.text
    assert "本渠道已下单" not in cast.buyer.get(f"/canteen/orders/{number}").text


def test_the_desk_leads_to_the_one_next_action(cast: Cast) -> None:
    number = cast.order("dispatched")
    links = cast.receiver.get("/canteen").reader.links
    assert f"/canteen/orders/{number}/weighing" in links


def test_papers_are_listed_by_month_and_printed(cast: Cast) -> None:
    number = cast.order("accepted")
    page = cast.approver.get("/canteen/documents?month=2026-06")
    assert number in page.text
    assert f"/canteen/orders/{number}/acceptance-sheet" in page.reader.links
    cast.approver.get("/canteen/documents?month=2026-05")
    for month in ("2026-13", "2026", "x", "1899-01"):
        cast.approver.get(f"/canteen/documents?month={month}", status=404)
    sheet = cast.approver.get(f"/canteen/orders/{number}/approval-sheet")
    for words in ("填报单位", "填报人", "审核人", "贰佰玖拾捌元整", "审批人签字"):
        assert words in sheet.text
    sheet = cast.approver.get(f"/canteen/orders/{number}/acceptance-sheet")
    for words in ("称重人签字", "复核人签字", "TEST-BATCH", "合格", "¥298.00"):
        assert words in sheet.text
    cast.approver.get(f"/canteen/orders/{number}/settlement-sheet", status=404)


def test_desk_and_papers_cost_few_queries_however_many_orders(
    cast: Cast, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    number = cast.order("accepted")
    paths = [
        "/canteen", "/canteen/documents", f"/canteen/orders/{number}/approval-sheet",
        f"/canteen/orders/{number}/acceptance-sheet",
    ]  # fmt: skip
    first = {path: cost(cast, path, count_queries) for path in paths}
    for until in ("placed", "approved", "dispatched", "weighed", "accepted", "accepted"):
        cast.order(until)
    assert {path: cost(cast, path, count_queries) for path in paths} == first
    assert max(first.values()) <= 12, first


def cost(
    cast: Cast, path: str, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> int:
    with count_queries() as queries:
        cast.approver.get(path)
    return queries.count
