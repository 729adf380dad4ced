"""Invoice and bank transfer of a unit's accepted delivery: recorded, checked, never sent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from orders.fulfilment.amounts import accepted_amounts
from orders.models import Order
from orders.payments.models import BankTransfer, Invoice
from orders.purchasing import queries
from orders.purchasing.operations import step
from orders.quota import ledger
from orders.quota.models import Stage
from orders.states import MACHINES, OrderEventKind, OrderKind, OrderStatus
from shop import clock
from shop.actor import Actor
from shop.db import db
from shop.errors import InvalidInput, InvalidTransition
from shop.money import Money, total


@dataclass(frozen=True)
class InvoiceFacts:
    """What is printed on a fully digitised invoice (数电票)."""

    number: str
    issued_on: date
    amount: Money
    buyer_uscc: str


@dataclass(frozen=True)
class TransferFacts:
    """What the bank's receipt says."""

    reference: str
    paid_on: date
    amount: Money


def record_invoice(number: str, facts: InvoiceFacts, *, actor: Actor, at: datetime) -> Order:
    """Record the invoice of an accepted delivery; by the buying unit or by the seller.

    Raises NotFound, InvalidTransition, InvalidInput at number, issued_on, amount or buyer_uscc.
    """
    order = _locked(or_(queries.is_buyers(actor), queries.is_sellers(actor)), number,
                    OrderEventKind.INVOICE)  # fmt: skip
    _refuse_bad_invoice(order, facts, clock.business_day(at))
    invoice = Invoice(
        order_id=order.id,
        number=facts.number,
        issued_on=facts.issued_on,
        amount=facts.amount,
        buyer_uscc=facts.buyer_uscc,
        seller_uscc=order.seller.uscc,
        recorded_at=at,
    )
    _add_unique(invoice, "number", _l("这个发票号码已经登记过。"))
    step(
        order, OrderEventKind.INVOICE, "invoice", "invoiced", actor=actor, at=at,
        facts={"invoice": facts.number, "amount_fen": facts.amount.fen},
    )  # fmt: skip
    return order


def record_transfer(number: str, facts: TransferFacts, *, actor: Actor, at: datetime) -> Order:
    """Record the payment of an invoiced delivery: paid and completed, on the later of both days.

    Raises NotFound, InvalidTransition, InvalidInput at reference, paid_on or amount.
    """
    order = _locked(queries.is_buyers(actor), number, OrderEventKind.SETTLE)
    accepted_on = _accepted_on(order)
    invoice = db.session.scalars(select(Invoice).where(Invoice.order_id == order.id)).one()
    _refuse_bad_transfer(facts, invoice, accepted_on, clock.business_day(at))
    transfer = BankTransfer(
        order_id=order.id,
        reference=facts.reference,
        paid_on=facts.paid_on,
        amount=facts.amount,
        recorded_at=at,
    )
    _add_unique(transfer, "reference", _l("这个付款凭证号已经登记过。"))
    step(
        order, OrderEventKind.SETTLE, "settle", "settled", actor=actor, at=at,
        facts={"reference": facts.reference, "amount_fen": facts.amount.fen},
    )  # fmt: skip
    amounts = accepted_amounts(order)
    days = {Stage.PAID: facts.paid_on, Stage.COMPLETED: max(facts.paid_on, accepted_on)}
    for stage, day in days.items():
        ledger.enter(order, stage, amounts, event="settle", actor=actor, at=at, on=day)
    return order


def _locked(whose: Any, number: str, event: OrderEventKind) -> Order:
    order = queries.lock_order(whose, number)
    MACHINES[OrderKind(order.kind)].next(OrderStatus(order.status), event)
    return order


def _refuse_bad_invoice(order: Order, facts: InvoiceFacts, today: date) -> None:
    unit = order.budget_unit
    if unit is None:
        raise InvalidTransition
    if facts.buyer_uscc != unit.uscc:
        raise InvalidInput(
            _l("发票上的购买方应为 %(name)s（%(code)s）。", name=unit.name, code=unit.uscc),
            field="buyer_uscc",
        )
    accepted = total(accepted_amounts(order).values())
    if facts.amount != accepted:
        raise InvalidInput(
            _l("发票金额必须等于验收金额 %(amount)s。", amount=accepted), field="amount"
        )
    if not clock.business_day(order.placed_at) <= facts.issued_on <= today:
        raise InvalidInput(_l("开票日期应在下单日与今天之间。"), field="issued_on")
    if db.session.scalar(select(Invoice.id).where(Invoice.number == facts.number)):
        raise InvalidInput(_l("这个发票号码已经登记过。"), field="number")


def _refuse_bad_transfer(
    facts: TransferFacts, invoice: Invoice, accepted_on: date, today: date
) -> None:
    if facts.amount != invoice.amount:
        raise InvalidInput(
            _l("付款金额必须等于发票金额 %(amount)s。", amount=invoice.amount), field="amount"
        )
    if not accepted_on <= facts.paid_on <= today:
        raise InvalidInput(
            _l("付款日期应在验收日 %(day)s 与今天之间。", day=accepted_on), field="paid_on"
        )
    if db.session.scalar(select(BankTransfer.id).where(BankTransfer.reference == facts.reference)):
        raise InvalidInput(_l("这个付款凭证号已经登记过。"), field="reference")


def _accepted_on(order: Order) -> date:
    if order.accepted_at is None:
        raise InvalidTransition
    return clock.business_day(order.accepted_at)


def _add_unique(record: Invoice | BankTransfer, field: str, message: object) -> None:
    """Two people may record the same number at once: the database refuses the second."""
    try:
        with db.session.begin_nested():
            db.session.add(record)
            db.session.flush()
    except IntegrityError:
        raise InvalidInput(message, field=field) from None
