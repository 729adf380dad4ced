"""Prices and quantities of an offer, without a database."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from catalog.rules import BadQuantity, check_quantity, price_at, smallest_order, unit_prices
from shop.money import Money
from shop.units import UNITS, PriceBasis

PRICE, TIERS = Money(30_00), [(10, Money(28_00)), (50, Money(25_00))]


@pytest.mark.parametrize(
    ("quantity", "price"), [(1, 30_00), (9, 30_00), (10, 28_00), (49, 28_00), (50, 25_00)]
)
def test_the_highest_tier_reached_sets_the_price(quantity: int, price: int) -> None:
    assert price_at(PRICE, TIERS, quantity) == Money(price)
    assert price_at(PRICE, reversed(TIERS), quantity) == Money(price)


def test_without_tiers_the_price_stays() -> None:
    assert price_at(PRICE, [], 1_000) == PRICE


@pytest.mark.parametrize("quantity", [0, 9, 11, -10])
def test_a_quantity_below_the_minimum_or_between_multiples_is_refused(quantity: int) -> None:
    with pytest.raises(BadQuantity) as refusal:
        check_quantity(quantity, minimum=10, multiple=5)
    assert refusal.value.field == "quantity"


def test_a_multiple_at_or_above_the_minimum_is_accepted() -> None:
    check_quantity(10, minimum=10, multiple=5)
    check_quantity(15, minimum=10, multiple=5)


@given(some.integers(1, 10**9), some.integers(1, 10**6))
def test_the_smallest_order_is_accepted_and_the_multiple_before_it_is_not(
    minimum: int, multiple: int
) -> None:
    smallest = smallest_order(minimum, multiple)
    check_quantity(smallest, minimum=minimum, multiple=multiple)
    with pytest.raises(BadQuantity):
        check_quantity(smallest - multiple, minimum=minimum, multiple=multiple)


def test_a_pack_is_compared_by_kilogram_and_by_jin() -> None:
    kilogram, jin = unit_prices(Money(29_80), PriceBasis.PACK, 2_500, "g")
    assert (kilogram.per, kilogram.price, kilogram.is_exact) == ("kg", Money(11_92), True)
    assert (jin.per, jin.price, jin.is_exact) == ("jin", Money(5_96), True)


def test_a_price_by_the_kilogram_is_compared_by_the_jin_and_marked_when_rounded() -> None:
    (jin,) = unit_prices(Money(79_01), PriceBasis.KILOGRAM, 2_500, "g")
    assert (jin.per, jin.price, jin.is_exact) == ("jin", Money(39_51), False)


def test_litres_and_pieces_have_a_price_of_their_own() -> None:
    assert unit_prices(Money(50_00), PriceBasis.PACK, 5_000, "ml")[0].price == Money(10_00)
    assert unit_prices(Money(30_00), PriceBasis.PACK, 30, "piece")[0].price == Money(1_00)
    assert unit_prices(Money(30_00), PriceBasis.PACK, 1, "piece") == []


@given(some.integers(1, 10**9), some.integers(1, 10**7))
def test_a_rounded_unit_price_is_at_most_half_a_fen_off(fen: int, content: int) -> None:
    for found in unit_prices(Money(fen), PriceBasis.PACK, content, "g"):
        exact = Fraction(fen * UNITS[found.per].factor, content)
        assert abs(found.price.fen - exact) <= Fraction(1, 2)
        assert found.is_exact == (found.price.fen == exact)
