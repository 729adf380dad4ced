"""How far an amount has come: the four stages of the ledger."""

from enum import StrEnum


class Stage(StrEnum):
    """How far an amount has come. Completed means accepted and paid, on the later of the days."""

    PLACED = "placed"
    ACCEPTED = "accepted"
    PAID = "paid"
    COMPLETED = "completed"
