"""Second factors, their recovery codes, and sign-ins that wait for a code."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Count, Key


class SecondFactor(Base):
    """A person's shared secret with the app on their telephone, sealed. It is there or it is not:
    turning it off removes the row, the audit trail keeps that it was.

    `last_step` is the time step of the last code that was taken; none is taken twice.
    """

    __tablename__ = "second_factors"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    secret_cipher: Mapped[str]
    last_step: Mapped[Count]
    created_at: Mapped[datetime]


class RecoveryCode(Base):
    """One of ten codes on paper, for when the telephone is lost. Kept as a keyed hash only."""

    __tablename__ = "recovery_codes"

    id: Mapped[Key]
    factor_id: Mapped[int] = mapped_column(ForeignKey("second_factors.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInChallenge(Base):
    """Somebody has shown their password and not yet their code. The browser holds a token, of
    which only the hash is kept; rows are removed after a day."""

    __tablename__ = "sign_in_challenges"
    __table_args__ = (CheckConstraint("tries BETWEEN 0 AND 5", name="tries"),)

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
