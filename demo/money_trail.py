"""Payments and refunds of consumers; invoices and bank transfers of units."""

from datetime import datetime, timedelta

from demo.cast import Unit
from demo.chance import Chance
from demo.story import OrderPlan, PurchasePlan
from demo.writer import Writer
from orders.payments.models import BankTransfer, Invoice, Payment, PaymentAnomaly, Refund
from orders.payments.operations import PROVIDER
from orders.states import OrderEventKind as E
from shop.clock import business_day
from shop.money import CURRENCY, Money, total


def write_consumer_money(
    writer: Writer, chance: Chance, purchase_id: int, purchase: PurchasePlan
) -> None:
    """One payment for the whole purchase; a refund for each order that went back."""
    first = purchase.orders[0]
    paid_at = first.when(E.PAY) or purchase.paid_late
    amount = total(line.amount for order in purchase.orders for line in order.lines)
    returned = [order for order in purchase.orders if order.when(E.REFUND)]
    if paid_at:
        is_whole = purchase.paid_late or len(returned) == len(purchase.orders)
        status = "refunded" if is_whole else "paid"
    else:
        status = "expired" if first.when(E.EXPIRE) or first.when(E.CANCEL) else "created"
    mark = chance.randbytes(12).hex()
    payment = writer.add(
        Payment,
        purchase_id=purchase_id,
        provider=PROVIDER,
        idempotency_key=f"demo-{mark}",
        amount=amount,
        currency=CURRENCY,
        status=status,
        provider_session_id=f"cs_demo_{mark}" if status != "created" else None,
        provider_payment_id=f"pi_demo_{mark}" if paid_at else None,
        created_at=purchase.at,
        paid_at=paid_at,
    )
    if purchase.paid_late:
        _write_late(writer, payment, amount, purchase.paid_late)
    for order in returned:
        asked_at = order.when(E.REFUND)
        writer.add(
            Refund,
            payment_id=payment,
            order_id=order.id,
            amount=total(line.amount for line in order.lines),
            reason="asked",
            status="done",
            idempotency_key=f"refund-{payment}-{order.number}-asked",
            provider_refund_id=f"re_demo_{order.number}",
            asked_at=asked_at,
            done_at=asked_at,
        )


def _write_late(writer: Writer, payment: int, amount: Money, at: datetime) -> None:
    """As orders.payments.outcomes.settle_paid leaves money for which nothing can be sent."""
    writer.add(
        PaymentAnomaly,
        payment_id=payment,
        reason="paid_late",
        detail={"amount_fen": amount.fen, "currency": CURRENCY, "expected_fen": amount.fen},
        event_id=f"evt_demo_late_{payment}",
        found_at=at,
    )
    writer.add(
        Refund,
        payment_id=payment,
        amount=amount,
        reason="paid_late",
        status="done",
        idempotency_key=f"refund-{payment}-rest-paid_late",
        provider_refund_id=f"re_demo_late_{payment}",
        asked_at=at,
        done_at=at + timedelta(minutes=1),
    )


def write_invoice(writer: Writer, order: OrderPlan, unit: Unit) -> None:
    """A 20-digit number: year, 15 for Inner Mongolia, channel, and a serial that begins with zeros."""
    invoiced = order.when(E.INVOICE)
    if invoiced is None:
        return
    writer.add(
        Invoice,
        order_id=order.id,
        number=f"{business_day(invoiced):%y}152{order.id:015d}",
        issued_on=business_day(invoiced),
        amount=total(line.accepted_amount for line in order.lines),
        buyer_uscc=unit.uscc,
        seller_uscc=order.seller.uscc,
        recorded_at=invoiced,
    )


def write_transfer(writer: Writer, order: OrderPlan) -> None:
    settled = order.when(E.SETTLE)
    if settled is None:
        return
    writer.add(
        BankTransfer,
        order_id=order.id,
        reference=f"DEMO{business_day(settled):%Y%m%d}{order.id:08d}",
        paid_on=business_day(settled),
        amount=total(line.accepted_amount for line in order.lines),
        recorded_at=settled,
    )
