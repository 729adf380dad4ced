"""The secret between the picture and the first code: sealed, with the page, kept nowhere else."""

from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag

from shop.crypto import UnknownKey, seal, unseal

LASTS = timedelta(minutes=30)


def sealed(secret: str, user_id: int, *, at: datetime) -> str:
    return seal(f"{secret} {int(at.timestamp())}", context=_context(user_id))


def opened(value: str | None, user_id: int, *, at: datetime) -> str | None:
    """The secret of a picture shown to this person in the last half hour, else None."""
    try:
        secret, _, shown = unseal(value or "", context=_context(user_id)).partition(" ")
    except (ValueError, UnknownKey, InvalidTag):  # never ours, or another person's
        return None
    if at - datetime.fromtimestamp(int(shown), UTC) > LASTS:
        return None
    return secret


def _context(user_id: int) -> str:
    return f"second_factors.setting_up.{user_id}"
