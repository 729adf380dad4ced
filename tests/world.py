"""Named handles on the small demonstration world, so that tests speak of things and not of ids.

All functions ask the database of the application context around the test. The fixed cooperative
and the fixed enterprise of 敖汉旗 are the sellers, the fixed school is the buying unit.
"""

from datetime import date, timedelta

from sqlalchemy import select

from catalog import queries
from catalog.models import CertificateCoverage, Offer, Product
from demo.accounts import ACCOUNTS, PASSWORD
from orders.models import Order
from producers.models import (
    Certificate,
    CertificateType,
    Cooperative,
    Enterprise,
    Household,
    Producer,
)
from shop.accounts.models import Organisation, User
from shop.db import db

LAST_DAY = date(2026, 6, 30)
PEOPLE = {account.local: account.email for account in ACCOUNTS}
NAMES = {account.local: account.name for account in ACCOUNTS}

AOHAN, CHIFENG, REGION = "150430", "150400", "150000"
SCHOOL = "敖汉旗示范第一中学（演示）"
EDUCATION = "敖汉旗教育体育局（演示）"
COOPERATIVE = "敖汉旗金穗示例农民专业合作社（演示）"
ENTERPRISE = "敖汉旗样禾农畜产品有限公司（演示）"
APPLICANT_STATUS = "applied"


def person(local: str) -> User:
    """One of the fixed people: `person("buyer")`."""
    return db.session.scalars(select(User).where(User.email == PEOPLE[local])).one()


def organisation(name: str) -> Organisation:
    return db.session.scalars(select(Organisation).where(Organisation.name == name)).one()


def school() -> Organisation:
    return organisation(SCHOOL)


def cooperative() -> Cooperative:
    return db.session.scalars(select(Cooperative).where(Cooperative.name == COOPERATIVE)).one()


def enterprise() -> Enterprise:
    return db.session.scalars(select(Enterprise).where(Enterprise.name == ENTERPRISE)).one()


def applicant() -> Producer:
    """A cooperative of 敖汉旗 whose application waits for the county reviewer."""
    statement = select(Producer).where(
        Producer.status == APPLICANT_STATUS, Producer.county_code == AOHAN
    )
    return db.session.scalars(statement.order_by(Producer.id).limit(1)).one()


def buyable_offer(*, basis: str, seller: str = COOPERATIVE) -> int:
    """The first offer of a seller that can be bought on the last day and has plenty free."""
    statement = (
        queries.buyable(LAST_DAY)
        .where(Offer.price_basis == basis, Producer.name == seller)
        .order_by(Offer.id)
    )
    found = [offer.id for offer in db.session.scalars(statement)]
    free = queries.free_stock(found)
    return next(offer_id for offer_id in found if free.get(offer_id, 0) > 0)


def offer_by_weight() -> int:
    """Lean pork leg of the fixed cooperative, sold by the kilogram (quantities in grams)."""
    return buyable_offer(basis="kilogram")


def offer_by_pack() -> int:
    """Aohan millet of the fixed cooperative, in packs of five kilograms."""
    return buyable_offer(basis="pack")


def enterprise_offer() -> int:
    """An offer of the fixed enterprise, so that one cart holds two sellers' goods."""
    return buyable_offer(basis="pack", seller=ENTERPRISE)


def offer_in(status: str) -> int:
    """The first offer of the fixed cooperative in a listing status: listed, submitted, draft."""
    statement = (
        select(Offer.id)
        .join(Product, Product.id == Offer.product_id)
        .where(Offer.status == status, Product.producer_id == cooperative().id)
        .order_by(Offer.id)
        .limit(1)
    )
    return db.session.scalars(statement).one()


def uncertified_offer() -> int:
    """A listed offer of the fixed cooperative whose certificate has run out: not buyable."""
    listed = (
        select(Offer.id)
        .join(Product, Product.id == Offer.product_id)
        .where(Offer.status == "listed", Product.producer_id == cooperative().id)
        .order_by(Offer.id)
    )
    ids = list(db.session.scalars(listed))
    buyable = queries.buyable_ids(ids, LAST_DAY)
    return next(offer_id for offer_id in ids if offer_id not in buyable)


def ending_certificate() -> Certificate:
    """A listing certificate of the fixed cooperative that ends within the next thirty days."""
    soon = LAST_DAY + timedelta(days=30)
    return _listing_certificate(Certificate.valid_to.between(LAST_DAY, soon))


def expired_certificate() -> Certificate:
    """A listing certificate of the fixed cooperative that has run out."""
    return _listing_certificate(Certificate.valid_to < LAST_DAY)


def submitted_certificate() -> Certificate:
    """A listing certificate of the fixed cooperative that waits for the reviewer."""
    return _listing_certificate(Certificate.status == "submitted")


def revoked_certificate() -> Certificate:
    """A certificate of whichever cooperative lost one."""
    statement = select(Certificate).where(Certificate.status == "revoked")
    return db.session.scalars(statement.order_by(Certificate.id).limit(1)).one()


def offers_under(certificate: Certificate) -> list[int]:
    """The offers that a certificate covers."""
    statement = (
        select(Offer.id)
        .join(
            CertificateCoverage,
            (CertificateCoverage.product_id == Offer.product_id)
            & (CertificateCoverage.base_id == Offer.base_id),
        )
        .where(CertificateCoverage.certificate_id == certificate.id)
        .order_by(Offer.id)
    )
    return list(db.session.scalars(statement))


def canteen_order(status: str) -> Order:
    """The school's latest order in a status, from the fixed cooperative if it has one."""
    return _order(Order.budget_unit_id == school().id, status)


def consumer_order(status: str) -> Order:
    """The fixed consumer's latest order in a status, from the fixed cooperative if there is one."""
    return _order(Order.user_id == person("consumer").id, status)


def household() -> Household:
    """Some household of 敖汉旗."""
    statement = select(Household).where(Household.county_code == AOHAN)
    return db.session.scalars(statement.order_by(Household.id).limit(1)).one()


def _listing_certificate(condition: object) -> Certificate:
    statement = (
        select(Certificate)
        .join(CertificateType, CertificateType.code == Certificate.type_code)
        .where(
            CertificateType.grants_listing,
            Certificate.holder_id == cooperative().id,
            condition,  # type: ignore[arg-type]
        )
        .order_by(Certificate.id)
        .limit(1)
    )
    return db.session.scalars(statement).one()


def _order(whose: object, status: str) -> Order:
    """The latest, one of the fixed cooperative's before all others."""
    is_fixed = Order.seller_id == cooperative().id
    statement = select(Order).where(whose, Order.status == status)  # type: ignore[arg-type]
    return db.session.scalars(
        statement.order_by(is_fixed.desc(), Order.placed_at.desc()).limit(1)
    ).one()


__all__ = [
    "ENTERPRISE", "LAST_DAY", "NAMES", "PASSWORD", "PEOPLE", "applicant", "buyable_offer",
    "canteen_order", "consumer_order", "cooperative", "ending_certificate", "enterprise",
    "enterprise_offer", "expired_certificate", "household", "offer_by_pack", "offer_by_weight",
    "offer_in", "offers_under", "organisation", "person", "revoked_certificate", "school",
    "submitted_certificate", "uncertified_offer",
]  # fmt: skip
