"""One transition table per status: the whole truth about what may follow what."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from shop.errors import InvalidTransition

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Machine(Generic[S, E]):
    """Maps (status, event) to the next status; anything else is refused."""

    table: Mapping[tuple[S, E], S]

    def next(self, status: S, event: E) -> S:
        """The status after an event; raises InvalidTransition."""
        try:
            return self.table[status, event]
        except KeyError:
            raise InvalidTransition from None

    def allows(self, status: S, event: E) -> bool:
        return (status, event) in self.table

    def events_from(self, status: S) -> list[E]:
        return [event for (source, event) in self.table if source == status]
