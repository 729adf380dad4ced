"""Who may do what with accounts."""

from shop.access import (
    Predicate,
    auditor,
    county_reviewer,
    institution_approver,
    institution_member,
    official,
    operator,
    signed_in,
    supplier_staff,
)

GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "accounts:account:read": ((signed_in,),),
    "accounts:account:change": ((signed_in,),),
    "accounts:session:end": ((signed_in,),),
    "accounts:inbox:read": ((signed_in,),),
    "accounts:member:read": (
        (institution_member,), (supplier_staff,), (county_reviewer,), (official,), (operator,),
        (auditor,),
    ),
    # A buyer appoints nobody: see shop.accounts.invitations.rules.
    "accounts:member:invite": (
        (institution_approver,), (supplier_staff,), (county_reviewer,), (official,), (operator,),
    ),
    "accounts:member:end": (
        (institution_approver,), (supplier_staff,), (county_reviewer,), (official,), (operator,),
    ),
    # In whose section the inbox is listed; everybody reaches it from their account.
    "accounts:buyer_inbox:read": ((institution_member,),),
    "accounts:supplier_inbox:read": ((supplier_staff,),),
    "accounts:official_inbox:read": ((official,), (county_reviewer,), (operator,), (auditor,)),
}  # fmt: skip
