"""The shop with two handlers of the test's own, for worker processes that are killed.

`FLASK_APP=tests.shop.worker_shop:create flask worker`. One handler writes a notice in the
transaction of its message; the other appends a line to a file, as a message to the world would.
"""

import os
from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from shop.accounts.models import Notice
from shop.app import create_app
from shop.db import db, new_public_id
from shop.outbox import register, register_external


def apply(payload: dict[str, Any], at: datetime) -> None:
    """Not idempotent on purpose: applied twice, it leaves two notices."""
    key = f"test:{payload['number']}:{new_public_id()}"
    subject = str(payload["number"])
    notice = Notice(user_id=1, kind="test", subject=subject, dedupe_key=key, created_at=at)
    db.session.add(notice)


def tell(payload: dict[str, Any], at: datetime) -> None:
    with open(os.environ["TOLD_FILE"], "a", encoding="utf-8") as told:
        told.write(f"{payload['number']}\n")


def fail(payload: dict[str, Any], at: datetime) -> None:
    raise RuntimeError("poison of somebody@example.com")


def create() -> Flask:
    app = create_app({"OUTBOX_LEASE": timedelta(seconds=1)})
    register(app, "test.apply", apply)
    register(app, "test.poison", fail)
    register_external(app, "test.tell", tell)
    return app
