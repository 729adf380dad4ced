"""Settings from the environment; a production start refuses what would be unsafe."""

import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from shop.db import engine_options

ROOT = Path(__file__).resolve().parent.parent
DEMO, PRODUCTION, TESTING = "demo", "production", "testing"
MEGABYTE = 1024 * 1024
FOR_TESTS = ("STRIPE_API_BASE", "FLASK_DEBUG", "FAILPOINT", "SKIP_LOCKING")
"""Settings that a production start refuses: a provider that is none, and switches of the tests."""

# argon2id; memory in KiB (bar A21: at least 46 MiB). No environment setting weakens it.
ARGON2 = {"time_cost": 2, "memory_cost": 48 * 1024, "parallelism": 1}
ARGON2_FOR_TESTS = {"time_cost": 1, "memory_cost": 64, "parallelism": 1}


class UnsafeSettings(Exception):
    """The environment asks for a start that must not happen."""


def database_url(text: str) -> str:
    """A SQLAlchemy address; plain postgresql:// means psycopg 3."""
    url = make_url(text)
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def field_keys(text: str) -> dict[str, bytes]:
    """`id:base64,id:base64` to keys of 32 bytes; raises UnsafeSettings."""
    keys = {}
    for part in text.split(","):
        key_id, _, body = part.strip().partition(":")
        key = b64decode(body or "")
        if not key_id or len(key) != 32:
            raise UnsafeSettings("FIELD_KEYS wants id:base64 of 32 bytes, comma separated")
        keys[key_id] = key
    return keys


def second_factor_from(text: str | None, kind: str) -> date | None:
    """The first day on which officials, reviewers, operators, auditors and approvers must have a
    second factor; None for never. Production asks for it from the beginning, a demonstration
    does not, unless told a day or "never". Raises UnsafeSettings."""
    if text is None:
        return date(2000, 1, 1) if kind == PRODUCTION else None
    try:
        return None if text == "never" else date.fromisoformat(text)
    except ValueError:
        raise UnsafeSettings("SECOND_FACTOR_FROM wants a day like 2026-09-01, or never") from None


def mail_url(text: str) -> str:
    """smtp://… or smtps://…, or nothing. Raises UnsafeSettings."""
    if text and urlsplit(text).scheme not in {"smtp", "smtps"}:
        raise UnsafeSettings("MAIL_URL wants smtp://… or smtps://…")
    return text


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The whole configuration. Raises UnsafeSettings in a production start."""
    kind = environ.get("XIANGYUAN_ENV", DEMO)
    var = Path(environ.get("VAR_DIR", str(ROOT / "var"))).resolve()
    url = database_url(environ.get("DATABASE_URL", f"sqlite:///{var}/xiangyuan.sqlite3"))
    keys = environ.get("FIELD_KEYS") or f"temporary:{b64encode(secrets.token_bytes(32)).decode()}"
    secret = environ.get("SECRET_KEY") or secrets.token_hex(32)
    if kind == PRODUCTION:
        refuse_unsafe(environ)
    key_table = field_keys(keys)
    port = environ.get("PORT", "8000")
    return {
        "ENVIRONMENT": kind,
        "TESTING": kind == TESTING,
        "SECRET_KEY": secret,
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url),
        "VAR_DIR": str(var),
        "FILE_FOLDER": str(var / "files"),
        "SEARCH_FOLDER": str(var / "search"),
        "SEARCH_BACKEND": environ.get("SEARCH_BACKEND")
        or ("postgresql" if url.startswith("postgresql") else "whoosh"),
        "FIELD_KEYS": key_table,
        "FIELD_KEY_ID": next(iter(key_table)),
        "FINGERPRINT_KEY": (environ.get("FINGERPRINT_KEY") or secret).encode(),
        "STRIPE_API_BASE": environ.get("STRIPE_API_BASE") or None,
        "STRIPE_SECRET_KEY": environ.get("STRIPE_SECRET_KEY", ""),
        "STRIPE_WEBHOOK_SECRET": environ.get("STRIPE_WEBHOOK_SECRET", ""),
        "PUBLIC_URL": environ.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        "SKIP_LOCKING": kind == TESTING and environ.get("SKIP_LOCKING") == "1",
        "IS_DEMO": kind != PRODUCTION,
        "ARGON2": ARGON2_FOR_TESTS if kind == TESTING else ARGON2,
        "SECOND_FACTOR_FROM": second_factor_from(environ.get("SECOND_FACTOR_FROM"), kind),
        "INVITATION_LASTS": timedelta(days=int(environ.get("INVITATION_DAYS", "7"))),
        "MAIL_URL": mail_url(environ.get("MAIL_URL", "")),
        "MAIL_FROM": environ.get("MAIL_FROM", "乡源 Xiangyuan <no-reply@localhost>"),
        "PROXY_COUNT": int(environ.get("PROXY_COUNT", "0")),
        "OUTBOX_LEASE": timedelta(minutes=2),
        "SESSION_COOKIE_NAME": "__Host-session" if kind == PRODUCTION else "session",
        "SESSION_COOKIE_SECURE": kind == PRODUCTION,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "MAX_CONTENT_LENGTH": 12 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": MEGABYTE,
        "MAX_FORM_PARTS": 1000,
        "WTF_CSRF_TIME_LIMIT": None,
        # WTForms keeps its catalogue of messages; Flask-WTF would parse it for every request.
        "WTF_I18N_ENABLED": False,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "shop" / "translations"),
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
    }


def refuse_unsafe(environ: Mapping[str, str]) -> None:
    """What a production start must have, named all at once (bar A31)."""
    wrong = [
        name
        for name in ("SECRET_KEY", "FINGERPRINT_KEY", "FIELD_KEYS", "DATABASE_URL", "PUBLIC_URL")
        if len(environ.get(name, "")) < (32 if name in {"SECRET_KEY", "FINGERPRINT_KEY"} else 1)
    ]
    wrong += [
        name for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET") if not environ.get(name)
    ]
    wrong += [f"{name} (must be unset)" for name in FOR_TESTS if environ.get(name)]
    if not environ.get("PUBLIC_URL", "").startswith("https://"):
        wrong.append("PUBLIC_URL (must be https)")
    if wrong:
        raise UnsafeSettings("a production start needs: " + ", ".join(wrong))
