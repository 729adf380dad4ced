"""Health: is the process up, is the shop ready."""

from datetime import timedelta

from flask import Blueprint, Flask
from sqlalchemy import func, select, text

from shop import clock
from shop.access import public
from shop.db import db
from shop.outbox import MessageStatus, OutboxMessage

bp = Blueprint("status", __name__)
LATE = timedelta(minutes=10)


@bp.get("/healthz")
@public
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@public
def readyz() -> tuple[dict[str, object], int]:
    """The database answers; how many messages wait and whether the worker is late."""
    db.session.execute(text("SELECT 1"))
    waiting, oldest = db.session.execute(
        select(func.count(), func.min(OutboxMessage.available_at)).where(
            OutboxMessage.status == MessageStatus.WAITING,
            OutboxMessage.available_at <= clock.now(),
        )
    ).one()
    late = oldest is not None and clock.now() - oldest > LATE
    return {"status": "ok", "outbox_waiting": waiting, "outbox_late": late}, 200


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
