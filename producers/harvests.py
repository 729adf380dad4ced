"""A supplier's batches as a list: by what was harvested, by base, by words."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select

from producers.models import Base, Batch, Producer
from producers.reach import own_batches
from shop.db import db
from shop.web.asking import asked_of, asked_words, list_url


@dataclass(frozen=True)
class Harvests:
    """What the producer has harvested and where, with how many batches of each."""

    produces: dict[str, int]
    bases: dict[str, int]
    """By public id."""
    base_names: dict[str, str]


def harvests_of(producer: Producer) -> Harvests:
    """In the order of the names: one query."""
    rows = db.session.execute(
        select(Batch.produce, Base.public_id, Base.name, func.count())
        .join(Base, Base.id == Batch.base_id)
        .where(Batch.producer_id == producer.id)
        .group_by(Batch.produce, Base.public_id, Base.name)
        .order_by(Batch.produce, Base.name, Base.public_id)
    ).all()
    produces: Counter[str] = Counter()
    bases: Counter[str] = Counter()
    for produce, base, _name, count in rows:
        produces[produce] += count
        bases[base] += count
    return Harvests(produces, bases, {base: name for _produce, base, name, _count in rows})


@dataclass(frozen=True)
class Asked:
    """What the address asks for; the words may be of a number or of produce."""

    produce: str = ""
    base: str = ""
    words: str = ""

    @classmethod
    def read(cls, harvests: Harvests) -> "Asked":
        """Raises NotFound for produce that was never harvested and a base that was never used."""
        produce, base = asked_of("produce", harvests.produces), asked_of("base", harvests.bases)
        return cls(produce, base, asked_words())

    @property
    def is_any(self) -> bool:
        return bool(self.produce or self.base or self.words)

    def url(self, endpoint: str = "batches.list_batches", **changes: Any) -> str:
        asked = {"produce": self.produce, "base": self.base, "q": self.words, **changes}
        return list_url(endpoint, **asked)

    def in_words(self, harvests: Harvests) -> list[tuple[str, str]]:
        """The same for people, as the head of a sheet."""
        return [
            (_("农产品"), self.produce or _("全部")),
            (_("基地"), harvests.base_names.get(self.base) or _("全部")),
            (_("批次号或农产品"), self.words or _("全部")),
        ]


def batches_of(producer: Producer, asked: Asked) -> Select[tuple[Batch]]:
    """The producer's batches that fit, newest harvest first."""
    found = own_batches(producer)
    if asked.produce:
        found = found.where(Batch.produce == asked.produce)
    if asked.base:
        found = found.where(Batch.base.has(Base.public_id == asked.base))
    if asked.words:
        found = found.where(
            or_(
                Batch.code.icontains(asked.words, autoescape=True),
                Batch.produce.icontains(asked.words, autoescape=True),
            )
        )
    return found
