"""Who may do what with accounts."""

from shop.access import Predicate, signed_in

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "accounts:account:read": ((signed_in,),),
    "accounts:account:change": ((signed_in,),),
    "accounts:session:end": ((signed_in,),),
    "accounts:inbox:read": ((signed_in,),),
}
