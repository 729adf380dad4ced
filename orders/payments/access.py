"""Who sees payments that do not fit, and who settles them."""

from shop.access import Predicate, auditor, operator

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "orders:payment:read": ((operator,), (auditor,)),
    "orders:anomaly:settle": ((operator,),),
}
