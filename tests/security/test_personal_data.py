"""Names, numbers and telephones of households are on no page and in no log (bar A28)."""

import logging
import re

import pytest
from sqlalchemy import text

from producers.models import HouseholdIdentity
from shop.crypto import unseal
from shop.db import db
from tests.support.stage import Stage, Tour

NUMBERS = re.compile(r"[0-9]{11,19}[Xx]?")
COLUMNS = ("head_name_cipher", "id_number_cipher", "phone_cipher", "bank_account_cipher")
# Where names of other people stand; one who has the same name may be named there.
OTHER_PEOPLE = (
    "SELECT name FROM users UNION SELECT contact_name FROM organisations"
    " UNION SELECT legal_representative FROM producers UNION SELECT recipient FROM orders"
)
CONTEXT = "household_identities.{}"


def secrets_of(stage: Stage) -> tuple[set[str], set[str]]:
    """Every household's name, and every number of theirs, in the clear."""
    names: set[str] = set()
    numbers: set[str] = set()
    with stage.app.app_context():
        for identity in db.session.query(HouseholdIdentity):
            for column in COLUMNS:
                if sealed := getattr(identity, column):
                    plain = unseal(sealed, context=CONTEXT.format(column))
                    (names if column == "head_name_cipher" else numbers).add(plain)
        names -= set(db.session.scalars(text(OTHER_PEOPLE)))
    assert names
    assert numbers
    return names, numbers


Secret = tuple[set[str], set[str]]


def told_in(words: str, names: set[str], numbers: set[str]) -> list[str]:
    return [
        *(name for name in names if name in words),
        *(set(NUMBERS.findall(words)) & numbers),
    ]


@pytest.fixture
def secret(stage: Stage) -> Secret:
    return secrets_of(stage)


def test_no_page_and_no_log_names_a_household(tour: Tour, secret: Secret) -> None:
    found = []
    for name, visit in tour.visits:
        found += [f"{name} {visit.address}: {one}" for one in told_in(visit.html, *secret)]
    assert found == []
    assert told_in(tour.log, *secret) == []


def test_only_an_asked_for_disclosure_shows_one(
    stage: Stage, secret: Secret, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    coop = stage.cast["coop"]
    page = next(link for link in coop.get("/supplier/households").reader.links if "/H" in link)
    before = coop.get(page)
    assert told_in(before.response.get_data(as_text=True), *secret) == []
    shown = coop.submit(before, "/identity-disclosure", status=200, reason="年终分红核对身份")
    told = told_in(shown.response.get_data(as_text=True), *secret)
    assert len(told) >= 2
    assert "no-store" in shown.response.headers["Cache-Control"]
    assert told_in(caplog.text, *secret) == []
    with stage.app.app_context():
        rows = db.session.execute(db.metadata.tables["audit_entries"].select()).all()
    assert [row for row in rows if told_in(str(row), *secret)] == []
    assert any("年终分红核对身份" in str(row) for row in rows)


def test_nothing_of_it_stands_in_the_database(stage: Stage, secret: Secret) -> None:
    """Every text of every table: what is kept of a person is sealed."""
    found = []
    with stage.app.app_context():
        for table in db.metadata.sorted_tables:
            if table.name == "regions":
                continue
            for row in db.session.execute(table.select()):
                words = " ".join(
                    str(value) for value in row if isinstance(value, str | dict | list)
                )
                found += [f"{table.name}: {one}" for one in told_in(words, *secret)]
    assert found == []
