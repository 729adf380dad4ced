"""One-time codes by the clock (RFC 6238): six digits, a new one every thirty seconds."""

import hmac
import re
from datetime import datetime

import pyotp
import segno
from markupsafe import Markup

STEP_SECONDS = 30
STEPS_OFF = (0, -1, 1)
"""A telephone's clock may be one step off (RFC 6238, section 5.2)."""
ISSUER = "乡源 Xiangyuan"
CODE = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """160 random bits, as base32."""
    return pyotp.random_base32()


def step_at(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def code_of(secret: str, step: int) -> str:
    """What the app shows during a step."""
    return pyotp.TOTP(secret).generate_otp(step)


def matching_step(secret: str, code: str, *, at: datetime) -> int | None:
    """The step to which a code belongs, now or one off; None when it is no such code."""
    if not CODE.fullmatch(code):
        return None
    for off in STEPS_OFF:
        step = step_at(at) + off
        if hmac.compare_digest(code_of(secret, step), code):
            return step
    return None


def address(secret: str, email: str) -> str:
    """What an app reads from the picture: otpauth://totp/…"""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture(secret: str, email: str) -> Markup:
    """The address as a QR code. Black on white in every theme, or cameras would not read it."""
    code = segno.make(address(secret, email), error="m", micro=False)
    drawn = code.svg_inline(border=4, dark="#000", light="#fff", svgclass="qr", omitsize=True)
    return Markup(drawn)  # noqa: S704 - drawn here, of squares


def groups(secret: str) -> str:
    """The secret as one types it: in fours."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
