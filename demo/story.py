"""What a purchase was and what became of it, held in memory until it is written."""

from dataclasses import dataclass, field
from datetime import date, datetime

from demo.cast import Consumer, OfferPlan, Person, Seller, Unit
from orders.states import MACHINES, OrderEventKind, OrderKind, OrderStatus
from shop.money import Money
from shop.units import PriceBasis

PROVIDER_NAME, JOB_NAME = "支付渠道", "到期处理"  # the system actors of orders.payments


@dataclass(slots=True)
class LinePlan:
    """One line; `parts` says from which lot and batch how much came."""

    offer: OfferPlan
    quantity: int
    price: Money
    id: int = 0
    parts: list[tuple[int, int, int]] = field(default_factory=list)
    delivered: int = 0
    rejected: int = 0
    reason: str | None = None

    @property
    def amount(self) -> Money:
        return PriceBasis(self.offer.template.basis).amount(self.price, self.quantity)

    @property
    def accepted_amount(self) -> Money:
        accepted = self.delivered - self.rejected
        return PriceBasis(self.offer.template.basis).amount(self.price, accepted)

    @property
    def origin_code(self) -> str:
        return self.offer.base.county

    @property
    def category_code(self) -> str:
        return self.offer.template.category


@dataclass(slots=True)
class Step:
    """One dated fact; without a person it was a named job."""

    event: OrderEventKind
    at: datetime
    person: Person | None
    note: str | None = None

    @property
    def actor_name(self) -> str:
        """The person, or the named job that did it."""
        if self.person:
            return self.person.name
        return JOB_NAME if self.event is OrderEventKind.EXPIRE else PROVIDER_NAME


@dataclass(slots=True)
class OrderPlan:
    """One seller's part. The names that the ledger reads are those of orders.models.Order."""

    kind: OrderKind
    seller: Seller
    lines: list[LinePlan]
    buyer_region_code: str
    fund_source: str
    channel: str
    budget_unit_id: int | None = None
    department_id: int | None = None
    steps: list[Step] = field(default_factory=list)
    id: int = 0
    number: str = ""

    @property
    def seller_id(self) -> int:
        return self.seller.id

    def statuses(self) -> list[OrderStatus]:
        """The status after each step, by the shop's own transition table."""
        consumer = self.kind is OrderKind.CONSUMER
        status = OrderStatus.AWAITING_PAYMENT if consumer else OrderStatus.AWAITING_APPROVAL
        found = []
        for step in self.steps:
            if step.event is not OrderEventKind.PLACE:
                status = MACHINES[self.kind].next(status, step.event)
            found.append(status)
        return found

    def when(self, event: OrderEventKind) -> datetime | None:
        """When it last happened."""
        return next((step.at for step in reversed(self.steps) if step.event is event), None)

    def who(self, event: OrderEventKind) -> Person | None:
        return next((step.person for step in reversed(self.steps) if step.event is event), None)


@dataclass(slots=True)
class PurchasePlan:
    """One act of placing, by a unit's buyer or by a consumer."""

    at: datetime
    person: Person
    unit: Unit | None
    consumer: Consumer | None
    orders: list[OrderPlan] = field(default_factory=list)
    delivery_on: date | None = None
    paid_late: datetime | None = None
    """When money came for a purchase that had ended; it went back."""

    @property
    def kind(self) -> OrderKind:
        return OrderKind.INSTITUTION if self.unit else OrderKind.CONSUMER
