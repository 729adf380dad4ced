"""Households (农户): a pseudonym and a village here, the identity apart and encrypted."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Key


class HouseholdLinkKind(StrEnum):
    """联农带农方式."""

    ORDER_PURCHASE = "order_purchase"
    WORK = "work"
    LAND_TRANSFER = "land_transfer"
    SHARES = "shares"
    ENTRUSTED_RAISING = "entrusted_raising"
    TRAINING = "training"
    COLLECTIVE_SHARE = "collective_share"


class Household(Base):
    """What a trace needs and no more: no name, no health, no cause of poverty."""

    __tablename__ = "households"
    __table_args__ = (
        CheckConstraint("members > 0", name="members"),
        CheckConstraint(
            "attribute IN ('lifted','unstable','marginal','sudden_hardship','general')",
            name="attribute",
        ),
    )

    id: Mapped[Key]
    pseudonym: Mapped[str] = mapped_column(unique=True)
    county_code: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    members: Mapped[int]
    attribute: Mapped[str]
    attribute_version: Mapped[int]
    created_at: Mapped[datetime]


class HouseholdIdentity(Base):
    """Who a household is: every value sealed by shop.crypto; the hash only finds duplicates."""

    __tablename__ = "household_identities"

    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True)
    head_name_cipher: Mapped[str]
    id_number_cipher: Mapped[str]
    id_number_fingerprint: Mapped[str] = mapped_column(unique=True)
    phone_cipher: Mapped[str | None]
    bank_account_cipher: Mapped[str | None]


class HouseholdLink(Base):
    """A dated tie of a household to a cooperative or enterprise, perhaps through one base."""

    __tablename__ = "household_links"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        CheckConstraint(
            f"kind IN ({', '.join(repr(k.value) for k in HouseholdLinkKind)})", name="kind"
        ),
        Index("ix_household_links_base", "base_id", "household_id"),
    )

    id: Mapped[Key]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producers.id"), index=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("bases.id"))
    kind: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)
