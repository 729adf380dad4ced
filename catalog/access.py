"""Who may do what with products and offers; the storefront itself is open to anybody."""

from shop.access import Predicate, county_reviewer, official, operator, supplier_staff

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "catalog:offer:read": ((supplier_staff,),),
    "catalog:offer:write": ((supplier_staff,),),
    "catalog:stock:write": ((supplier_staff,),),
    "catalog:certificate:read": ((supplier_staff,),),
    "catalog:certificate:write": ((supplier_staff,),),
    "catalog:review:read": ((county_reviewer,), (operator,), (official,)),
    "catalog:offer:review": ((county_reviewer,), (operator,)),
    "catalog:certificate:review": ((county_reviewer,), (operator,)),
}
