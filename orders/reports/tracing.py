"""From an order to the ground: lines, batches, bases, households by pseudonym. Never a name.

The official projection. Missing links are shown as missing; no money is guessed for a household.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from orders.fulfilment.models import Acceptance, AcceptanceLine
from orders.models import Allocation, Order, OrderEvent, OrderLine
from orders.payments.models import BankTransfer, Invoice, Payment
from orders.quota.models import LedgerEntry
from orders.quota.scope import Scope
from orders.reports.way import Place
from producers.models import Base, Batch, BatchShare, Household, Producer
from producers.trace import OfficialChain, chain_of_batch
from shop.actor import Actor, Role
from shop.db import db
from shop.errors import NotFound
from shop.money import ZERO, Money, total
from shop.regions import queries as regions
from shop.regions.english import full_place_name, place_name
from shop.regions.models import Region

MOST_LINES = 100
"""Order lines shown below a batch."""


@dataclass(frozen=True)
class Share:
    """What one household brought to the batch, in the batch's base units."""

    pseudonym: str
    village_code: str
    quantity: int


@dataclass
class Source:
    """One batch that filled a line, and whom it came from."""

    quantity: int
    batch_code: str
    batch_public_id: str
    batch_id: int
    harvested_on: date
    batch_quantity: int
    unit_code: str
    conformity_number: str | None
    producer_name: str
    base_name: str
    base_village: str
    households: int = 0
    shares: list[Share] = field(default_factory=list)


@dataclass(frozen=True)
class TracedLine:
    """A line, what was delivered and refused of it, what it entered at each stage, and where it is from."""

    line: OrderLine
    weighed: tuple[int, int] | None
    entered: dict[str, Money]
    sources: list[Source]


@dataclass(frozen=True)
class FilledLine:
    """A line that took `quantity` (packs or grams) from the batch at hand."""

    line: OrderLine
    number: str
    status: str
    quantity: int


@dataclass(frozen=True)
class TracedOrder:
    order: Order
    lines: list[TracedLine]
    events: list[OrderEvent]
    invoice: Invoice | None
    transfer: BankTransfer | None
    payment: Payment | None
    places: dict[str, str]
    path: list[Place]
    shows_households: bool

    def entered(self, stage: str) -> Money:
        """What all lines together entered at a stage."""
        return total(line.entered.get(stage, ZERO) for line in self.lines)


def may_see_households(actor: Actor) -> bool:
    """Pseudonyms are for officials and auditors; everybody else sees how many there are."""
    return actor.is_any(Role.OFFICIAL, Role.AUDITOR)


def trace_order(number: str, scope: Scope, *, actor: Actor) -> TracedOrder:
    """An order with everything behind it: nine queries. Raises NotFound outside the scope."""
    order = db.session.scalar(
        select(Order)
        .where(Order.number == number, *scope.orders())
        .options(
            joinedload(Order.seller), joinedload(Order.budget_unit), joinedload(Order.department)
        )
    )
    if order is None:
        raise NotFound
    lines = list(db.session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    ))  # fmt: skip
    sources = _sources(lines, with_shares=may_see_households(actor))
    weighed, entered = _weighed(order.id), _entered(order.id)
    invoice, transfer, payment = _papers(order)
    places, path = _places(order, lines, sources)
    return TracedOrder(
        order,
        [
            TracedLine(line, weighed.get(line.id), entered[line.id], sources[line.id])
            for line in lines
        ],
        list(db.session.scalars(
            select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
        )),
        invoice, transfer, payment,
        places,
        path,
        may_see_households(actor),
    )  # fmt: skip


def placed(number: str, scope: Scope) -> tuple[Order, list[Place]]:
    """An order and the divisions it stands in: two queries. Raises NotFound outside the scope."""
    order = db.session.scalar(
        select(Order)
        .where(Order.number == number, *scope.orders())
        .options(joinedload(Order.budget_unit), joinedload(Order.department))
    )
    if order is None:
        raise NotFound
    return order, _places(order, [], {})[1]


def trace_batch(public_id: str, scope: Scope) -> tuple[OfficialChain, list[FilledLine]]:
    """A batch's whole chain, and the lines it filled in orders of the scope, newest first.

    Raises NotFound for a batch that filled none of them: officials see what was bought, not stock.
    """
    rows = db.session.execute(
        select(OrderLine, Order.number, Order.status, Allocation.quantity)
        .join(Allocation, Allocation.line_id == OrderLine.id)
        .join(Batch, Batch.id == Allocation.batch_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Batch.public_id == public_id, *scope.orders())
        .order_by(OrderLine.id.desc())
        .limit(MOST_LINES)
    )
    lines = [FilledLine(*row) for row in rows]
    batch = db.session.scalar(
        select(Batch)
        .where(Batch.public_id == public_id)
        .options(joinedload(Batch.base).joinedload(Base.operator), joinedload(Batch.producer))
    )
    if batch is None or not lines:
        raise NotFound
    return chain_of_batch(batch).official(), lines


def _sources(lines: Iterable[OrderLine], *, with_shares: bool) -> dict[int, list[Source]]:
    rows = db.session.execute(
        select(Allocation.line_id, Allocation.quantity, Batch, Base.name, Base.village_code,
               Producer.name)
        .join(Batch, Batch.id == Allocation.batch_id)
        .join(Base, Base.id == Batch.base_id)
        .join(Producer, Producer.id == Batch.producer_id)
        .where(Allocation.line_id.in_([line.id for line in lines]))
        .order_by(Allocation.id)
    )  # fmt: skip
    found: dict[int, list[Source]] = defaultdict(list)
    for line_id, quantity, batch, base_name, village, producer in rows:
        found[line_id].append(
            Source(quantity, batch.code, batch.public_id, batch.id, batch.harvested_on, batch.quantity,
                   batch.unit_code, batch.conformity_number, producer, base_name, village)
        )  # fmt: skip
    each = [source for sources in found.values() for source in sources]
    _add_households(each, with_shares=with_shares)
    return found


def _add_households(sources: list[Source], *, with_shares: bool) -> None:
    ids = {source.batch_id for source in sources}
    if not with_shares:
        rows = db.session.execute(
            select(BatchShare.batch_id, func.count())
            .where(BatchShare.batch_id.in_(ids))
            .group_by(BatchShare.batch_id)
        )
        counts = {int(batch_id): int(count) for batch_id, count in rows}
        for source in sources:
            source.households = counts.get(source.batch_id, 0)
        return
    shares: dict[int, list[Share]] = defaultdict(list)
    columns = (BatchShare.batch_id, Household.pseudonym, Household.village_code,
               BatchShare.quantity)  # fmt: skip
    statement = select(*columns).join(Household, Household.id == BatchShare.household_id)
    statement = statement.where(BatchShare.batch_id.in_(ids)).order_by(Household.pseudonym)
    for batch_id, pseudonym, village, quantity in db.session.execute(statement):
        shares[batch_id].append(Share(pseudonym, village, quantity))
    for source in sources:
        source.shares = shares[source.batch_id]
        source.households = len(source.shares)


def _weighed(order_id: int) -> dict[int, tuple[int, int]]:
    rows = db.session.execute(
        select(AcceptanceLine.line_id, AcceptanceLine.delivered, AcceptanceLine.rejected)
        .join(Acceptance, Acceptance.id == AcceptanceLine.acceptance_id)
        .where(Acceptance.order_id == order_id)
    )
    return {line_id: (delivered, rejected) for line_id, delivered, rejected in rows}


def _entered(order_id: int) -> dict[int, dict[str, Money]]:
    rows = db.session.execute(
        select(LedgerEntry.line_id, LedgerEntry.stage, func.sum(LedgerEntry.delta))
        .where(LedgerEntry.order_id == order_id)
        .group_by(LedgerEntry.line_id, LedgerEntry.stage)
    )
    found: dict[int, dict[str, Money]] = defaultdict(dict)
    for line_id, stage, amount in rows:
        found[line_id][stage] = amount
    return found


def _papers(order: Order) -> tuple[Invoice | None, BankTransfer | None, Payment | None]:
    statement = (
        select(Invoice, BankTransfer, Payment)
        .select_from(Order)
        .outerjoin(Invoice, Invoice.order_id == Order.id)
        .outerjoin(BankTransfer, BankTransfer.order_id == Order.id)
        .outerjoin(Payment, Payment.purchase_id == Order.purchase_id)
        .where(Order.id == order.id)
    )
    row: Any = db.session.execute(statement).one()
    return row[0], row[1], row[2]


def _places(
    order: Order, lines: list[OrderLine], sources: dict[int, list[Source]]
) -> tuple[dict[str, str], list[Place]]:
    """The full names of all divisions spoken of, and the way to the buyer's: one query."""
    lineage = regions.lineage(order.buyer_region_code)
    codes = {*lineage, *(line.origin_code for line in lines)}
    for source in (each for found in sources.values() for each in found):
        codes |= {source.base_village, *(share.village_code for share in source.shares)}
    columns = (Region.code, Region.name, Region.full_name)
    rows = {
        row.code: row for row in db.session.execute(select(*columns).where(Region.code.in_(codes)))
    }
    path = [
        Place(code, place_name(code, rows[code].name))
        for code in lineage
        if code in rows and rows[code].name not in regions.CONTAINERS
    ]
    return {code: full_place_name(code, row.full_name) for code, row in rows.items()}, path
