"""Who may read the totals and the orders behind them."""

from shop.access import Predicate, auditor, official, operator

OVERSEERS: tuple[tuple[Predicate, ...], ...] = ((official,), (auditor,), (operator,))
GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "reports:totals:read": OVERSEERS,
    "reports:order:read": OVERSEERS,
    "reports:batch:read": ((official,), (auditor,)),
}
