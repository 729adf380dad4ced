"""Notices of the last weeks, addressed as orders.purchasing.notices addresses them."""

from datetime import datetime, timedelta

from demo.story import OrderPlan, PurchasePlan
from demo.writer import Writer
from orders.purchasing.notices import TOLD
from orders.states import OrderEventKind as E
from shop.accounts.models import Notice

RECENT = timedelta(days=21)
TOPICS = {
    E.PLACE: "placed", E.APPROVE: "approved", E.REJECT: "rejected", E.CONFIRM: "confirmed",
    E.DECLINE: "declined", E.PAY: "paid", E.REFUND: "refunded", E.DISPATCH: "dispatched",
    E.WEIGH: "weighed", E.SEND_BACK: "sent_back", E.ACCEPT: "accepted", E.RETURN: "returned",
    E.INVOICE: "invoiced", E.SETTLE: "settled", E.RECEIVE: "received",
}  # fmt: skip


class NoticeWriter:
    """Writes notices of what happened recently; older ones would only fill the inboxes."""

    def __init__(self, writer: Writer, cutoff: datetime) -> None:
        self.writer, self.since = writer, cutoff - RECENT
        self.read_before = cutoff - timedelta(days=3)

    def write(self, purchase: PurchasePlan, order: OrderPlan) -> None:
        for step in order.steps:
            topic = TOPICS.get(step.event)
            if topic is None or topic not in TOLD or step.at < self.since:
                continue
            to = TOLD[topic].to
            if to == "unit" and not purchase.unit:
                continue
            occasion = step.at.isoformat() if topic in {"weighed", "sent_back"} else "once"
            to_seller, unit = to == "seller", purchase.unit
            folder = "/supplier" if to_seller else "/canteen" if unit else ""
            organisation = order.seller.organisation_id if to_seller else unit.id if unit else None
            self.writer.add(
                Notice,
                user_id=None if organisation else purchase.person.id,
                organisation_id=organisation,
                kind=f"order_{topic}",
                subject=order.number,
                url=f"{folder}/orders/{order.number}",
                dedupe_key=f"order:{order.id}:{topic}:{occasion}",
                created_at=step.at,
                read_at=step.at + timedelta(hours=5) if step.at < self.read_before else None,
            )
