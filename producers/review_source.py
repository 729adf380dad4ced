"""Producers in the reviewers' queue."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from producers import review_queries
from producers.models import Producer
from shop import review
from shop.actor import Actor
from shop.db import db

DECISIONS = {
    "producers:producer:recommend": _l("已推荐"),
    "producers:producer:approve": _l("已通过"),
    "producers:producer:refuse": _l("已退回"),
    "producers:producer:suspend": _l("已暂停"),
    "producers:producer:reinstate": _l("已恢复"),
}


def _address(reference: str) -> str:
    return url_for("producer_review.show_producer", public_id=reference)


def _waiting(actor: Actor) -> Select[Any]:
    statuses = review_queries.waiting_statuses(actor)
    wanted = review_queries.producers_to_review(actor, statuses)
    return wanted.with_only_columns(
        *review.columns(
            reference=Producer.public_id, since=Producer.applied_at, title=Producer.name,
            party=Producer.name, region=Producer.county_code,
        )
    )  # fmt: skip


def _titles(ids: Iterable[str]) -> review.Titles:
    rows = db.session.execute(
        select(Producer.id, Producer.name, Producer.public_id).where(
            Producer.id.in_([int(each) for each in ids])
        )
    )
    return {str(id_): (name, _address(public_id)) for id_, name, public_id in rows}


SOURCE = review.Source(
    "producers", _l("供应商申请"), "producers:review:read", _waiting, _address, DECISIONS, _titles
)
