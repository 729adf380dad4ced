"""Budget units, finance bureaus and departments, and the people who buy and look on for them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from demo.accounts import ACCOUNTS, DOMAIN, MARK
from demo.cast import Person, Unit
from demo.chance import Chance
from demo.names import street, uscc
from demo.people import People
from demo.sizes import SMALL_UNITS, Size
from demo.sources import UnitRow, units
from demo.writer import Writer
from shop.accounts.models import BudgetLevel, Organisation, OrganisationKind
from shop.actor import Role

LEVELS = {
    "autonomous_region": BudgetLevel.PROVINCE,
    "league_city": BudgetLevel.PREFECTURE,
    "banner": BudgetLevel.COUNTY,
}
KINDS = {
    "finance_bureau": OrganisationKind.FINANCE_BUREAU,
    "department": OrganisationKind.DEPARTMENT,
}
TYPES = {"finance_bureau": "机关", "department": "机关", "union": "团体"}
BUYING_MODES = ("own", "outsourced", "shared_representative")


def make_units(writer: Writer, people: People, size: Size, *, at: datetime) -> dict[str, Unit]:
    """Write the budget tree with its people; the units by their keys."""
    made: dict[str, Unit] = {}
    rows = list(_rows(size))
    chance = Chance("units")
    for number, row in enumerate(rows):
        made[row.key] = _make_unit(writer, people, chance, row, number, made, at)
    writer.flush()
    _name_representatives(writer, rows, made)
    for row in rows:
        if row.canteen_mode in BUYING_MODES or row.kind == "union":
            _staff(people, made[row.key])
    for row in rows:
        if row.kind == "finance_bureau" or (row.kind == "department" and "education" in row.key):
            _official(people, made[row.key])
    return made


def _rows(size: Size) -> Iterable[UnitRow]:
    """The rows of the file; a larger world repeats them, without the bureaus, under new names."""
    rows = [row for row in units() if not size.is_small or row.key in SMALL_UNITS]
    yield from rows
    for copy in range(2, size.unit_copies + 1):
        for row in rows:
            if row.kind == "finance_bureau":
                continue
            yield UnitRow(
                key=f"{row.key}-{copy}",
                parent=row.key if row.kind == "department" else row.parent,
                name=f"{row.name}第{copy}分支",
                kind="office" if row.kind == "department" else row.kind,
                level=row.level,
                region=row.region,
                canteen_mode="own" if row.kind == "department" else row.canteen_mode,
                food_total=row.food_total or 90_000_00,
                heads=row.heads,
                representative=None if row.kind == "department" else row.representative,
            )


def _make_unit(
    writer: Writer,
    people: People,
    chance: Chance,
    row: UnitRow,
    number: int,
    made: dict[str, Unit],
    at: datetime,
) -> Unit:
    parent = made[row.parent] if row.parent else None
    unit = Unit(
        id=writer.next_id(Organisation),
        key=row.key,
        name=row.name + MARK,
        uscc=uscc("11" if row.kind in KINDS else "12", row.region, number),
        region=row.region,
        department_id=parent.department_id if parent else None,
        canteen_mode=row.canteen_mode,
        kind=row.kind,
        yearly=row.food_total,
        address=people.place_name(row.region) + street(chance),
        representative=row.representative,
    )
    if row.kind == "department":
        unit.department_id = unit.id  # a department's own purchases are its department's too
    writer.add(
        Organisation,
        id=unit.id,
        kind=KINDS.get(row.kind, OrganisationKind.INSTITUTION),
        name=unit.name,
        uscc=unit.uscc,
        region_code=row.region,
        parent_id=parent.id if parent else None,
        department_id=unit.department_id,
        budget_level=LEVELS[row.level],
        unit_type=TYPES.get(row.kind, "事业"),
        canteen_mode=row.canteen_mode,
        heads=row.heads,
        address=unit.address,
        contact_name=people.invent_name(),
        contact_phone=people.invent_phone(),
        is_demo=True,
        created_at=at - timedelta(days=30),
    )
    return unit


def _name_representatives(writer: Writer, rows: list[UnitRow], made: dict[str, Unit]) -> None:
    """Which unit files for a shared canteen: it may stand later in the list than who shares it."""
    table = Organisation.__table__
    statement = (
        update(Organisation)
        .where(table.c.id == bindparam("unit"))
        .values(reporting_unit_id=bindparam("representative"))
    )
    pairs = [
        {"unit": made[row.key].id, "representative": made[row.representative].id}
        for row in rows
        if row.representative in made and row.representative != row.key
    ]
    if pairs:
        writer.session.connection().execute(statement, pairs)


def _staff(people: People, unit: Unit) -> None:
    """One who buys, one who receives, one who approves: the fixed people where they belong."""
    fixed = {account.local: account for account in ACCOUNTS if account.place == unit.key}

    def person(duty: str, role: Role) -> Person:
        account = fixed.get(duty)
        if account:
            return people.add(account.email, role, unit.id, unit.name, name=account.name)
        return people.add(f"{unit.key}-{duty}@{DOMAIN}", role, unit.id, unit.name)

    unit.buyer = person("buyer", Role.INSTITUTION_BUYER)
    unit.receiver = person("receiver", Role.INSTITUTION_BUYER)
    unit.approver = person("approver", Role.INSTITUTION_APPROVER)


def _official(people: People, unit: Unit) -> None:
    fixed = [a for a in ACCOUNTS if a.place == unit.key and a.role is Role.OFFICIAL]
    if fixed:
        people.add(fixed[0].email, Role.OFFICIAL, unit.id, unit.name, name=fixed[0].name)
    else:
        people.add(f"{unit.key}-official@{DOMAIN}", Role.OFFICIAL, unit.id, unit.name)
