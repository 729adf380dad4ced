"""Factories of what a shelf needs: producers, bases, products, certificates, offers and stock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from catalog.models import CertificateCoverage, Offer, PriceTier, Product, StockLot
from producers.models import (
    Base,
    Batch,
    BatchShare,
    Certificate,
    Cooperative,
    Enterprise,
    Household,
    HouseholdLink,
    Producer,
)
from shop.accounts.models import Organisation
from shop.db import db, transaction
from shop.money import Money

AOHAN, AOHAN_VILLAGE = "150430", "150430100203"
HOHHOT_CITY = "150102"  # not on the list of counties
TODAY = date(2026, 6, 30)
THEN = datetime(2026, 1, 5, 4, tzinfo=UTC)
LISTING, ORGANIC = "assistance_product_regional", "organic"
_numbers = count(1)


@dataclass
class Shelf:
    """One offer with everything that makes it buyable."""

    producer: Producer
    base: Base
    product: Product
    certificate: Certificate
    coverage: CertificateCoverage
    offer: Offer
    batch: Batch
    lot: StockLot


@contextmanager
def left_readable() -> Iterator[None]:
    """A transaction whose records can still be read when the application context has ended."""
    with transaction():
        yield
        db.session.flush()
        for record in list(db.session.identity_map.values()):
            db.session.refresh(record)
            db.session.expunge(record)


def add(record: Any) -> Any:
    db.session.add(record)
    db.session.flush()
    return record


def make_producer(kind: str = "cooperative", **changes: Any) -> Producer:
    number = next(_numbers)
    organisation = add(
        Organisation(
            kind="producer", name=f"试验供应商{number}", uscc=f"test-organisation-{number}",
            region_code=AOHAN, address="试验路1号", contact_name="甲", contact_phone="-",
            is_demo=True, created_at=THEN,
        )
    )  # fmt: skip
    values: dict[str, Any] = {
        "organisation_id": organisation.id, "name": organisation.name,
        "uscc": f"test-producer-{number}", "county_code": AOHAN, "address": "试验路1号",
        "founded_on": date(2015, 3, 1), "legal_representative": "甲", "story": "试验",
        "status": "approved", "applied_at": THEN, "approved_at": THEN,
    }  # fmt: skip
    model = Cooperative if kind == "cooperative" else Enterprise
    made: Producer = add(model(**{**values, **changes}))
    return made


def make_base(producer: Producer, **changes: Any) -> Base:
    values: dict[str, Any] = {
        "name": f"试验基地{next(_numbers)}", "operator_id": producer.id, "county_code": AOHAN,
        "village_code": AOHAN_VILLAGE, "kind": "planting", "area": 10_000,
        "yearly_output": 1_000_000, "main_produce": "谷子", "valid_from": date(2020, 1, 1),
    }  # fmt: skip
    made: Base = add(Base(**{**values, **changes}))
    return made


def make_product(producer: Producer, **changes: Any) -> Product:
    values: dict[str, Any] = {
        "producer_id": producer.id, "category_code": "010105", "name": f"试验小米{next(_numbers)}",
        "name_en": "Trial millet", "summary": "试验用", "summary_en": "For trials",
        "content": 2_500, "content_unit": "g", "pack_name": "袋", "pack_name_en": "bag",
        "storage": "阴凉干燥处", "shelf_life_days": 365, "motif": "millet", "created_at": THEN,
    }  # fmt: skip
    made: Product = add(Product(**{**values, **changes}))
    return made


def make_certificate(producer: Producer, **changes: Any) -> Certificate:
    values: dict[str, Any] = {
        "type_code": LISTING, "holder_id": producer.id, "number": f"TEST-{next(_numbers)}",
        "issuer": "试验局", "valid_from": date(2025, 7, 1), "valid_to": date(2026, 12, 31),
        "status": "approved", "submitted_at": THEN, "approved_at": THEN,
    }  # fmt: skip
    made: Certificate = add(Certificate(**{**values, **changes}))
    return made


def cover(certificate: Certificate, product: Product, base: Base) -> CertificateCoverage:
    made: CertificateCoverage = add(
        CertificateCoverage(certificate_id=certificate.id, product_id=product.id, base_id=base.id)
    )
    return made


def make_offer(product: Product, base: Base, **changes: Any) -> Offer:
    values: dict[str, Any] = {
        "product_id": product.id, "base_id": base.id, "price": Money(29_80),
        "price_basis": "pack", "minimum": 1, "multiple": 1, "status": "listed",
        "listed_at": THEN, "updated_at": THEN,
    }  # fmt: skip
    made: Offer = add(Offer(**{**values, **changes}))
    return made


def make_batch(producer: Producer, base: Base, **changes: Any) -> Batch:
    values: dict[str, Any] = {
        "code": f"TEST-BATCH-{next(_numbers)}", "producer_id": producer.id, "base_id": base.id,
        "produce": "小米", "harvested_on": date(2026, 6, 10), "quantity": 1_000_000,
        "unit_code": "g", "recorded_at": THEN,
    }  # fmt: skip
    made: Batch = add(Batch(**{**values, **changes}))
    return made


def make_lot(offer: Offer, batch: Batch, on_hand: int = 100) -> StockLot:
    made: StockLot = add(
        StockLot(offer_id=offer.id, batch_id=batch.id, received=on_hand, on_hand=on_hand)
    )
    return made


def make_tier(offer: Offer, from_quantity: int, price: Money) -> PriceTier:
    made: PriceTier = add(PriceTier(offer_id=offer.id, from_quantity=from_quantity, price=price))
    return made


def make_households(base: Base, producer: Producer, number: int) -> list[Household]:
    """Households tied to a base."""
    made = []
    for _ in range(number):
        household = add(
            Household(
                pseudonym=f"H-TEST-{next(_numbers):06d}", county_code=base.county_code,
                village_code=base.village_code, members=3, attribute="lifted", attribute_version=1,
                created_at=THEN,
            )
        )  # fmt: skip
        add(
            HouseholdLink(
                household_id=household.id, producer_id=producer.id, base_id=base.id,
                kind="order_purchase", valid_from=date(2024, 1, 1),
            )
        )  # fmt: skip
        made.append(household)
    return made


def share(batch: Batch, households: list[Household], quantity: int = 1_000) -> None:
    for household in households:
        add(BatchShare(batch_id=batch.id, household_id=household.id, quantity=quantity))


def make_shelf(
    *,
    on_hand: int = 100,
    offer: dict[str, Any] | None = None,
    product: dict[str, Any] | None = None,
    base: dict[str, Any] | None = None,
    certificate: dict[str, Any] | None = None,
    producer: dict[str, Any] | None = None,
    batch: dict[str, Any] | None = None,
) -> Shelf:
    """A buyable offer; every part may be changed."""
    who = make_producer(**(producer or {}))
    where = make_base(who, **(base or {}))
    what = make_product(who, **(product or {}))
    proof = make_certificate(who, **(certificate or {}))
    coverage = cover(proof, what, where)
    sold = make_offer(what, where, **(offer or {}))
    harvest = make_batch(who, where, **(batch or {}))
    return Shelf(who, where, what, proof, coverage, sold, harvest, make_lot(sold, harvest, on_hand))
