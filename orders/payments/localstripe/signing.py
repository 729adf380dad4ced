"""The `Stripe-Signature` header: HMAC-SHA256 over the timestamp, a dot and the raw body."""

import hmac
from hashlib import sha256


def signature(payload: bytes, secret: str, timestamp: int) -> str:
    """Return the header value; `timestamp` is in whole seconds since 1970."""
    return f"t={timestamp},v1={digest(payload, secret, str(timestamp))}"


def digest(payload: bytes, secret: str, timestamp: str) -> str:
    """Return the hexadecimal MAC, also for timestamps that are deliberately wrong."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + payload, sha256).hexdigest()
