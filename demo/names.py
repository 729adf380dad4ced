"""Invented names, numbers and addresses: every name marked, every number made to be nobody's."""

from datetime import date, timedelta

from demo.accounts import MARK
from demo.chance import Chance
from demo.sources import words
from shop import codes
from shop.regions.models import Level
from shop.regions.rules import ancestor

NOWHERE = "159999"
"""A division code that no county has: identity numbers made with it belong to nobody."""


def person_name(chance: Chance) -> str:
    people = words()["people"]
    if chance.happens(25):
        return str(chance.choice(people["mongolian"]["names"])) + MARK
    han = people["han"]
    return str(chance.choice(han["surnames"]) + chance.choice(han["given"])) + MARK


def phone(number: int) -> str:
    """A number beginning with 154, which no network uses."""
    return f"154{number:08d}"


def street(chance: Chance) -> str:
    streets = words()["streets"]
    form: str = chance.choice(streets["forms"])
    return form.format(stem=chance.choice(streets["stems"]), number=chance.randint(1, 188))


def uscc(head: str, region: str, number: int) -> str:
    """A code with valid check characters whose organisation part begins with DEM."""
    place = ancestor(region, Level.COUNTY) if len(region) > 6 else region
    return codes.make_uscc(head + place + codes.make_organisation_code(f"DEM{number:05d}"))


def identity_number(number: int) -> str:
    """The n-th invented identity number: of no county, with the sequence 999, 998 …"""
    born = date(1945, 1, 1) + timedelta(days=number * 7 % 18_000 + number * 7 // 18_000 % 7)
    sequence = 999 - number // 18_000
    return codes.make_id_number(f"{NOWHERE}{born:%Y%m%d}{sequence:03d}")


def sc_licence(county: str, key: str) -> str:
    """The food production licence of the n-th enterprise ("enterprise-n"): class 01, serial 9000 on."""
    number = int(key.rpartition("-")[2])
    return codes.make_sc(f"101{county}{(9_000 + number) % 10_000:04d}")


def bank_account(number: int) -> str:
    return f"9999{number:015d}"


def village_name(name: str) -> str:
    """A village as people say it: without the committee."""
    for ending, said in (
        ("嘎查村民委员会", "嘎查"), ("嘎查委员会", "嘎查"), ("嘎查村委会", "嘎查"),
        ("村村民委员会", "村"), ("村民委员会", "村"), ("村村委会", "村"), ("村委会", "村"),
        ("村委员会", "村"),
    ):  # fmt: skip
        if name.endswith(ending):
            return name.removesuffix(ending) + said
    return name
