"""People, the organisations they act for, and the sessions that they hold."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.actor import Actor, Role
from shop.db import Base, Key, PublicId


class OrganisationKind(StrEnum):
    PRODUCER = "producer"
    INSTITUTION = "institution"
    FINANCE_BUREAU = "finance_bureau"
    DEPARTMENT = "department"
    COUNTY_BUREAU = "county_bureau"
    PLATFORM = "platform"


class BudgetLevel(StrEnum):
    """预算级次."""

    CENTRAL = "central"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


class CanteenMode(StrEnum):
    """How a unit runs its canteen; the special cases of the filing rules."""

    OWN = "own"
    OUTSOURCED = "outsourced"
    SHARED_REPRESENTATIVE = "shared_representative"
    SHARED_REPORTED = "shared_reported"
    NONE = "none"


class Organisation(Base):
    """A body people act for. Budget units form a tree: unit → department → finance bureau."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint("kind <> 'institution' OR canteen_mode IS NOT NULL", name="canteen_mode"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="own_parent"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    uscc: Mapped[str] = mapped_column(unique=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    budget_level: Mapped[str | None]
    unit_type: Mapped[str | None]
    canteen_mode: Mapped[str | None]
    reporting_unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    heads: Mapped[int | None]
    address: Mapped[str]
    contact_name: Mapped[str]
    contact_phone: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class User(Base):
    """A person who signs in. `email` is the sign-in name, kept lower case."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    password_hash: Mapped[str]
    locale: Mapped[str | None]
    theme: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user")

    # Made by shop.accounts.sessions for the request at hand; never stored.
    actor: ClassVar[Actor | None] = None
    session_token: ClassVar[str | None] = None
    has_second_factor: ClassVar[bool] = False

    # What Flask-Login asks; its own mixin compares people by their cookies.
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def get_id(self) -> str:
        """What the cookie carries: the session's token, never the person's id."""
        if self.session_token is None:
            raise RuntimeError("no session was begun for this person")
        return self.session_token


class Membership(Base):
    """One role of one person in one organisation, from a day until it is ended."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id", "role"),
        CheckConstraint(f"role IN ({', '.join(repr(r.value) for r in Role)})", name="role"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()


class UserSession(Base):
    """A sign-in that the server can end. The cookie's token is kept only as its hash.

    `confirmed_at` is when the person last showed a password or a code in it.
    """

    __tablename__ = "user_sessions"
    __table_args__ = (Index("ix_user_sessions_user", "user_id", "ended_at"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    address: Mapped[str | None]
    agent: Mapped[str | None]

    user: Mapped[User] = relationship()


class SignInAttempt(Base):
    """One try to sign in or up, written before it is answered, so that parallel tries all count.

    The name tried is kept as a keyed fingerprint only; rows are removed after a day.
    """

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_account", "account", "at"),
        Index("ix_sign_in_attempts_address", "address", "at"),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    account: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]


class Notice(Base):
    """A message in a person's or an organisation's inbox."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("user_id IS NOT NULL OR organisation_id IS NOT NULL", name="addressee"),
        Index("ix_notices_user", "user_id", "id"),
        Index("ix_notices_organisation", "organisation_id", "id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    subject: Mapped[str]
    url: Mapped[str | None]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
