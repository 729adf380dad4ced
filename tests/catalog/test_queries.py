"""Whether an offer can be bought is derived, on the day and in the same transaction."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from catalog.queries import (
    buyable_ids,
    catalogue_version,
    certificates_of,
    free_stock,
    smallest_quantities,
)
from catalog.stock import note_change
from shop.db import db
from tests.factories.shelf import (
    HOHHOT_CITY,
    LISTING,
    ORGANIC,
    TODAY,
    Shelf,
    cover,
    make_base,
    make_certificate,
    make_product,
    make_shelf,
)

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def change(path: str, value: Any) -> Callable[[Shelf], None]:
    part, name = path.split(".")
    return lambda shelf: setattr(getattr(shelf, part), name, value)


def revoke(shelf: Shelf) -> None:
    shelf.certificate.status, shelf.certificate.revoked_at = "revoked", shelf.offer.listed_at


def cover_another_base(shelf: Shelf) -> None:
    shelf.coverage.base_id = make_base(shelf.producer).id


def cover_another_product(shelf: Shelf) -> None:
    shelf.coverage.product_id = make_product(shelf.producer).id


REASONS = {
    "certificate over": change("certificate.valid_to", YESTERDAY),
    "certificate not begun": change("certificate.valid_from", TOMORROW),
    "certificate revoked": revoke,
    "certificate only submitted": change("certificate.status", "submitted"),
    "certificate that opens no listing": change("certificate.type_code", ORGANIC),
    "certificate for another base": cover_another_base,
    "certificate for another product": cover_another_product,
    "base outside the counties": change("base.county_code", HOHHOT_CITY),
    "seller outside the counties": change("producer.county_code", HOHHOT_CITY),
    "seller suspended": change("producer.status", "suspended"),
    "offer suspended": change("offer.status", "suspended"),
    "offer retired": change("offer.status", "retired"),
    "offer a draft": change("offer.status", "draft"),
    "offer submitted": change("offer.status", "submitted"),
}


def is_buyable(shelf: Shelf, on: date = TODAY) -> bool:
    db.session.flush()
    return buyable_ids([shelf.offer.id], on) == {shelf.offer.id}


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("reason", REASONS)
def test_an_offer_is_gone_at_once_for(reason: str) -> None:
    shelf, other = make_shelf(), make_shelf()
    assert is_buyable(shelf)
    REASONS[reason](shelf)
    assert not is_buyable(shelf)
    assert is_buyable(other)


@pytest.mark.usefixtures("session")
def test_a_certificate_counts_on_its_first_and_on_its_last_day() -> None:
    shelf = make_shelf(certificate={"valid_from": TODAY, "valid_to": TOMORROW})
    days = [YESTERDAY, TODAY, TOMORROW, TOMORROW + timedelta(days=1)]
    assert [is_buyable(shelf, on) for on in days] == [False, True, True, False]


@pytest.mark.usefixtures("session")
def test_a_certificate_without_end_goes_on_counting() -> None:
    assert is_buyable(make_shelf(certificate={"valid_to": None}), date(2040, 1, 1))


@pytest.mark.usefixtures("session")
def test_a_second_certificate_carries_on_where_the_first_ended() -> None:
    shelf = make_shelf(certificate={"valid_to": YESTERDAY})
    assert not is_buyable(shelf)
    cover(make_certificate(shelf.producer), shelf.product, shelf.base)
    assert is_buyable(shelf)


@pytest.mark.usefixtures("session")
def test_a_sold_out_offer_stays_buyable_and_has_nothing_free() -> None:
    shelf = make_shelf(on_hand=5)
    shelf.lot.held = 5
    assert is_buyable(shelf)
    assert free_stock([shelf.offer.id]) == {shelf.offer.id: 0}


@pytest.mark.usefixtures("session")
def test_the_smallest_order_is_the_first_multiple_from_the_minimum() -> None:
    shelf = make_shelf(offer={"minimum": 10, "multiple": 4})
    assert smallest_quantities([shelf.offer.id]) == {shelf.offer.id: 12}


@pytest.mark.usefixtures("session")
def test_valid_certificates_come_by_product_and_base_those_for_listing_first() -> None:
    shelf = make_shelf()
    organic = make_certificate(shelf.producer, type_code=ORGANIC)
    over = make_certificate(shelf.producer, type_code=ORGANIC, valid_to=YESTERDAY)
    for certificate in (organic, over):
        cover(certificate, shelf.product, shelf.base)
    pair = (shelf.product.id, shelf.base.id)
    found = certificates_of([pair, (pair[0], 0)], TODAY)
    assert [c.type.code for c in found[pair]] == [LISTING, ORGANIC]
    assert found[pair[0], 0] == []


@pytest.mark.usefixtures("session")
def test_every_change_raises_the_version() -> None:
    versions = []
    for _ in range(3):
        versions.append(catalogue_version())
        note_change()
        db.session.flush()
    assert versions == sorted(set(versions))
