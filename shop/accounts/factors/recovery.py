"""Recovery codes: ten, each good once, printed and put away."""

import re
import secrets

from shop.crypto import fingerprint

COUNT = 10
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs that cannot be taken for each other: twelve of them are 60 random bits."""
LENGTH = 12
SEPARATORS = re.compile(r"[\s-]+")


def new_codes() -> list[str]:
    return [
        "-".join(word[at : at + 4] for at in range(0, LENGTH, 4))
        for word in ("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(COUNT))
    ]


def code_hash(code: str) -> str:
    """Keyed; small letters, spaces and dashes make no difference."""
    return fingerprint("recovery-code:" + SEPARATORS.sub("", code).upper())
