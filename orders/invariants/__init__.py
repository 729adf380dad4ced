"""What must always hold (I1-I10), read from the database and told by ids only."""

from orders.invariants.command import CHECKS, check_invariants, violations

__all__ = ["CHECKS", "check_invariants", "violations"]
