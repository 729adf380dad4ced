"""Who may look after the platform's background work and read its audit trail."""

from shop.access import Predicate, auditor, operator

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "shop:outbox:read": ((operator,), (auditor,)),
    "shop:outbox:replay": ((operator,),),
    "shop:audit:read": ((operator,), (auditor,)),
}
