"""What the search index holds of each offer, and how it follows the catalogue.

The index is a disposable copy: it is brought up to date by messages after a commit, rebuilt when
it is missing or damaged, and never asked what may be bought.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from catalog import search
from catalog.categories import CategoryTree, category_tree
from catalog.models import Offer, Product
from catalog.stock import note_change
from producers.models import Base
from shop import outbox
from shop.db import db, transaction
from shop.regions.english import english_name
from shop.regions.models import Level, Region
from shop.regions.queries import COUNTRY_CODE, lineage, recorded_names, within

CHANGED = "catalog:offer:changed"
REBUILD = "catalog:index:rebuild"
BATCH = 200
Progress = Callable[[int], None]
_is_taught = False


def document_for(offer: Offer, places: Mapping[str, str], tree: CategoryTree) -> search.Document:
    """The public words of an offer; `places` names every division around its base."""
    product, base = offer.product, offer.base
    way = tree.path(product.category_code)
    names_ = [product.producer.name, base.name]
    if product.processor is not None:
        names_.append(product.processor.name)
    return search.Document(
        key=offer.public_id,
        title=" ".join(filter(None, [product.name, product.geographical_indication])),
        names=tuple(names_),
        places=_called(base, places),
        categories=tuple(word for category in way for word in (category.name, category.name_en)),
        body=" ".join([product.name_en, product.summary, product.summary_en, product.pack_name]),
    )


def _called(base: Base, places: Mapping[str, str]) -> tuple[str, ...]:
    """What one may call the places around a base: as recorded, and in English."""
    found: list[str] = []
    for code in _around(base):
        found += [name for name in (places.get(code), english_name(code)) if name]
    return tuple(found)


def documents(ids: Iterable[int], progress: Progress = lambda _: None) -> Iterator[search.Document]:
    """The documents of these offers, as far as they are listed, read a batch at a time."""
    teach()
    wanted, tree = list(ids), category_tree()
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        offers = db.session.scalars(
            select(Offer)
            .options(
                joinedload(Offer.base),
                joinedload(Offer.product).joinedload(Product.producer),
                joinedload(Offer.product).joinedload(Product.processor),
            )
            .where(Offer.id.in_(part), Offer.status == "listed")
            .order_by(Offer.id)
            .execution_options(populate_existing=True)
        ).all()
        places = recorded_names({code for offer in offers for code in _around(offer.base)})
        for offer in offers:
            yield document_for(offer, places, tree)
        progress(len(part))


def listed_ids() -> list[int]:
    return list(db.session.scalars(select(Offer.id).where(Offer.status == "listed")))


def count_listed() -> int:
    return db.session.scalar(select(func.count(Offer.id)).where(Offer.status == "listed")) or 0


def rebuild(progress: Progress = lambda _: None) -> int:
    """Make the index anew from what is listed; returns how many offers it holds.

    Called outside of any transaction, as `refresh` is. Raises IndexUnavailable.
    """
    made = 0

    def everything() -> Iterator[search.Document]:
        nonlocal made
        if not _is_in_database():
            db.session.rollback()  # other writers are shut out now: read what they left
        for document in documents(listed_ids(), progress):
            made += 1
            yield document

    with _writing():
        search.index().rebuild(everything())
    return made


def refresh(offer_ids: Iterable[int]) -> None:
    """Bring these offers up to date in the index: in if they are listed, else out.

    Raises IndexUnavailable.
    """
    wanted = list(offer_ids)
    keys = set(db.session.scalars(select(Offer.public_id).where(Offer.id.in_(wanted))))
    found = list(documents(wanted))
    with _writing():
        if found:
            search.index().replace(found)
        gone = keys - {document.key for document in found}
        if gone:
            search.index().remove(gone)


def note_offers(offer_ids: Iterable[int], *, at: datetime) -> None:
    """Leave a message, in this transaction, that the words of these offers have changed."""
    wanted = sorted(set(offer_ids))
    if wanted:
        outbox.leave(CHANGED, {"offer_ids": wanted}, at=at)


def on_supply_change(producer_id: int, at: datetime) -> None:
    """A producer, its bases or its certificates changed: listings and index follow."""
    note_change()
    note_offers(
        db.session.scalars(
            select(Offer.id)
            .join(Product, Product.id == Offer.product_id)
            .join(Base, Base.id == Offer.base_id)
            .where(
                or_(
                    Product.producer_id == producer_id,
                    Product.processor_id == producer_id,
                    Base.operator_id == producer_id,
                )
            )
        ),
        at=at,
    )


def ask_for_rebuild(at: datetime) -> None:
    """Have a worker rebuild the index soon; asked often, it is left once a minute."""
    with transaction():
        outbox.leave(REBUILD, {}, at=at, dedupe_key=f"{REBUILD}:{at:%Y%m%d%H%M}")


def on_changed(payload: dict[str, Any], at: datetime) -> None:
    """The worker's side of `note_offers`; a damaged index is rebuilt whole."""
    try:
        refresh(payload["offer_ids"])
    except search.IndexUnavailable:
        rebuild()


def on_rebuild(payload: dict[str, Any], at: datetime) -> None:
    if not is_current():
        rebuild()


def is_current() -> bool:
    """Whether the index can be read and names exactly what is listed."""
    listed = set(db.session.scalars(select(Offer.public_id).where(Offer.status == "listed")))
    try:
        return search.index().is_healthy() and search.index().keys() == listed
    except search.IndexUnavailable:
        return False


def mend(at: datetime) -> int:
    """The scheduled check: rebuild an index that is missing, damaged or behind."""
    if is_current():
        return 0
    return rebuild()


def teach() -> None:
    """Make the counties' names known to the segmenter, once per process.

    Not the indications: 赤峰小米 as one word would no longer find millet of Aohan in Chifeng.
    """
    global _is_taught
    if not _is_taught:
        counties = select(Region.name).where(Region.level == Level.COUNTY)
        search.learn(db.session.scalars(counties.where(within(Region.code, "150000"))))
        _is_taught = True


def _is_in_database() -> bool:
    return bool(current_app.config["SEARCH_BACKEND"] == "postgresql")


@contextmanager
def _writing() -> Iterator[None]:
    """An index in the database is written in a transaction; files are not worth its lock."""
    if _is_in_database():
        with transaction():
            yield
    else:
        yield


def _around(base: Base) -> list[str]:
    return [code for code in lineage(base.village_code) if code != COUNTRY_CODE]
