"""Axes, shares and the classes of a map, in whole numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.charts.scale import axis, class_of, cuts, nice_step, rounded, share


@pytest.mark.parametrize(
    ("span", "steps", "step"),
    [(1, 4, 1), (4, 4, 1), (5, 4, 2), (9, 4, 5), (21, 4, 10), (100, 4, 50), (12_345, 4, 5_000)],
)
def test_steps_are_one_two_or_five(span: int, steps: int, step: int) -> None:
    assert nice_step(span, steps) == step


def test_an_axis_holds_zero_unless_told_otherwise() -> None:
    assert list(axis([30, 95]).ticks) == [0, 50, 100]
    assert list(axis([1550, 1620], from_zero=False).ticks) == [1540, 1560, 1580, 1600, 1620]
    assert list(axis([-3, 5]).ticks) == [-4, -2, 0, 2, 4, 6]


def test_an_axis_of_nothing_has_a_length() -> None:
    assert list(axis([]).ticks) == list(axis([0, 0]).ticks) == [0, 1]
    assert list(axis([7], from_zero=False).ticks) == [7, 8]


def test_a_value_stands_where_it_belongs() -> None:
    scale = axis([-3, 5])
    assert [scale.at(value, 200) for value in (-4, -1, 0, 6)] == [0, 60, 80, 200]


@given(st.lists(st.integers(-(10**13), 10**13), min_size=1))
def test_every_value_stands_on_its_axis(values: list[int]) -> None:
    scale = axis(values)
    assert 2 <= len(scale.ticks) <= 7
    assert all(0 <= scale.at(value, 208) <= 208 for value in [0, *values])


def test_shares_have_two_decimals() -> None:
    assert [share(1, 3), share(2, 3), share(0, 0), share(1, 2, 7_000)] == [
        "33.33%",
        "66.67%",
        "0.00%",
        "35.00%",
    ]
    assert (rounded(5, 10), rounded(-5, 10), rounded(-6, 10)) == (1, 0, -1)


def test_classes_begin_at_round_values() -> None:
    assert cuts([11, 22, 33, 44, 55, 66, 77, 88, 99, 1_234]) == (30, 60, 80, 100)


def test_few_values_make_few_classes() -> None:
    assert cuts([]) == cuts([0, -5]) == cuts([7]) == cuts([7, 7, 7]) == ()
    assert cuts([5, 500]) == (500,)


def test_nothing_is_a_class_of_its_own() -> None:
    found = (30, 60, 80, 100)
    assert [class_of(value, found) for value in (-1, 0, 1, 29, 30, 79, 80, 100, 10**9)] == [
        0, 0, 1, 1, 2, 3, 4, 5, 5,
    ]  # fmt: skip


@given(st.lists(st.integers(-(10**6), 10**12)))
def test_a_class_is_never_beyond_the_fifth(values: list[int]) -> None:
    found = cuts(values)
    assert len(found) <= 4
    assert all(0 <= class_of(value, found) <= 5 for value in values)
