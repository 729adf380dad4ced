"""What an official may see: a division with all inside it, or one department's units."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement

from orders.models import Order
from orders.quota.models import LedgerEntry
from shop.accounts.models import Organisation, OrganisationKind
from shop.actor import Actor, Role
from shop.errors import NotFound
from shop.regions import queries as regions

BUDGET_UNITS = (
    OrganisationKind.INSTITUTION, OrganisationKind.DEPARTMENT, OrganisationKind.FINANCE_BUREAU,
)  # fmt: skip
"""Departments and finance bureaus are budget units too: all file, many have canteens."""


@dataclass(frozen=True)
class Scope:
    """The root of the divisions seen; with a department, only that department's units."""

    region_code: str = regions.COUNTRY_CODE
    department_id: int | None = None

    def units(self) -> list[ColumnElement[bool]]:
        found = [Organisation.kind.in_(BUDGET_UNITS)]
        return found + self._within(Organisation.region_code, Organisation.department_id)

    def entries(self) -> list[ColumnElement[bool]]:
        return self._within(LedgerEntry.buyer_region_code, LedgerEntry.department_id)

    def orders(self) -> list[ColumnElement[bool]]:
        return self._within(Order.buyer_region_code, Order.department_id)

    def contains(self, region_code: str) -> bool:
        return regions.contains(self.region_code, region_code)

    def _within(self, region: regions.CodeColumn, department: object) -> list[ColumnElement[bool]]:
        found = []
        if self.region_code != regions.COUNTRY_CODE:
            found.append(regions.within(region, self.region_code))
        if self.department_id is not None:
            found.append(department == self.department_id)  # type: ignore[arg-type]
        return found


def scope_of(actor: Actor) -> Scope:
    """Auditors and operators see all; an official the own division, or the own department's units.

    Raises NotFound for anybody else.
    """
    if actor.is_any(Role.AUDITOR, Role.OPERATOR):
        return Scope()
    if actor.is_any(Role.OFFICIAL) and actor.region_code:
        return Scope(actor.region_code, actor.department_id)
    raise NotFound
