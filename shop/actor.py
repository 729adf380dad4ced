"""Who acts, for which organisation, in which request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flask import g
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Role(StrEnum):
    """What a person may be for an organisation; a consumer is a person without one."""

    INSTITUTION_BUYER = "institution_buyer"
    INSTITUTION_APPROVER = "institution_approver"
    COOPERATIVE_STAFF = "cooperative_staff"
    ENTERPRISE_STAFF = "enterprise_staff"
    COUNTY_REVIEWER = "county_reviewer"
    OFFICIAL = "official"
    OPERATOR = "operator"
    AUDITOR = "auditor"


ROLE_LABELS = {
    Role.INSTITUTION_BUYER: _l("采购经办人"),
    Role.INSTITUTION_APPROVER: _l("采购审批人"),
    Role.COOPERATIVE_STAFF: _l("合作社工作人员"),
    Role.ENTERPRISE_STAFF: _l("企业工作人员"),
    Role.COUNTY_REVIEWER: _l("县级审核员"),
    Role.OFFICIAL: _l("主管部门人员"),
    Role.OPERATOR: _l("平台运营人员"),
    Role.AUDITOR: _l("审计人员"),
}


@dataclass(frozen=True)
class Actor:
    """The one who acts. Anonymous has no user; a job is a named system actor.

    `region_code` is the organisation's division and the root of what an official or a
    reviewer may see; `department_id` is set for an official who sees one department's units.
    """

    name: str
    user_id: int | None = None
    organisation_id: int | None = None
    organisation_name: str | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    region_code: str | None = None
    department_id: int | None = None
    request_id: str = "-"
    address: str | None = None
    is_system: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_consumer(self) -> bool:
        return self.is_signed_in and not self.roles

    def is_any(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


ANONYMOUS = Actor(name="")


SYSTEM_NAMES: Mapping[str, LazyString] = {
    "支付渠道": _l("支付渠道"),
    "到期处理": _l("到期处理"),
    "stripe": _l("支付渠道"),  # so it stands in rows that cannot be changed any more
}
"""The system's own actors as they are recorded, and what they are called on a page."""


def system_actor(name: str) -> Actor:
    """The named actor of a job, a command or the payment provider's message."""
    return Actor(name=name, is_system=True)


def name_shown(recorded: str) -> str:
    """A recorded actor's name: a person's as it is, the system's own in the page's language."""
    return str(SYSTEM_NAMES.get(recorded, recorded))


def current_actor() -> Actor:
    """The actor of this request, made once by shop.web before any view runs."""
    actor: Actor = g.actor
    return actor
