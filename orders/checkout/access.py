"""What a person may do who buys for themselves."""

from shop.access import Predicate, consumer

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "orders:purchase:place": ((consumer,),),
    "orders:purchase:read": ((consumer,),),
    "orders:purchase:pay": ((consumer,),),
    "orders:purchase:cancel": ((consumer,),),
    "orders:order:receive": ((consumer,),),
    "orders:order:refund": ((consumer,),),
}
