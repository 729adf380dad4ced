"""Who may do what with a unit's orders, and with the orders that a seller fills."""

from shop.access import Predicate, institution_approver, institution_buyer, institution_member
from shop.access import supplier_staff as seller

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "orders:canteen:read": ((institution_member,),),
    "orders:order:place": ((institution_buyer,),),
    "orders:order:approve": ((institution_approver,),),
    "orders:order:withdraw": ((institution_buyer,),),
    "orders:order:weigh": ((institution_member,),),
    "orders:order:accept": ((institution_member,),),
    "orders:invoice:record": ((institution_buyer,),),
    "orders:transfer:record": ((institution_buyer,),),
    "orders:supply:read": ((seller,),),
    "orders:supply:confirm": ((seller,),),
    "orders:supply:assign": ((seller,),),
    "orders:supply:dispatch": ((seller,),),
    "orders:supply:invoice": ((seller,),),
}
