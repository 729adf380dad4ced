"""What the address of a list of orders asks for, in the buyer's list and in the seller's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from orders.states import ENDED_WITHOUT_GOODS, OrderStatus
from shop.web.asking import asked_of, list_url


@dataclass(frozen=True, kw_only=True)
class AskedOrders:
    """`status` is one of the list's views or a single status; `words` are looked for."""

    views: ClassVar[Mapping[str, tuple[OrderStatus, ...]]]
    endpoint: ClassVar[str]

    status: str = ""
    words: str = ""

    @classmethod
    def read_status(cls) -> str:
        """Raises NotFound for a status that there is not."""
        return asked_of("status", {*cls.views, *OrderStatus})

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses wanted; all where none is asked for."""
        return self.views.get(self.status) or (
            (self.status,) if self.status else tuple(OrderStatus)
        )

    @property
    def left_out(self) -> frozenset[OrderStatus]:
        """Among all orders the sums leave out those that ended without goods."""
        return frozenset() if self.status else frozenset(ENDED_WITHOUT_GOODS)

    def url(self, endpoint: str = "", **changes: Any) -> str:
        """This list with what is changed, or its sheet."""
        asked = {"status": self.status, "q": self.words, **self.further(), **changes}
        return list_url(endpoint or self.endpoint, **asked)

    def further(self) -> dict[str, Any]:
        """What else the list's address says."""
        return {}
