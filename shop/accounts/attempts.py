"""How often somebody may try: per account and per address, over all processes (bar A21)."""

import hashlib
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import delete, func, select, update

from shop.accounts.models import SignInAttempt
from shop.crypto import fingerprint
from shop.db import db, is_postgresql, transaction
from shop.errors import TooManyAttempts

SIGN_IN, SIGN_UP, CODE = "sign_in", "sign_up", "code"
WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ACCOUNT_CODES = 5
PER_ADDRESS = {
    SIGN_IN: 100,
    SIGN_UP: 30,
    CODE: 100,
}  # a school's whole office may share one address
KEPT = timedelta(days=1)


def admit(kind: str, email: str, address: str, *, at: datetime) -> int:
    """Count one try before it is answered and return its id; raises TooManyAttempts.

    Tries that succeeded do not count. Counting and writing happen under one lock, so that a
    hundred parallel guesses count as a hundred.
    """
    account = fingerprint(email)
    _lock(account, address)
    live = (SignInAttempt.kind == kind, SignInAttempt.at > at - WINDOW, _failed)
    by_account = _count(*live, SignInAttempt.account == account)
    by_address = _count(*live, SignInAttempt.address == address)
    most = PER_ACCOUNT_CODES if kind == CODE else PER_ACCOUNT
    if by_account >= most or by_address >= PER_ADDRESS[kind]:
        raise TooManyAttempts
    attempt = SignInAttempt(kind=kind, account=account, address=address, at=at)
    db.session.add(attempt)
    db.session.flush()
    return attempt.id


def succeed(attempt_id: int, *, at: datetime) -> None:
    """A try with the right password does not count."""
    db.session.execute(
        update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(succeeded_at=at)
    )


_failed = SignInAttempt.succeeded_at.is_(None)


def _count(*conditions: object) -> int:
    statement = select(func.count()).select_from(SignInAttempt).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(statement) or 0


def _lock(*names: str) -> None:
    """One counter at a time per account and address. SQLite's writers queue anyway."""
    if not is_postgresql():
        return
    keys = {hashlib.sha256(f"attempt:{name}".encode()).digest()[:8] for name in names}
    for key in sorted(keys):
        number = int.from_bytes(key, "big", signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(number)))


def forget_old(at: datetime) -> int:
    """The job that removes tries of more than a day ago; how many."""
    with transaction():
        gone = db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < at - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def address() -> str:
    """The peer's address; headers that anybody can write do not count."""
    return request.remote_addr or "-"
