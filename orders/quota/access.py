"""Who may file plans, review them and write rules."""

from shop.access import Predicate, auditor, institution_member, official, operator
from shop.actor import Actor


def of_a_division(actor: Actor) -> bool:
    """A finance official: of a whole division, not of one department."""
    return actor.region_code is not None and actor.department_id is None


OVERSEERS: tuple[tuple[Predicate, ...], ...] = ((official,), (auditor,), (operator,))
GRANTS: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    "quota:progress:read": ((institution_member,),),
    "quota:plan:file": ((institution_member,),),
    "quota:plan:list": OVERSEERS,
    "quota:plan:review": ((official,),),
    "quota:rule:list": OVERSEERS,
    "quota:rule:add": ((official, of_a_division),),
}
