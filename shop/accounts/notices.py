"""Messages in the inbox of a person or of an organisation."""

from datetime import datetime

from flask import Flask, current_app
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select, update

from shop.accounts.models import Notice
from shop.actor import Actor
from shop.db import db, insert_once


def notify(
    *,
    kind: str,
    subject: str,
    dedupe_key: str,
    at: datetime,
    user_id: int | None = None,
    organisation_id: int | None = None,
    url: str | None = None,
) -> bool:
    """Leave a notice in the current transaction. A second one of the same key is left out, so a
    handler may run twice; a notice to several inboxes needs a key for each. True when it is new.

    `subject` is what it is about, as data (an order number, a product's name); the words around
    it belong to the kind, see `name_kind`.
    """
    values = {
        "kind": kind,
        "subject": subject,
        "url": url,
        "dedupe_key": dedupe_key,
        "created_at": at,
        "user_id": user_id,
        "organisation_id": organisation_id,
    }
    return insert_once(Notice, values)


def name_kind(app: Flask, kind: str, words: LazyString) -> None:
    """How a kind of notice reads, with `%(subject)s` for its subject: _l("订单 %(subject)s 已付款")."""
    app.extensions["notice_kinds"][kind] = words


def words_of(notice: Notice) -> str:
    """The notice in the reader's language; one without a named kind is its subject."""
    words = current_app.extensions["notice_kinds"].get(notice.kind)
    if words is None:
        return notice.subject
    return str(words).replace("%(subject)s", notice.subject)


def visible_to(actor: Actor) -> Select[tuple[Notice]]:
    """The actor's own notices and those of the organisation acted for, newest first."""
    mine = [Notice.user_id == actor.user_id]
    if actor.organisation_id is not None:
        mine.append(Notice.organisation_id == actor.organisation_id)
    newest_first = (Notice.created_at.desc(), Notice.id.desc())
    return select(Notice).where(or_(*mine)).order_by(*newest_first)


def unread(actor: Actor) -> Select[tuple[Notice]]:
    """Those of `visible_to` that nobody has marked as read."""
    return visible_to(actor).where(Notice.read_at.is_(None))


def mark_read(actor: Actor, *, up_to: int, at: datetime) -> None:
    """Everything that the actor could see up to a notice counts as read."""
    seen = visible_to(actor).where(Notice.id <= up_to).order_by(None)
    ids = seen.with_only_columns(Notice.id).scalar_subquery()
    db.session.execute(
        update(Notice).where(Notice.id.in_(ids), Notice.read_at.is_(None)).values(read_at=at)
    )


KINDS = {
    "second_factor_on": _l("账号 %(subject)s 已开启两步验证"),
    "second_factor_off": _l("账号 %(subject)s 已关闭两步验证"),
    "recovery_code_used": _l("使用了一个恢复码，还剩 %(subject)s 个"),
    "member_joined": _l("%(subject)s 接受邀请，加入了本单位"),
    "membership_ended": _l("您在 %(subject)s 的身份已被移除"),
}


def init_app(app: Flask) -> None:
    app.extensions["notice_kinds"] = {}
    for kind, words in KINDS.items():
        name_kind(app, kind, words)
