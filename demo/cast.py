"""Who plays a part in the demonstration: invented people, units and producers, held in memory."""

from dataclasses import dataclass, field
from datetime import date

from demo.sources import Template
from shop.actor import Actor


@dataclass(slots=True)
class Person:
    id: int
    name: str
    phone: str
    organisation_id: int | None = None
    organisation_name: str | None = None

    def actor(self) -> Actor:
        return Actor(self.name, self.id, self.organisation_id, self.organisation_name)


@dataclass(slots=True)
class Unit:
    """A budget unit or finance bureau. `yearly` is its declared canteen food in fen."""

    id: int
    key: str
    name: str
    uscc: str
    region: str
    department_id: int | None
    canteen_mode: str
    kind: str
    yearly: int
    address: str
    representative: str | None = None
    buyer: Person | None = None
    receiver: Person | None = None
    approver: Person | None = None


@dataclass(slots=True)
class Consumer:
    person: Person
    region: str
    address: str


@dataclass(slots=True)
class GrowingBase:
    id: int
    name: str
    county: str
    village: str
    kind: str
    households: list[int] = field(default_factory=list)
    operator: "Seller | None" = None


@dataclass(slots=True)
class Seller:
    """A cooperative or enterprise with its staff and what it may sell."""

    id: int
    key: str
    name: str
    uscc: str
    county: str
    is_cooperative: bool
    organisation_id: int
    staff: Person
    bases: list[GrowingBase] = field(default_factory=list)
    partners: list["Seller"] = field(default_factory=list)
    offers: list["OfferPlan"] = field(default_factory=list)

    @property
    def is_fixed(self) -> bool:
        """The cooperative and the enterprise that have fixed accounts."""
        return self.key in {"cooperative-0", "enterprise-0"}


@dataclass(slots=True)
class Held:
    """A certificate that covers an offer, with the days on which it counts."""

    id: int
    label: str
    grants_listing: bool
    first: date
    last: date | None

    def counts(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(slots=True)
class OfferPlan:
    """One offer: what an order line copies from it, and what decides whether it can be bought."""

    id: int
    product_id: int
    name: str
    template: Template
    seller: Seller
    base: GrowingBase
    price: int
    tiers: list[tuple[int, int]]
    status: str
    is_new: bool = False
    certificates: list[Held] = field(default_factory=list)
    restocks: list[date] = field(default_factory=list)
    shelf_days: int = 365

    def certified(self, on: date) -> bool:
        return any(held.grants_listing and held.counts(on) for held in self.certificates)

    def labels(self, on: date) -> list[str]:
        """As catalog.queries.certificates_of orders them: what grants the listing comes first."""
        found = [held for held in self.certificates if held.counts(on)]
        return [h.label for h in sorted(found, key=lambda h: (not h.grants_listing, h.id))]
