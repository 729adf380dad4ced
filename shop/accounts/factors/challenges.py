"""Half signed in: the password was right, the code is still to come. Kept at the server."""

import secrets
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, select, update

from shop.accounts.factors.models import SignInChallenge
from shop.accounts.models import User
from shop.accounts.sessions import token_hash
from shop.db import db, transaction
from shop.errors import DomainError

LASTS = timedelta(minutes=5)
MOST_TRIES = 5
KEPT = timedelta(days=1)


class ChallengeOver(DomainError):
    """Too late, too many wrong codes, or none was begun."""

    default_message = _l("这次登录已超时或验证码错误次数过多，请重新填写邮箱和密码。")


def begin(user_id: int, *, at: datetime, new_hash: str | None = None) -> str:
    """Remember who has shown their password; returns the browser's token."""
    if new_hash is not None:
        db.session.get_one(User, user_id).password_hash = new_hash
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignInChallenge(
            token_hash=token_hash(token), user_id=user_id, created_at=at, expires_at=at + LASTS
        )
    )
    return token


def person_behind(token: str | None, *, at: datetime) -> User:
    """Whose sign-in waits for a code. Raises ChallengeOver."""
    statement = (
        select(User)
        .join(SignInChallenge, SignInChallenge.user_id == User.id)
        .where(*_live(token, at), User.disabled_at.is_(None))
    )
    user = db.session.scalar(statement)
    if user is None:
        raise ChallengeOver
    return user


def count_try(token: str, *, at: datetime) -> None:
    """One of five, counted before the code is looked at. Raises ChallengeOver."""
    counted = db.session.execute(
        update(SignInChallenge).where(*_live(token, at)).values(tries=SignInChallenge.tries + 1)
    )
    if counted.rowcount != 1:  # type: ignore[attr-defined]
        raise ChallengeOver


def end(token: str, *, at: datetime) -> None:
    db.session.execute(
        update(SignInChallenge)
        .where(SignInChallenge.token_hash == token_hash(token))
        .values(ended_at=at)
    )


def forget_old(at: datetime) -> int:
    """The job that removes those of more than a day ago; how many."""
    with transaction():
        gone = db.session.execute(
            delete(SignInChallenge).where(SignInChallenge.created_at < at - KEPT)
        )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _live(token: str | None, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SignInChallenge.token_hash == token_hash(token or ""),
        SignInChallenge.ended_at.is_(None),
        SignInChallenge.expires_at > at,
        SignInChallenge.tries < MOST_TRIES,
    )
