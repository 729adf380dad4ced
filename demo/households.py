"""Households: a pseudonym in a real village, an invented identity that is sealed, dated links."""

from datetime import date, timedelta

from sqlalchemy import select

from demo.cast import GrowingBase, Seller
from demo.chance import Chance, instant
from demo.names import bank_account, identity_number, person_name, phone
from demo.sizes import Size
from demo.writer import Writer
from producers.models import Household, HouseholdIdentity, HouseholdLink
from shop import crypto
from shop.regions.models import Level, Region
from shop.regions.queries import within
from shop.regions.rules import ancestor

ATTRIBUTES = {"lifted": 46, "general": 40, "unstable": 6, "marginal": 6, "sudden_hardship": 2}
SECOND_KINDS = ("work", "land_transfer", "shares", "entrusted_raising", "training",
                "collective_share")  # fmt: skip
SMALL_GROUP = 3
"""One base has so few households: a page must not show groups below five (bar A28)."""


def make_households(writer: Writer, sellers: list[Seller], size: Size, *, until: date) -> None:
    """Spread the households over the bases and tie them to who runs the base."""
    bases = [base for seller in sellers for base in seller.bases]
    chance = Chance("households")
    counts = _spread(size.households, len(bases))
    number = 0
    for base, count in zip(bases, counts, strict=True):
        villages = _neighbours(writer, base)
        for _ in range(count):
            village = base.village if chance.happens(70) else chance.choice(villages)
            base.households.append(_household(writer, chance, base, village, number, until))
            number += 1
        writer.breathe()


def _spread(households: int, bases: int) -> list[int]:
    counts = [households // bases] * bases
    counts[3] = SMALL_GROUP
    for extra in range(households - sum(counts)):
        others = [place for place in range(bases) if place != 3]
        counts[others[extra % len(others)]] += 1
    return counts


def _neighbours(writer: Writer, base: GrowingBase) -> list[str]:
    """The villages of the same township."""
    township = ancestor(base.village, Level.TOWNSHIP)
    statement = (
        select(Region.code)
        .where(within(Region.code, township), Region.level == Level.VILLAGE)
        .order_by(Region.code)
    )
    return list(writer.session.scalars(statement))


def _household(
    writer: Writer, chance: Chance, base: GrowingBase, village: str, number: int, until: date
) -> int:
    assert base.operator is not None
    household = writer.add(
        Household,
        pseudonym=f"H{base.county}-{number:06d}",
        county_code=base.county,
        village_code=village,
        members=chance.randint(1, 6),
        attribute=chance.weighted(ATTRIBUTES),
        attribute_version=until.year - 1,
        created_at=instant(until - timedelta(days=640), 9),
    )
    identity = identity_number(number)
    writer.add(
        HouseholdIdentity,
        household_id=household,
        head_name_cipher=_seal(person_name(chance), "head_name_cipher"),
        id_number_cipher=_seal(identity, "id_number_cipher"),
        id_number_fingerprint=crypto.fingerprint(identity),
        phone_cipher=_seal(phone(50_000_000 + number), "phone_cipher"),
        bank_account_cipher=_seal(bank_account(1_000_000 + number), "bank_account_cipher"),
    )
    _links(writer, chance, base, household, number, until)
    return household


def _seal(text: str, column: str) -> str:
    return crypto.seal(text, context=f"household_identities.{column}")


def _links(
    writer: Writer, chance: Chance, base: GrowingBase, household: int, number: int, until: date
) -> None:
    """Most sell their harvest to the operator; some are tied in a second way, or to the enterprise."""
    assert base.operator is not None
    since = until - timedelta(days=chance.randint(560, 630))
    writer.add(HouseholdLink, household_id=household, producer_id=base.operator.id,
               base_id=base.id, kind="order_purchase", valid_from=since)  # fmt: skip
    if number % 4 == 0:
        writer.add(HouseholdLink, household_id=household, producer_id=base.operator.id,
                   base_id=base.id, kind=SECOND_KINDS[number // 4 % len(SECOND_KINDS)],
                   valid_from=since)  # fmt: skip
    if number % 9 == 0 and base.operator.partners:
        writer.add(HouseholdLink, household_id=household,
                   producer_id=base.operator.partners[0].id, base_id=None, kind="work",
                   valid_from=since, valid_to=until - timedelta(days=60) if number % 18 else None)  # fmt: skip
