"""Who may do what with accounts and with the platform's own pages."""

from shop.access import Predicate, auditor, operator, signed_in

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "accounts:account:read": ((signed_in,),),
    "accounts:account:change": ((signed_in,),),
    "accounts:session:end": ((signed_in,),),
    "accounts:inbox:read": ((signed_in,),),
    "shop:outbox:read": ((operator,), (auditor,)),
    "shop:outbox:replay": ((operator,),),
    "shop:audit:read": ((operator,), (auditor,)),
}
