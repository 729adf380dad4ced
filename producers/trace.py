"""Where something comes from: base → households → cooperative → enterprise → certificate.

One `Chain` is read, and shown only through a projection: `PublicChain` has a number of households
and no pseudonyms, `OfficialChain` has the pseudonyms. What is not recorded is missing, never
guessed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select

from producers.models import (
    Base,
    BaseLink,
    Batch,
    BatchShare,
    Certificate,
    Household,
    HouseholdLink,
    Partnership,
    Producer,
    ProducerKind,
)
from producers.queries import certificates_held
from shop.db import db
from shop.regions.queries import names

SMALLEST_NUMBER_SHOWN = 5
"""A smaller group of households could be recognised, so its number stays hidden (bar A28)."""


@dataclass(frozen=True)
class BaseFact:
    name: str
    kind: str
    county: str
    village: str


@dataclass(frozen=True)
class BatchFact:
    """`quantity` in base units of `unit_code`."""

    public_id: str
    code: str
    produce: str
    harvested_on: date
    best_before: date | None
    quantity: int
    unit_code: str
    conformity_number: str | None


@dataclass(frozen=True)
class ProducerFact:
    public_id: str
    name: str
    sc_licence: str | None


@dataclass(frozen=True)
class CertificateFact:
    name: str
    name_en: str
    number: str
    issuer: str
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, certificate: Certificate) -> "CertificateFact":
        return cls(
            name=certificate.type.name,
            name_en=certificate.type.name_en,
            number=certificate.number,
            issuer=certificate.issuer,
            valid_from=certificate.valid_from,
            valid_to=certificate.valid_to,
        )


@dataclass(frozen=True)
class HouseholdFact:
    """For officials: a pseudonym, its village, what it brought (base units, of a batch only)."""

    pseudonym: str
    village: str
    quantity: int | None


class HouseholdsShown(StrEnum):
    NUMBER = "number"
    FEW = "few"
    MISSING = "missing"


@dataclass(frozen=True)
class PublicChain:
    """What anybody may see. `household_number` is None unless `households` is NUMBER."""

    base: BaseFact
    batch: BatchFact | None
    households: HouseholdsShown
    household_number: int | None
    cooperative: ProducerFact | None
    enterprise: ProducerFact | None
    certificates: tuple[CertificateFact, ...]


@dataclass(frozen=True)
class OfficialChain:
    """What officials, reviewers and auditors may see: pseudonyms, still no names."""

    base: BaseFact
    batch: BatchFact | None
    households: tuple[HouseholdFact, ...]
    cooperative: ProducerFact | None
    enterprise: ProducerFact | None
    certificates: tuple[CertificateFact, ...]


@dataclass(frozen=True)
class Chain:
    """The whole chain as recorded; templates are handed one of its projections."""

    base: BaseFact
    batch: BatchFact | None
    households: tuple[HouseholdFact, ...]
    cooperative: ProducerFact | None
    enterprise: ProducerFact | None
    certificates: tuple[CertificateFact, ...]

    def public(self) -> PublicChain:
        number = len(self.households)
        shown = HouseholdsShown.NUMBER
        if number < SMALLEST_NUMBER_SHOWN:
            shown = HouseholdsShown.FEW if number else HouseholdsShown.MISSING
        return PublicChain(
            base=self.base,
            batch=self.batch,
            households=shown,
            household_number=number if shown is HouseholdsShown.NUMBER else None,
            cooperative=self.cooperative,
            enterprise=self.enterprise,
            certificates=self.certificates,
        )

    def official(self) -> OfficialChain:
        return OfficialChain(
            base=self.base,
            batch=self.batch,
            households=self.households,
            cooperative=self.cooperative,
            enterprise=self.enterprise,
            certificates=self.certificates,
        )


def chain_of_batch(batch: Batch) -> Chain:
    """The chain of one harvest, as it was on the harvest day."""
    on = batch.harvested_on
    rows = db.session.execute(
        select(Household.pseudonym, Household.village_code, BatchShare.quantity)
        .join(BatchShare, BatchShare.household_id == Household.id)
        .where(BatchShare.batch_id == batch.id)
        .order_by(Household.pseudonym)
    ).all()
    cooperative, enterprise = _organisations(batch.base, [batch.producer], on)
    fact = BatchFact(
        public_id=batch.public_id,
        code=batch.code,
        produce=batch.produce,
        harvested_on=batch.harvested_on,
        best_before=batch.best_before,
        quantity=batch.quantity,
        unit_code=batch.unit_code,
        conformity_number=batch.conformity_number,
    )
    held = certificates_held(batch.producer_id, on)
    return _chain(batch.base, fact, [(*row,) for row in rows], cooperative, enterprise, held)


def chain_of_base(
    base: Base,
    *,
    seller: Producer,
    processor: Producer | None,
    certificates: Iterable[Certificate],
    on: date,
) -> Chain:
    """The chain of what a base supplies on a day, with the certificates that cover it."""
    rows = db.session.execute(
        select(Household.pseudonym, Household.village_code)
        .where(
            Household.id.in_(
                select(HouseholdLink.household_id).where(
                    HouseholdLink.base_id == base.id, _in_force(HouseholdLink, on)
                )
            )
        )
        .order_by(Household.pseudonym)
    ).all()
    candidates = [processor, seller] if processor else [seller]
    cooperative, enterprise = _organisations(base, candidates, on)
    households = [(pseudonym, village, None) for pseudonym, village in rows]
    return _chain(base, None, households, cooperative, enterprise, certificates)


def _in_force(
    link: type[HouseholdLink] | type[BaseLink] | type[Partnership], on: date
) -> ColumnElement[bool]:
    return (link.valid_from <= on) & or_(link.valid_to.is_(None), link.valid_to >= on)


def _organisations(
    base: Base, candidates: list[Producer], on: date
) -> tuple[Producer | None, Producer | None]:
    """The cooperative and the enterprise between the base and the shop, as recorded."""
    known = [*candidates, base.operator]
    cooperative = next((p for p in known if p.kind == ProducerKind.COOPERATIVE), None)
    enterprise = next((p for p in known if p.kind == ProducerKind.ENTERPRISE), None)
    if cooperative is None:
        cooperative = db.session.scalar(
            select(Producer)
            .join(BaseLink, BaseLink.producer_id == Producer.id)
            .where(BaseLink.base_id == base.id, Producer.kind == ProducerKind.COOPERATIVE)
            .where(_in_force(BaseLink, on))
            .order_by(BaseLink.id)
            .limit(1)
        )
    if enterprise is None and cooperative is not None:
        enterprise = db.session.scalar(
            select(Producer)
            .join(Partnership, Partnership.enterprise_id == Producer.id)
            .where(Partnership.cooperative_id == cooperative.id, _in_force(Partnership, on))
            .order_by(Partnership.id)
            .limit(1)
        )
    return cooperative, enterprise


def _chain(
    base: Base,
    batch: BatchFact | None,
    households: Sequence[tuple[str, str, int | None]],
    cooperative: Producer | None,
    enterprise: Producer | None,
    certificates: Iterable[Certificate],
) -> Chain:
    places = {base.county_code, base.village_code, *(village for _, village, _ in households)}
    called = names(places, full=True)
    return Chain(
        base=BaseFact(
            name=base.name,
            kind=base.kind,
            county=called.get(base.county_code, base.county_code),
            village=called.get(base.village_code, base.village_code),
        ),
        batch=batch,
        households=tuple(
            HouseholdFact(pseudonym, called.get(village, village), quantity)
            for pseudonym, village, quantity in households
        ),
        cooperative=_producer(cooperative),
        enterprise=_producer(enterprise),
        certificates=tuple(CertificateFact.of(certificate) for certificate in certificates),
    )


def _producer(producer: Producer | None) -> ProducerFact | None:
    if producer is None:
        return None
    return ProducerFact(producer.public_id, producer.name, getattr(producer, "sc_licence", None))
