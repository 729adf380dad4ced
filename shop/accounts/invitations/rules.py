"""Who may bring whom into an organisation.

A buyer appoints nobody: whoever orders must not be able to make the one who approves it. Auditors
are appointed by the platform's operators.
"""

from shop.actor import Role

APPOINTS: dict[Role, tuple[Role, ...]] = {
    Role.INSTITUTION_APPROVER: (Role.INSTITUTION_BUYER, Role.INSTITUTION_APPROVER),
    Role.COOPERATIVE_STAFF: (Role.COOPERATIVE_STAFF,),
    Role.ENTERPRISE_STAFF: (Role.ENTERPRISE_STAFF,),
    Role.COUNTY_REVIEWER: (Role.COUNTY_REVIEWER,),
    Role.OFFICIAL: (Role.OFFICIAL,),
    Role.OPERATOR: (Role.OPERATOR, Role.AUDITOR),
}


def appointable(roles: frozenset[Role]) -> list[Role]:
    """The roles that somebody with these may give in their own organisation, and may end."""
    found = {given for role in roles for given in APPOINTS.get(role, ())}
    return [role for role in Role if role in found]
