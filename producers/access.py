"""Who may do what on the supply side."""

from shop.access import (
    Predicate,
    consumer,
    cooperative_staff,
    county_reviewer,
    operator,
    supplier_staff,
)

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "producers:application:write": ((consumer,),),
    "producers:profile:read": ((supplier_staff,),),
    "producers:profile:change": ((supplier_staff,),),
    "producers:batch:read": ((supplier_staff,),),
    "producers:batch:record": ((supplier_staff,),),
    "producers:household:read": ((cooperative_staff,),),
    "producers:household:write": ((cooperative_staff,),),
    "producers:household:reveal": ((cooperative_staff,),),
    "producers:review:read": ((county_reviewer,), (operator,)),
    "producers:producer:recommend": ((county_reviewer,),),
    "producers:producer:approve": ((operator,),),
    "producers:producer:refuse": ((county_reviewer,), (operator,)),
    "producers:producer:suspend": ((county_reviewer,), (operator,)),
}
