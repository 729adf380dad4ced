"""A plan's one transition table: filed, checked by the department, confirmed by finance."""

from enum import StrEnum

from shop.states import Machine


class PlanStatus(StrEnum):
    FILED = "filed"
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


class PlanEvent(StrEnum):
    FILE = "file"
    CHECK = "check"
    CONFIRM = "confirm"
    RETURN = "return"


S, E = PlanStatus, PlanEvent

PLAN = Machine(
    {
        (S.FILED, E.FILE): S.FILED,
        (S.FILED, E.CHECK): S.CHECKED,
        (S.FILED, E.RETURN): S.RETURNED,
        (S.CHECKED, E.CONFIRM): S.CONFIRMED,
        (S.CHECKED, E.RETURN): S.RETURNED,
        (S.RETURNED, E.FILE): S.FILED,
    }
)
