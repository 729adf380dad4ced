"""Factories of what an order needs: a buying unit with three people, sellers, a placed order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import func, select

from orders.fulfilment.operations import Shipment, Weighed, Weighing
from orders.fulfilment.operations import accept_delivery as accept
from orders.fulfilment.operations import dispatch_order as send_off
from orders.fulfilment.operations import weigh_delivery as weigh
from orders.models import FundSource, Order
from orders.placing import Account, Delivery, Wanted, place
from orders.purchasing import operations
from orders.purchasing.content import order_mark, weighing_mark
from orders.quota.models import LedgerEntry
from shop.accounts.models import Membership, Organisation, User
from shop.accounts.passwords import hash_password
from shop.actor import Actor, Role
from shop.audit import AuditEntry
from shop.codes import make_uscc
from shop.db import db
from shop.money import Money
from tests.factories.shelf import AOHAN, THEN, Shelf, add, make_shelf
from tests.support.people import PASSWORD

AT = datetime(2026, 6, 30, 4, tzinfo=UTC)
TODAY = date(2026, 6, 30)
_numbers = count(1)


@dataclass
class Stage:
    """A unit that buys, its people, and two sellers with one shelf each."""

    unit: Organisation
    buyer: Actor
    approver: Actor
    receiver: Actor
    shelf: Shelf
    other_shelf: Shelf
    seller: Actor
    other_seller: Actor


def make_unit(**changes: Any) -> Organisation:
    number = next(_numbers)
    values: dict[str, Any] = {
        "kind": "institution", "name": f"试验学校{number}",
        "uscc": make_uscc(f"12150430MB{number:07d}"), "region_code": AOHAN,
        "budget_level": "county", "unit_type": "school", "canteen_mode": "own",
        "address": "试验路2号食堂", "contact_name": "乙", "contact_phone": "0476-4320000",
        "is_demo": True, "created_at": THEN,
    }  # fmt: skip
    made: Organisation = add(Organisation(**{**values, **changes}))
    return made


def make_person(organisation: Organisation, *roles: Role) -> Actor:
    """A person with roles in an organisation, able to sign in; as an actor."""
    number = next(_numbers)
    user = add(
        User(
            email=f"orders-{number}@test.example", name=f"试验人{number}",
            password_hash=hash_password(PASSWORD), is_demo=True, created_at=THEN,
        )
    )  # fmt: skip
    for role in roles:
        add(
            Membership(user_id=user.id, organisation_id=organisation.id, role=role, created_at=THEN)
        )
    return Actor(
        name=user.name,
        user_id=user.id,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        roles=frozenset(roles),
        region_code=organisation.region_code,
    )


def make_stage() -> Stage:
    """Packs at 29.80 from one seller, kilograms at 12.34 (from 50 kg 11.99) from another."""
    unit = make_unit()
    shelf = make_shelf(on_hand=100)
    other = make_shelf(
        on_hand=200_000, offer={"price": Money(12_34), "price_basis": "kilogram", "minimum": 1_000}
    )
    staff = Role.COOPERATIVE_STAFF
    return Stage(
        unit=unit,
        buyer=make_person(unit, Role.INSTITUTION_BUYER),
        approver=make_person(unit, Role.INSTITUTION_APPROVER),
        receiver=make_person(unit, Role.INSTITUTION_BUYER),
        shelf=shelf,
        other_shelf=other,
        seller=make_person(db.session.get_one(Organisation, shelf.producer.organisation_id), staff),
        other_seller=make_person(
            db.session.get_one(Organisation, other.producer.organisation_id), staff
        ),
    )


def account(stage: Stage) -> Account:
    return Account(
        organisation_id=stage.unit.id,
        budget_unit_id=stage.unit.id,
        department_id=None,
        region_code=stage.unit.region_code,
        fund_source=FundSource.CANTEEN,
    )


def make_order(
    stage: Stage, until: str = "placed", *, wanted: list[Wanted] | None = None, key: str = ""
) -> Order:
    """One order of 10 packs (298.00), brought as far as asked."""
    delivery = Delivery("乙", "0476-4320000", "试验路2号食堂", AOHAN, TODAY)
    purchase = place(
        wanted or [Wanted(stage.shelf.offer.id, 10)],
        delivery,
        key=key or f"key-{next(_numbers)}",
        account=account(stage),
        actor=stage.buyer,
        at=AT,
    )
    order = purchase.orders[0]
    steps = ["placed", "approved", "confirmed", "dispatched", "weighed", "accepted"]
    for step in steps[1 : steps.index(until) + 1]:
        advance(stage, order, step)
    return order


def advance(stage: Stage, order: Order, step: str, **weights: Any) -> None:
    """The next step of an order, by the right person."""
    number = order.number
    if step == "approved":
        operations.approve(number, order_mark(order), actor=stage.approver, at=AT)
    elif step == "confirmed":
        operations.confirm(number, actor=stage.seller, at=AT)
    elif step == "dispatched":
        send_off(number, Shipment("丙", "蒙D00000", None), actor=stage.seller, at=AT)
    elif step == "weighed":
        weigh(number, Weighing(all_of(order)), actor=stage.buyer, at=AT)
    elif step == "accepted":
        accept(number, mark_of(order), actor=stage.receiver, at=AT)


def all_of(order: Order) -> dict[int, Weighed]:
    return {line.id: Weighed(line.quantity) for line in order.lines}


def mark_of(order: Order) -> str:
    from orders.fulfilment.operations import find_acceptance

    acceptance = find_acceptance(order)
    assert acceptance is not None
    return weighing_mark(order, acceptance)


def stage_sums(order: Order) -> Mapping[str, Money]:
    """{stage: sum of the ledger} of an order."""
    rows = db.session.execute(
        select(LedgerEntry.stage, func.sum(LedgerEntry.delta))
        .where(LedgerEntry.order_id == order.id)
        .group_by(LedgerEntry.stage)
    )
    return {row[0]: row[1] for row in rows}


def facts_of(order: Order) -> tuple[Any, ...]:
    """What a refused step must leave as it was: status, story, ledger, audit, stock."""
    db.session.expire_all()
    lots = [lot for line in order.lines for lot in lots_of(line.offer_id)]
    audited = db.session.scalar(select(func.count()).select_from(AuditEntry))
    return (order.status, len(order.events), dict(stage_sums(order)), audited, lots)


def lots_of(offer_id: int) -> list[tuple[int, int, int]]:
    from catalog.models import StockLot

    rows = db.session.execute(
        select(StockLot.on_hand, StockLot.held, StockLot.sold)
        .where(StockLot.offer_id == offer_id)
        .order_by(StockLot.id)
    )
    return [(on_hand, held, sold) for on_hand, held, sold in rows]
