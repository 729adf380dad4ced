"""What the accounts keep of a person, as data that the person may take away."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from shop.accounts import notices, queries
from shop.accounts.devices import device_words
from shop.accounts.models import Membership, Notice, User
from shop.actor import Actor
from shop.db import db

MOST_NOTICES = 1000


def of(actor: Actor, *, at: datetime) -> dict[str, Any]:
    """Profile, roles, live sessions and notices; orders are kept and shown by their own pages."""
    user = db.session.get_one(User, actor.user_id)
    own = select(Notice).where(Notice.user_id == user.id).order_by(Notice.id.desc())
    return {
        "taken_at": at.isoformat(),
        "profile": {
            "email": user.email,
            "name": user.name,
            "phone": user.phone,
            "language": user.locale,
            "appearance": user.theme,
            "since": user.created_at.isoformat(),
        },
        "roles": [_role(one) for one in db.session.scalars(queries.memberships_of(user.id))],
        "sessions": [
            {
                "device": device_words(one.agent),
                "address": one.address,
                "since": one.created_at.isoformat(),
                "last_used": one.last_seen_at.isoformat(),
            }
            for one in db.session.scalars(queries.live_sessions(actor, at=at))
        ],
        "notices": [
            {"at": one.created_at.isoformat(), "text": notices.words_of(one), "url": one.url}
            for one in db.session.scalars(own.limit(MOST_NOTICES))
        ],
    }


def _role(membership: Membership) -> dict[str, str | None]:
    return {
        "organisation": membership.organisation.name,
        "role": membership.role,
        "since": membership.created_at.isoformat(),
        "until": membership.ended_at.isoformat() if membership.ended_at else None,
    }
