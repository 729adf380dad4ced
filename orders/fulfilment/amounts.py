"""What was accepted, in fen: the one source for page, invoice, ledger and reports.

Accepted quantity alone drives the money. The day by which it is to be paid follows from dated
rules (保障中小企业款项支付条例).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from orders.fulfilment.models import Acceptance, AcceptanceLine, PaymentTermRule
from orders.models import Order
from orders.states import OrderKind, OrderStatus
from shop.db import db
from shop.money import Money
from shop.units import PriceBasis


@dataclass(frozen=True)
class PaymentTerm:
    """The last day on which a supplier may be paid, and the rule that says so."""

    due_on: date
    days: int
    source: str

    def days_over(self, on: date) -> int:
        """How many days late it is on a day; 0 while there is time."""
        return max(0, (on - self.due_on).days)


def accepted_amounts(order: Order) -> dict[int, Money]:
    """{line id: accepted amount}; empty until the delivery is accepted.

    An institution's is price times accepted quantity, rounded once per line; a consumer receives
    what was ordered.
    """
    if order.kind == OrderKind.CONSUMER:
        received = order.status == OrderStatus.COMPLETED
        return {line.id: line.amount for line in order.lines} if received else {}
    acceptance = db.session.scalar(
        select(Acceptance)
        .where(Acceptance.order_id == order.id, Acceptance.accepted_at.is_not(None))
        .options(selectinload(Acceptance.lines))
    )
    return amounts_for(order, acceptance.lines) if acceptance else {}


def amounts_for(order: Order, weighed: Iterable[AcceptanceLine]) -> dict[int, Money]:
    """What weighed lines would be worth once accepted."""
    lines = {line.id: line for line in order.lines}
    return {
        found.line_id: PriceBasis(lines[found.line_id].price_basis).amount(
            lines[found.line_id].price, found.accepted
        )
        for found in weighed
    }


def payment_term(accepted_on: date, rules: Sequence[PaymentTermRule]) -> PaymentTerm | None:
    """The term by the rule in force on the day of acceptance; None where no rule was."""
    in_force = [rule for rule in rules if rule.valid_from <= accepted_on]
    if not in_force:
        return None
    rule = max(in_force, key=lambda rule: rule.valid_from)
    return PaymentTerm(accepted_on + timedelta(days=rule.days), rule.days, rule.source)


def payment_rules() -> list[PaymentTermRule]:
    return list(db.session.scalars(select(PaymentTermRule)))
