"""Deliveries: batches, dispatch, weighing by one person, acceptance by another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from catalog import stock
from orders.fulfilment.amounts import accepted_amounts, amounts_for
from orders.fulfilment.models import Acceptance, AcceptanceLine, Dispatch
from orders.models import Order
from orders.placing import new_number
from orders.purchasing import queries
from orders.purchasing.content import refuse_other, weighing_mark
from orders.purchasing.operations import allocate, is_institutions, step
from orders.quota import ledger
from orders.quota.models import Stage
from orders.states import MACHINES, OrderEventKind, OrderKind, OrderStatus
from shop import audit, clock
from shop.actor import Actor
from shop.db import db
from shop.errors import InvalidInput, InvalidTransition, SamePerson
from shop.money import total

MOST_DELIVERED = 3
"""Catch weight may exceed what was ordered, at most so many times: more is a slip of the pen."""


@dataclass(frozen=True)
class Shipment:
    """How a delivery travels."""

    carrier: str
    vehicle: str | None
    phone: str | None


@dataclass(frozen=True)
class Weighed:
    """What of one line arrived and what of it was refused, in the line's own measure."""

    delivered: int
    rejected: int = 0
    reason: str | None = None
    remark: str | None = None


@dataclass(frozen=True)
class Weighing:
    """The first person's record: {line id: weighed} and remarks on the whole delivery."""

    lines: Mapping[int, Weighed]
    papers_checked: bool = False
    temperature: str | None = None
    remark: str | None = None


def assign_batches(
    number: str, chosen: Mapping[int, Mapping[int, int]], *, actor: Actor, at: datetime
) -> Order:
    """Fill lines from other lots: {line id: {stock lot id: quantity}}; before dispatch only.

    Raises NotFound, InvalidTransition, InvalidInput, OutOfStock.
    """
    order = queries.lock_order(queries.is_sellers(actor), number)
    _refuse_after_dispatch(order)
    for line in order.lines:
        if line.id in chosen:
            stock.move_hold(line.hold_key, line.offer_id, chosen[line.id], at=at)
    # A paid consumer's order may still be refunded: its lots stay held, and become allocations
    # when it leaves.
    if is_institutions(order):
        allocate(order)
    after = {"number": order.number, "lots": {str(k): dict(v) for k, v in chosen.items()}}
    audit.record(actor, "orders:order:assign", order, after=after, at=at)
    return order


def dispatch_order(number: str, shipment: Shipment, *, actor: Actor, at: datetime) -> Order:
    """Send an order off with a delivery note; what was held leaves the shelf.

    Raises NotFound, InvalidTransition.
    """
    order = queries.lock_order(queries.is_sellers(actor), number)
    MACHINES[OrderKind(order.kind)].next(OrderStatus(order.status), OrderEventKind.DISPATCH)
    allocate(order)
    stock.claim_stock([line.hold_key for line in order.lines], at=at)
    dispatch = Dispatch(
        order_id=order.id,
        note_number=new_number("D", at),
        dispatched_on=clock.business_day(at),
        carrier=shipment.carrier,
        vehicle=shipment.vehicle,
        driver_phone=shipment.phone,
        recorded_at=at,
    )
    db.session.add(dispatch)
    step(
        order, OrderEventKind.DISPATCH, "dispatch", "dispatched", actor=actor, at=at,
        facts={"delivery_note": dispatch.note_number, "carrier": shipment.carrier},
    )  # fmt: skip
    return order


def receive_order(number: str, *, actor: Actor, at: datetime) -> Order:
    """A consumer confirms receipt: accepted as ordered, and completed as it is paid already.

    Raises NotFound, InvalidTransition.
    """
    order = queries.lock_order(queries.is_own(actor), number)
    step(order, OrderEventKind.RECEIVE, "receive", "received", actor=actor, at=at)
    amounts = accepted_amounts(order)
    for stage in (Stage.ACCEPTED, Stage.COMPLETED):
        ledger.enter(order, stage, amounts, event="receive", actor=actor, at=at)
    return order


def weigh_delivery(number: str, weighing: Weighing, *, actor: Actor, at: datetime) -> Order:
    """The first person records what arrived and what was refused, line by line.

    Raises NotFound, InvalidTransition, InvalidInput.
    """
    order = queries.lock_order(queries.is_buyers(actor), number)
    MACHINES[OrderKind(order.kind)].next(OrderStatus(order.status), OrderEventKind.WEIGH)
    _refuse_bad_weights(order, weighing)
    acceptance = find_acceptance(order) or Acceptance(order_id=order.id)
    acceptance.lines.clear()
    acceptance.weighed_by_id, acceptance.weighed_at = _person(actor), at
    acceptance.papers_checked = weighing.papers_checked
    acceptance.temperature_note = weighing.temperature
    acceptance.remark = weighing.remark
    db.session.add(acceptance)
    db.session.flush()  # the lines of an earlier weighing go before the new ones come
    acceptance.lines.extend(
        AcceptanceLine(
            line_id=line_id,
            delivered=found.delivered,
            rejected=found.rejected,
            reason=found.reason,
            remark=found.remark,
        )
        for line_id, found in weighing.lines.items()
    )
    facts = {
        "lines": [[key, found.delivered, found.rejected] for key, found in weighing.lines.items()]
    }
    step(order, OrderEventKind.WEIGH, "weigh", "weighed", actor=actor, at=at, facts=facts)
    return order


def accept_delivery(number: str, seen: str, *, actor: Actor, at: datetime) -> Order:
    """The second person accepts what the first weighed; where nothing is left, the order ends.

    Raises NotFound, InvalidTransition, SamePerson, ContentChanged.
    """
    order, acceptance = _weighed_order(number, actor)
    refuse_other(seen, weighing_mark(order, acceptance))
    acceptance.accepted_by_id, acceptance.accepted_at = _person(actor), at
    amounts = amounts_for(order, acceptance.lines)
    facts = {"accepted_fen": total(amounts.values()).fen}
    if not total(amounts.values()):
        step(order, OrderEventKind.RETURN, "return", "returned", actor=actor, at=at, facts=facts)
        ledger.reverse(order, event="return", actor=actor, at=at, reason="全部拒收")
        return order
    step(order, OrderEventKind.ACCEPT, "accept", "accepted", actor=actor, at=at, facts=facts)
    ledger.enter(order, Stage.ACCEPTED, accepted_amounts(order), event="accept", actor=actor, at=at)
    return order


def send_back(number: str, reason: str, *, actor: Actor, at: datetime) -> Order:
    """The second person has it weighed again. Raises NotFound, InvalidTransition, SamePerson."""
    order, _acceptance = _weighed_order(number, actor)
    step(order, OrderEventKind.SEND_BACK, "send_back", "sent_back", actor=actor, at=at, note=reason)
    return order


def find_acceptance(order: Order) -> Acceptance | None:
    return db.session.scalar(select(Acceptance).where(Acceptance.order_id == order.id))


def _weighed_order(number: str, actor: Actor) -> tuple[Order, Acceptance]:
    order = queries.lock_order(queries.is_buyers(actor), number)
    acceptance = find_acceptance(order)
    if acceptance is None or order.status != OrderStatus.WEIGHED:
        raise InvalidTransition
    if acceptance.weighed_by_id == actor.user_id:
        raise SamePerson(_l("称重人不能复核自己的称重，请由本单位另一个人办理。"))
    return order, acceptance


def _refuse_bad_weights(order: Order, weighing: Weighing) -> None:
    if weighing.lines.keys() != {line.id for line in order.lines}:
        raise InvalidInput(_l("请填写每一行的到货数量。"))
    for line in order.lines:
        found = weighing.lines[line.id]
        if not 0 <= found.rejected <= found.delivered:
            raise InvalidInput(_l("拒收数量不能大于到货数量。"))
        if found.delivered > MOST_DELIVERED * line.quantity:
            raise InvalidInput(_l("到货数量超过订购数量的三倍，请检查单位。"))
        if found.rejected and not found.reason:
            raise InvalidInput(_l("有拒收时请填写原因。"))


def _refuse_after_dispatch(order: Order) -> None:
    if order.status not in {OrderStatus.CONFIRMED, OrderStatus.PAID}:
        raise InvalidTransition


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise SamePerson
    return actor.user_id
