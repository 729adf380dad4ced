"""Passwords: argon2id, bounded in parallel; the commonest ones are refused (bar A21)."""

import threading
import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from shop.errors import InvalidInput

SHORTEST, SHORTEST_STAFF, LONGEST = 8, 12, 200
COMMON_PASSWORDS = Path(__file__).parent / "data" / "common_passwords.txt"

# Each hashing holds its whole memory: two at a time keep one process below a hundred megabytes.
_room = threading.BoundedSemaphore(2)


class WeakPassword(InvalidInput):
    """Too short, too long, too common, or made of the person's own address."""


def _hasher() -> PasswordHasher:
    return PasswordHasher(**current_app.config["ARGON2"])


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    with _room:
        return _hasher().hash(_normal(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; the same work is done when there is nobody to compare with."""
    if password_hash is None:
        hash_password(password)
        return False
    with _room:
        try:
            return _hasher().verify(password_hash, _normal(password))
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    lines = COMMON_PASSWORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def refuse_weak(password: str, *, email: str, is_staff: bool, field: str = "password") -> None:
    """Raises WeakPassword. Staff are all who act for an organisation."""
    text = _normal(password)
    shortest = SHORTEST_STAFF if is_staff else SHORTEST
    if not shortest <= len(text) <= LONGEST:
        message = _("密码应为 %(low)d 到 %(high)d 个字符。", low=shortest, high=LONGEST)
        raise WeakPassword(message, field=field)
    plain = text.casefold()
    if plain in common_passwords() or plain in {email, email.partition("@")[0]}:
        raise WeakPassword(_("这个密码太常见，请换一个。"), field=field)
    if len(set(plain)) < 4:
        raise WeakPassword(_("这个密码太简单，请换一个。"), field=field)
