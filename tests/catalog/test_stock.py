"""Holding, claiming and letting go of stock: nothing is sold that is not there."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from catalog.models import Hold
from catalog.queries import catalogue_version, free_stock
from catalog.stock import claim_stock, hold_stock, keep_stock, release_stock
from shop.db import db
from shop.errors import OutOfStock
from tests.factories.shelf import THEN, Shelf, make_batch, make_lot, make_shelf

LATER = THEN + timedelta(minutes=30)
pytestmark = pytest.mark.usefixtures("session")


def hold(shelf: Shelf, quantity: int, key: str = "line-1") -> list[Hold]:
    holds = hold_stock({key: (shelf.offer.id, quantity)}, at=THEN, expires_at=LATER)
    db.session.flush()
    return holds


def numbers(shelf: Shelf) -> tuple[int, int, int]:
    db.session.flush()
    return shelf.lot.on_hand, shelf.lot.held, shelf.lot.sold


def test_a_hold_keeps_stock_for_one_line() -> None:
    shelf = make_shelf(on_hand=10)
    (made,) = hold(shelf, 4)
    assert (made.holder_key, made.quantity, made.status) == ("line-1", 4, "live")
    assert made.expires_at == LATER
    assert numbers(shelf) == (10, 4, 0)


def test_the_oldest_harvest_goes_first() -> None:
    shelf = make_shelf(on_hand=10)
    older = make_batch(shelf.producer, shelf.base, harvested_on=date(2026, 6, 1))
    lot = make_lot(shelf.offer, older, 3)
    hold(shelf, 5)
    assert (lot.held, shelf.lot.held) == (3, 2)


def test_more_than_there_is_is_refused_and_nothing_is_held() -> None:
    shelf, other = make_shelf(on_hand=10), make_shelf(on_hand=2)
    wanted = {"a": (shelf.offer.id, 5), "b": (other.offer.id, 3)}
    db.session.commit()
    with pytest.raises(OutOfStock):
        hold_stock(wanted, at=THEN, expires_at=LATER)
    db.session.rollback()
    assert numbers(shelf) == (10, 0, 0)
    assert numbers(other) == (2, 0, 0)


def test_two_lines_of_one_offer_share_what_is_free() -> None:
    shelf = make_shelf(on_hand=10)
    wanted = {"a": (shelf.offer.id, 6), "b": (shelf.offer.id, 5)}
    with pytest.raises(OutOfStock):
        hold_stock(wanted, at=THEN, expires_at=LATER)


def test_a_released_hold_is_free_again_and_only_once() -> None:
    shelf = make_shelf(on_hand=10)
    hold(shelf, 4)
    assert release_stock(["line-1"], at=LATER) == 1
    assert release_stock(["line-1"], at=LATER) == 0
    assert numbers(shelf) == (10, 0, 0)


def test_a_claimed_hold_leaves_the_shelf_and_only_once() -> None:
    shelf = make_shelf(on_hand=10)
    hold(shelf, 4)
    (claimed,) = claim_stock(["line-1"], at=LATER)
    assert (claimed.status, claimed.finished_at) == ("claimed", LATER)
    assert claim_stock(["line-1"], at=LATER) == []
    assert release_stock(["line-1"], at=LATER) == 0
    assert numbers(shelf) == (6, 0, 4)


def test_a_kept_hold_no_longer_expires() -> None:
    shelf = make_shelf()
    (made,) = hold(shelf, 1)
    keep_stock(["line-1"])
    db.session.refresh(made)
    assert made.expires_at is None


def test_the_version_rises_only_when_availability_changes() -> None:
    shelf = make_shelf(on_hand=20, offer={"minimum": 10, "multiple": 5})
    db.session.flush()
    start = catalogue_version()
    hold(shelf, 10)
    assert catalogue_version() == start
    hold(shelf, 5, "line-2")  # five are left, ten is the smallest order
    sold_out = catalogue_version()
    assert sold_out > start
    claim_stock(["line-1"], at=LATER)
    assert catalogue_version() == sold_out
    release_stock(["line-2"], at=LATER)
    assert catalogue_version() > sold_out


Steps = some.lists(
    some.tuples(
        some.sampled_from(["hold", "claim", "release"]), some.integers(0, 3), some.integers(1, 6)
    ),
    max_size=25,
)


@given(Steps)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happens_stock_balances(steps: list[tuple[str, int, int]]) -> None:
    shelf = make_shelf(on_hand=12)
    make_lot(shelf.offer, make_batch(shelf.producer, shelf.base), 5)
    received, sold = 17, 0
    held: dict[str, int] = {}
    for verb, number, quantity in steps:
        key = f"{shelf.offer.id}-{number}"
        if verb == "hold" and key not in held:
            if quantity <= received - sold - sum(held.values()):
                hold(shelf, quantity, key)
                held[key] = quantity
            else:
                with pytest.raises(OutOfStock), db.session.begin_nested():
                    hold(shelf, quantity, key)
        elif verb == "claim":
            claim_stock([key], at=LATER)
            sold += held.pop(key, 0)
        elif verb == "release":
            release_stock([key], at=LATER)
            held.pop(key, None)
        db.session.flush()
        free = received - sold - sum(held.values())
        assert free_stock([shelf.offer.id]) == {shelf.offer.id: free}
    db.session.rollback()
