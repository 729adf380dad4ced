"""The people of the demonstration: accounts, memberships, consumers, reviewers, the platform."""

from datetime import datetime, timedelta

from sqlalchemy import select

from demo.accounts import ACCOUNTS, DOMAIN, MARK
from demo.cast import Consumer, Person
from demo.chance import Chance
from demo.names import person_name, phone, street, uscc
from demo.writer import Writer
from shop.accounts.models import Membership, Organisation, OrganisationKind, User
from shop.actor import Role
from shop.regions.models import Region

FIXED = {account.local: account for account in ACCOUNTS}


class People:
    """Writes accounts one after the other; all share the one published password's hash."""

    def __init__(self, writer: Writer, password_hash: str, *, at: datetime) -> None:
        self.writer = writer
        self.password_hash = password_hash
        self.at = at - timedelta(days=20)
        self._chance = Chance("people")
        self._phones = 0
        rows = writer.session.execute(
            select(Region.code, Region.name, Region.full_name).where(Region.level != "village")
        )
        self._places = {code: (name, full_name) for code, name, full_name in rows}

    def place_name(self, code: str) -> str:
        """From the province down, as an address begins."""
        return str(self._places[code][1])

    def short_name(self, code: str) -> str:
        return str(self._places[code][0])

    def invent_name(self) -> str:
        return person_name(self._chance)

    def invent_phone(self) -> str:
        self._phones += 1
        return phone(self._phones)

    def add(
        self,
        email: str,
        role: Role | None = None,
        organisation_id: int | None = None,
        organisation_name: str | None = None,
        *,
        name: str | None = None,
    ) -> Person:
        """One account, with its role where it has one."""
        person = Person(
            self.writer.next_id(User),
            name or self.invent_name(),
            self.invent_phone(),
            organisation_id,
            organisation_name,
        )
        self.writer.add(
            User,
            id=person.id,
            email=email,
            name=person.name,
            phone=person.phone,
            password_hash=self.password_hash,
            is_demo=True,
            created_at=self.at,
        )
        if role is not None:
            self.writer.add(
                Membership,
                user_id=person.id,
                organisation_id=organisation_id,
                role=role.value,
                created_at=self.at,
            )
        return person

    def add_organisation(self, kind: OrganisationKind, name: str, region: str, code: str) -> int:
        """A body that neither sells nor buys: a county bureau, the platform, the audit."""
        return self.writer.add(
            Organisation,
            kind=kind.value,
            name=name,
            uscc=code,
            region_code=region,
            address=self.place_name(region) + street(self._chance),
            contact_name=self.invent_name(),
            contact_phone=self.invent_phone(),
            is_demo=True,
            created_at=self.at,
        )


def make_platform(people: People) -> tuple[Person, Person]:
    """The operator and the auditor."""
    found = []
    for number, (local, name, kind) in enumerate(
        (
            ("operator", "乡源平台运营中心", OrganisationKind.PLATFORM),
            ("auditor", "内蒙古自治区示范审计组", OrganisationKind.PLATFORM),
        )
    ):
        account = FIXED[local]
        code = uscc("11", "150000", 90_000 + number)
        organisation = people.add_organisation(kind, name + MARK, "150000", code)
        found.append(
            people.add(account.email, account.role, organisation, name + MARK, name=account.name)
        )
    return found[0], found[1]


def make_reviewers(people: People, counties: list[str]) -> dict[str, Person]:
    """One bureau with one reviewer in each county that has producers."""
    found = {}
    for number, county in enumerate(counties):
        name = f"{people.short_name(county)}农牧局{MARK}"
        code = uscc("11", county, 91_000 + number)
        organisation = people.add_organisation(OrganisationKind.COUNTY_BUREAU, name, county, code)
        account = FIXED["reviewer"]
        fixed = account.place == county
        found[county] = people.add(
            account.email if fixed else f"{county}-reviewer@{DOMAIN}",
            Role.COUNTY_REVIEWER,
            organisation,
            name,
            name=account.name if fixed else None,
        )
    return found


def make_consumers(people: People, count: int) -> list[Consumer]:
    """People who buy for themselves, in the cities and banners of Inner Mongolia and Beijing."""
    chance = Chance("consumers")
    homes = (
        "150105",
        "150430",
        "150402",
        "150203",
        "152201",
        "150502",
        "152502",
        "110105",
        "110108",
    )
    consumers = []
    for number in range(count):
        home = homes[number % len(homes)]
        if number == 0:
            home = "150402"
            person = people.add(FIXED["consumer"].email, name=FIXED["consumer"].name)
        else:
            person = people.add(f"consumer-{number}@{DOMAIN}")
        address = people.place_name(home) + street(chance) + f"{chance.randint(1, 18)}单元"
        consumers.append(Consumer(person, home, address))
    return consumers
