"""Deliveries of the past: the note they came with, what was weighed, the invoice, the transfer."""

from collections.abc import Callable
from datetime import datetime

from demo.chance import Chance
from demo.money_trail import write_invoice, write_transfer
from demo.story import LinePlan, OrderPlan, PurchasePlan
from demo.writer import Writer
from orders.fulfilment.models import Acceptance, AcceptanceLine, Dispatch
from orders.states import OrderEventKind as E
from shop.clock import business_day
from shop.units import PriceBasis

CARRIERS = ("示范冷链物流（演示）", "合作社自送（演示）")
REASONS = ("两袋破损", "外包装潮湿", "规格偏小", "表面有霉点")
Number = Callable[[str, datetime], str]


def write_delivery(
    writer: Writer, chance: Chance, purchase: PurchasePlan, order: OrderPlan, number: Number
) -> None:
    """What came of dispatch, weighing, acceptance and payment, as far as the order went."""
    sent, weighed = order.when(E.DISPATCH), order.when(E.WEIGH)
    if sent:
        writer.add(
            Dispatch,
            order_id=order.id,
            note_number=number("D", sent),
            dispatched_on=business_day(sent),
            carrier=chance.choice(CARRIERS),
            vehicle="蒙D·演示" + chance.digits(2),
            driver_phone=order.seller.staff.phone,
            recorded_at=sent,
        )
    if weighed:
        _write_acceptance(writer, chance, order, weighed)
    if order.when(E.ACCEPT) and purchase.unit:
        write_invoice(writer, order, purchase.unit)
        write_transfer(writer, order)


def _write_acceptance(writer: Writer, chance: Chance, order: OrderPlan, weighed: datetime) -> None:
    decided = E.RETURN if order.when(E.RETURN) else E.ACCEPT
    weigher, checker = order.who(E.WEIGH), order.who(decided)
    acceptance = writer.add(
        Acceptance,
        order_id=order.id,
        weighed_by_id=weigher.id if weigher else None,
        weighed_at=weighed,
        accepted_by_id=checker.id if checker else None,
        accepted_at=order.when(decided),
        papers_checked=True,
        temperature_note=_temperature(chance, order),
        remark="复核无误" if order.when(E.ACCEPT) else None,
    )
    for line in order.lines:
        _weigh(chance, line, is_refused=decided is E.RETURN)
        writer.add(
            AcceptanceLine,
            acceptance_id=acceptance,
            line_id=line.id,
            delivered=line.delivered,
            rejected=line.rejected,
            reason=line.reason,
        )


def _temperature(chance: Chance, order: OrderPlan) -> str | None:
    storages = " ".join(line.offer.template.storage for line in order.lines)
    if "冷冻" in storages:
        return f"车厢 -{chance.randint(15, 19)}℃"
    return f"车厢 {chance.randint(1, 4)}℃" if "冷藏" in storages else None


def _weigh(chance: Chance, line: LinePlan, *, is_refused: bool) -> None:
    """Goods by weight rarely weigh what was ordered; now and then something is sent back."""
    line.delivered = line.quantity
    if line.offer.template.basis == PriceBasis.KILOGRAM:
        line.delivered += line.quantity * chance.randint(-35, 25) // 1000 // 10 * 10
    if is_refused:
        line.rejected, line.reason = line.delivered, "车厢温度超标"
    elif chance.happens(5):
        line.rejected = line.delivered * chance.randint(3, 20) // 100
        line.reason = chance.choice(REASONS) if line.rejected else None
