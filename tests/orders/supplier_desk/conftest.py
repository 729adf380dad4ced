"""The stage of the tests of a seller's desk: that of unit orders."""

from tests.orders.purchasing.conftest import cast, stage

__all__ = ["cast", "stage"]
