"""The ledger of past orders, entry for entry what the operations would have written."""

from typing import Any, cast

from demo.story import LinePlan, OrderPlan, Step
from demo.writer import Writer
from orders.models import Order
from orders.quota.ledger import entry_values
from orders.quota.models import LedgerEntry, Stage
from orders.states import ENDED_WITHOUT_GOODS, OrderKind
from orders.states import OrderEventKind as E
from shop.clock import business_day
from shop.money import Money

REASONS = {E.EXPIRE: "expire", E.CANCEL: "cancel", E.REFUND: "refund", E.RETURN: "全部拒收"}


class LedgerWriter:
    """Writes the entries of one order after the other."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def write(self, order: OrderPlan) -> None:
        """Placed at once; accepted, paid and completed as far as it came; undone where it ended."""
        sums: dict[tuple[Stage, int], tuple[Money, int]] = {}
        for step, status in zip(order.steps, order.statuses(), strict=True):
            if status in ENDED_WITHOUT_GOODS:
                self._reverse(order, step, sums)
                continue
            for stage in STAGES[order.kind].get(step.event, ()):
                for line in order.lines:
                    amount = line.amount
                    if order.kind is OrderKind.INSTITUTION and stage is not Stage.PLACED:
                        amount = line.accepted_amount
                    if amount:
                        self._enter(order, line, stage, amount, step)
                        sums[stage, line.id] = amount, business_day(step.at).year

    def _reverse(
        self, order: OrderPlan, step: Step, sums: dict[tuple[Stage, int], tuple[Money, int]]
    ) -> None:
        """Taken back on the day, in the year of what it takes back."""
        reason = REASONS.get(step.event) if order.kind is OrderKind.CONSUMER else step.note
        if step.event is E.RETURN:
            reason = REASONS[E.RETURN]
        lines = {line.id: line for line in order.lines}
        for (stage, line_id), (amount, year) in sums.items():
            self._enter(order, lines[line_id], stage, -amount, step, reason=reason, year=year)

    def _enter(
        self, order: OrderPlan, line: LinePlan, stage: Stage, amount: Money, step: Step,
        *, reason: str | None = None, year: int | None = None,
    ) -> None:  # fmt: skip
        values: dict[str, Any] = entry_values(
            cast(Order, order),
            line,
            stage,
            amount,
            event_key=f"order:{order.id}:{step.event.value}",
            actor_name=step.actor_name,
            at=step.at,
            reason=reason,
        )
        if year is not None:
            values["year"] = year
        self.writer.add(LedgerEntry, **values)


STAGES: dict[OrderKind, dict[E, tuple[Stage, ...]]] = {
    OrderKind.INSTITUTION: {
        E.PLACE: (Stage.PLACED,),
        E.ACCEPT: (Stage.ACCEPTED,),
        E.SETTLE: (Stage.PAID, Stage.COMPLETED),
    },
    OrderKind.CONSUMER: {
        E.PLACE: (Stage.PLACED,),
        E.PAY: (Stage.PAID,),
        E.RECEIVE: (Stage.ACCEPTED, Stage.COMPLETED),
    },
}
