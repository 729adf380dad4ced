"""Writes what happened: purchases, orders, lines, events, deliveries, money and the ledger."""

from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Any

from demo.chance import Chance
from demo.deliveries import write_delivery
from demo.ledger import LedgerWriter
from demo.money_trail import write_consumer_money
from demo.notices import NoticeWriter
from demo.shelves import write_holds
from demo.story import OrderPlan, PurchasePlan, Step
from demo.writer import Writer
from orders.models import Channel, Order, OrderEvent, OrderLine, Purchase
from orders.models.order import STAMPS
from orders.placing import PAYMENT_TIME
from orders.states import OrderEventKind as E
from orders.states import OrderKind, OrderStatus
from shop.audit import AuditEntry
from shop.clock import business_day
from shop.money import total

VERBS = {event: event.value for event in E}


class History:
    """Writes purchases one after the other; ids and numbers rise with time."""

    def __init__(self, writer: Writer, *, cutoff: datetime) -> None:
        self.writer, self.cutoff = writer, cutoff
        self.chance = Chance(f"history {cutoff}")
        self.ledger = LedgerWriter(writer)
        self.notices = NoticeWriter(writer, cutoff)
        self._serials = count(1)

    def write(self, purchase: PurchasePlan) -> None:
        purchase_id = self.writer.next_id(Purchase)
        for order in purchase.orders:
            order.id = self.writer.next_id(Order)
            order.number = self._number("A" if purchase.unit else "C", purchase.at)
            for line in order.lines:
                line.id = self.writer.next_id(OrderLine)
        expires_at = None if purchase.unit else purchase.at + PAYMENT_TIME
        self._purchase(purchase_id, purchase, expires_at)
        for order in purchase.orders:
            self._order(purchase_id, purchase, order)
            self._lines(purchase, order)
            self._events(purchase, order)
            is_open = order.statuses()[-1] is OrderStatus.AWAITING_PAYMENT
            released = order.when(E.EXPIRE) or order.when(E.CANCEL)
            write_holds(self.writer, purchase, order, expires_at if is_open or released else None)
            write_delivery(self.writer, self.chance, purchase, order, self._number)
            self.ledger.write(order)
            self.notices.write(purchase, order)
        if not purchase.unit:
            write_consumer_money(self.writer, self.chance, purchase_id, purchase)
        self.writer.breathe()

    def _number(self, prefix: str, at: datetime) -> str:
        """As orders.placing.new_number, but repeatable; the middle counts, so that none is twice."""
        return f"{prefix}{business_day(at):%y%m%d}{self.chance.digits(2)}{next(self._serials) * 7919 % 1_000_000:06d}"

    def _purchase(
        self, purchase_id: int, purchase: PurchasePlan, expires_at: datetime | None
    ) -> None:
        key = sha256(f"demo purchase {purchase_id}".encode()).hexdigest()
        amount = total(line.amount for order in purchase.orders for line in order.lines)
        number = self._number("P", purchase.at)
        self.writer.add(
            Purchase,
            id=purchase_id,
            number=number,
            kind=purchase.kind.value,
            user_id=purchase.person.id,
            idempotency_key=key[:32],
            request_fingerprint=key,
            total=amount,
            status=purchase_status(purchase),
            placed_at=purchase.at,
            expires_at=expires_at,
            paid_at=purchase.orders[0].when(E.PAY),
        )
        after = {"total_fen": amount.fen, "orders": [order.number for order in purchase.orders]}
        step = purchase.orders[0].steps[0]
        self._audit("orders:purchase:place", "purchases", purchase_id, step, None, after)
        paid = [s for s in purchase.orders[0].steps if s.event in (E.PAY, E.EXPIRE, E.CANCEL)]
        if paid and not purchase.unit:
            words = {E.PAY: "paid", E.EXPIRE: "expired", E.CANCEL: "cancelled"}
            self._audit(
                f"orders:purchase:{paid[0].event.value}", "purchases", purchase_id, paid[0],
                {"status": "open"}, {"status": words[paid[0].event]},
            )  # fmt: skip

    def _order(self, purchase_id: int, purchase: PurchasePlan, order: OrderPlan) -> None:
        unit, home = purchase.unit, purchase.consumer
        receiver = (unit.receiver if unit else None) or purchase.person
        reference = None
        if order.channel == Channel.FUPIN832:
            reference = f"DEMO832-{purchase_id:08d}"
        self.writer.add(
            Order,
            id=order.id,
            number=order.number,
            purchase_id=purchase_id,
            kind=order.kind.value,
            status=order.statuses()[-1].value,
            seller_id=order.seller.id,
            user_id=purchase.person.id,
            buyer_organisation_id=unit.id if unit else None,
            budget_unit_id=order.budget_unit_id,
            department_id=order.department_id,
            buyer_region_code=order.buyer_region_code,
            fund_source=order.fund_source,
            channel=order.channel,
            external_reference=reference,
            total=total(line.amount for line in order.lines),
            recipient=receiver.name,
            phone=receiver.phone,
            address=unit.address if unit else home.address if home else "",
            delivery_on=purchase.delivery_on,
            placed_at=purchase.at,
            **_stamps(order),
        )

    def _lines(self, purchase: PurchasePlan, order: OrderPlan) -> None:
        day = business_day(purchase.at)
        for position, line in enumerate(order.lines, 1):
            offer = line.offer
            template = offer.template
            self.writer.add(
                OrderLine,
                id=line.id,
                order_id=order.id,
                position=position,
                offer_id=offer.id,
                base_id=offer.base.id,
                product_name=offer.name,
                product_name_en=template.name_en,
                category_code=template.category,
                content=template.content,
                content_unit=template.content_unit,
                pack_name=template.pack,
                pack_name_en=template.pack_en,
                producer_name=offer.seller.name,
                base_name=offer.base.name,
                origin_code=offer.base.county,
                certificates=offer.labels(day),
                price=line.price,
                price_basis=template.basis,
                quantity=line.quantity,
                amount=line.amount,
            )

    def _events(self, purchase: PurchasePlan, order: OrderPlan) -> None:
        before: OrderStatus | None = None
        for step, status in zip(order.steps, order.statuses(), strict=True):
            person = step.person
            self.writer.add(
                OrderEvent,
                order_id=order.id,
                event=step.event.value,
                status=status.value,
                at=step.at,
                actor_user_id=person.id if person else None,
                actor_name=step.actor_name,
                organisation_name=person.organisation_name if person else None,
                note=step.note,
            )
            by_order = purchase.unit or step.event in (E.DISPATCH, E.RECEIVE, E.REFUND)
            if before is not None and by_order:
                after = {"number": order.number, "status": status.value}
                if step.note:
                    after["note"] = step.note
                self._audit(f"orders:order:{VERBS[step.event]}", "orders", order.id, step,
                            {"status": before.value}, after)  # fmt: skip
            before = status

    def _audit(
        self, action: str, table: str, subject: int, step: Step,
        before: dict[str, Any] | None, after: dict[str, Any],
    ) -> None:  # fmt: skip
        person = step.person
        self.writer.add(
            AuditEntry,
            at=step.at,
            action=action,
            subject_type=table,
            subject_id=str(subject),
            actor_user_id=person.id if person else None,
            actor_name=step.actor_name,
            organisation_id=person.organisation_id if person else None,
            organisation_name=person.organisation_name if person else None,
            request_id="demo",
            before=before,
            after=after,
        )


def purchase_status(purchase: PurchasePlan) -> str:
    """As orders.payments leaves it: refunded only when every order went back."""
    if purchase.kind is OrderKind.INSTITUTION:
        return "on_account"
    last = {order.statuses()[-1] for order in purchase.orders}
    if last == {OrderStatus.REFUNDED}:
        return "refunded"
    endings = {
        OrderStatus.AWAITING_PAYMENT: "open",
        OrderStatus.EXPIRED: "expired",
        OrderStatus.CANCELLED: "cancelled",
    }
    return next((endings[status] for status in last if status in endings), "paid")


def _stamps(order: OrderPlan) -> dict[str, datetime | None]:
    """The dates that Order.apply leaves, from the same table."""
    found: dict[str, datetime | None] = {}
    for step in order.steps:
        if step.event in STAMPS:
            found[STAMPS[step.event]] = step.at
        if step.event is E.RECEIVE:
            found["accepted_at"] = found["completed_at"] = step.at
        if step.event is E.SETTLE:
            found["paid_at"] = found["completed_at"] = step.at
    return found
