"""Sensitive values at rest: authenticated encryption under keys kept outside the database."""

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

ALGORITHM = "A256GCM"


class UnknownKey(Exception):
    """The value names a key that this installation does not have."""


def _keys() -> dict[str, bytes]:
    keys: dict[str, bytes] = current_app.config["FIELD_KEYS"]
    return keys


def seal(text: str, *, context: str) -> str:
    """Encrypt; the result reads `A256GCM.<key id>.<base64>`. `context` binds it to its column."""
    key_id = current_app.config["FIELD_KEY_ID"]
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(_keys()[key_id]).encrypt(nonce, text.encode(), context.encode())
    return f"{ALGORITHM}.{key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(value: str, *, context: str) -> str:
    """Decrypt; raises UnknownKey, or InvalidTag when the value was tampered with."""
    algorithm, key_id, body = value.split(".", 2)
    if algorithm != ALGORITHM or key_id not in _keys():
        raise UnknownKey(f"{algorithm}.{key_id}")
    raw = base64.urlsafe_b64decode(body)
    return AESGCM(_keys()[key_id]).decrypt(raw[:12], raw[12:], context.encode()).decode()


def fingerprint(text: str) -> str:
    """A keyed hash for matching equal values without reading them."""
    key = current_app.config["FINGERPRINT_KEY"]
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
