"""Households: masked by default, sealed at rest, shown whole only for a recorded reason."""

import sqlite3
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from producers import households, identities, reach
from producers.households import NewHousehold, NewLink
from producers.identities import Identity
from producers.models import Household, HouseholdIdentity, HouseholdLink, Producer
from shop.accounts.models import Notice
from shop.audit import AuditEntry
from shop.db import db
from shop.errors import InvalidInput, NotFound
from shop.outbox import OutboxMessage
from tests.factories.shelf import AOHAN_VILLAGE, make_producer
from tests.factories.supply import (
    ID_NUMBER,
    NOW,
    PHONE,
    TODAY,
    audited,
    demo_producer,
    row_count,
    staff_of,
)
from tests.support.database import World
from tests.support.page import Page, PageClient
from tests.support.people import signed_in

NAME = "欧阳试验户主"
NEW = NewHousehold(Identity(NAME, ID_NUMBER, PHONE), AOHAN_VILLAGE, 4, "lifted")
LINK = NewLink("order_purchase", None, TODAY)
PERSONAL = (NAME, ID_NUMBER, PHONE)


def add(producer: Producer, link: NewLink = LINK) -> tuple[Household, bool]:
    return households.add_household(producer, NEW, link, actor=staff_of(producer), at=NOW)


def test_what_is_personal_is_sealed_at_once(session: scoped_session[Session]) -> None:
    household, is_new = add(make_producer())
    identity = db.session.get_one(HouseholdIdentity, household.id)
    assert is_new
    sealed = (identity.head_name_cipher, identity.id_number_cipher, identity.phone_cipher or "")
    assert all(value.startswith("A256GCM.test.") for value in sealed)
    assert not any(personal in value for personal in PERSONAL for value in sealed)


def test_a_known_number_links_the_household_that_is_there(session: scoped_session[Session]) -> None:
    first, second = make_producer(), make_producer()
    household, _ = add(first)
    before = row_count(Household)
    again, is_new = add(second)
    assert (again.id, is_new) == (household.id, False)
    assert row_count(Household) == before
    linked = reach.linked_households(second, TODAY)
    assert [each.id for each in db.session.scalars(linked)] == [household.id]


def test_the_same_tie_is_not_noted_twice(session: scoped_session[Session]) -> None:
    producer = make_producer()
    add(producer)
    before = row_count(HouseholdLink)
    with pytest.raises(InvalidInput) as refused:
        add(producer)
    assert refused.value.field == "kind"
    assert row_count(HouseholdLink) == before


def test_a_tie_does_not_begin_tomorrow(session: scoped_session[Session]) -> None:
    producer = make_producer()
    with pytest.raises(InvalidInput) as refused:
        add(producer, NewLink("work", None, TODAY + timedelta(days=1)))
    assert refused.value.field == "valid_from"


def test_an_ended_tie_ends_the_right_to_look(session: scoped_session[Session]) -> None:
    producer = make_producer()
    household, _ = add(producer, NewLink("work", None, date(2026, 1, 1)))
    link = db.session.scalar(
        select(HouseholdLink).where(HouseholdLink.household_id == household.id)
    )
    assert link is not None
    staff = staff_of(producer)
    for day in (date(2025, 12, 31), TODAY + timedelta(days=1)):
        with pytest.raises(InvalidInput):
            households.end_link(producer, household, link.id, day, actor=staff, at=NOW)
    yesterday = TODAY - timedelta(days=1)
    households.end_link(producer, household, link.id, yesterday, actor=staff, at=NOW)
    with pytest.raises(NotFound):
        reach.linked_household(producer, household.pseudonym, TODAY)
    with pytest.raises(NotFound):
        identities.reveal_identity(producer, household, "核对", actor=staff, at=NOW)


def test_every_look_leaves_one_entry_without_personal_values(
    session: scoped_session[Session],
) -> None:
    producer = make_producer()
    household, _ = add(producer)
    before = len(audited("producers:household:reveal"))
    for _ in range(3):
        shown = identities.reveal_identity(
            producer, household, "发放收购款", actor=staff_of(producer), at=NOW
        )
    assert (shown.head_name, shown.id_number, shown.phone) == PERSONAL
    entries = audited("producers:household:reveal")
    assert len(entries) == before + 3
    assert entries[-1].subject_id == str(household.id)
    assert entries[-1].after == {"reason": "发放收购款"}


def test_a_look_without_a_reason_or_a_tie_is_refused(session: scoped_session[Session]) -> None:
    producer, stranger = make_producer(), make_producer()
    household, _ = add(producer)
    before = row_count(AuditEntry)
    with pytest.raises(InvalidInput):
        identities.reveal_identity(producer, household, " ", actor=staff_of(producer), at=NOW)
    with pytest.raises(NotFound):
        identities.reveal_identity(stranger, household, "x", actor=staff_of(stranger), at=NOW)
    assert row_count(AuditEntry) == before


def entered(client: PageClient, **changes: Any) -> Page:
    page = client.get("/supplier/households/new")
    values = {
        "head_name": NAME, "id_number": ID_NUMBER, "phone": PHONE, "village": AOHAN_VILLAGE,
        "members": "4", "attribute": "lifted", "kind": "order_purchase", "base": "",
        "valid_from": "2026-06-01",
    }  # fmt: skip
    status = changes.pop("status", 302)
    return client.submit(page, "/supplier/households/new", status=status, **{**values, **changes})


def test_pages_show_masked_values_until_asked(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    page = client.follow(entered(client))
    assert "欧*" in page.text
    assert "150***********" in page.text
    assert "138****8000" in page.text
    assert not any(value in page.text for value in PERSONAL)
    refused = client.submit(page, "identity-disclosure", status=422, reason="")
    assert not any(value in refused.text for value in PERSONAL)
    shown = client.submit(page, "identity-disclosure", status=200, reason="办理土地流转合同")
    assert all(value in shown.text for value in PERSONAL)
    assert shown.response.headers["Cache-Control"] == "no-store"


def test_nothing_personal_lies_in_the_database_file(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    page = client.follow(entered(client))
    client.submit(page, "identity-disclosure", status=200, reason="核对")
    with app.app_context():
        for model in (AuditEntry, Notice, OutboxMessage):
            for row in db.session.scalars(select(model)):
                values = str({c.name: getattr(row, c.name) for c in model.__table__.columns})
                assert not any(personal in values for personal in PERSONAL)
        if database.kind != "sqlite":
            return
        with sqlite3.connect(database.var / "world.sqlite3") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    for path in database.var.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(personal.encode() in content for personal in PERSONAL), path


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id_number", "150430196803120010"),
        ("id_number", "15043019681332001X"),
        ("id_number", "１５０４３０１９６８０３１２００１４"),
        ("phone", "12345"),
        ("village", "110101001001"),
        ("attribute", "rich"),
        ("kind", "friendship"),
        ("valid_from", "2026-02-30"),
        ("valid_from", "2099-01-01"),
        ("head_name", ""),
        ("members", "0"),
        ("members", "31"),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field(
    database: World, app: Flask, field: str, value: str
) -> None:
    client = signed_in(app, "coop")
    with app.app_context():
        before = row_count(Household), row_count(HouseholdLink)
    page = entered(client, status=422, **{field: value})
    assert f'id="{field}-error"' in page.response.get_data(as_text=True)
    with app.app_context():
        assert (row_count(Household), row_count(HouseholdLink)) == before


def test_households_of_others_are_not_found(database: World, app: Flask) -> None:
    with app.app_context():
        own = demo_producer("coop@demo.example")
        linked = reach.linked_households(own, TODAY).with_only_columns(Household.id)
        foreign = db.session.scalar(
            select(Household.pseudonym)
            .where(Household.id.not_in(linked.order_by(None)))
            .order_by(Household.id)
            .limit(1)
        )
        mine = db.session.scalar(reach.linked_households(own, TODAY).limit(1))
        assert mine is not None
        name = mine.pseudonym
    client = signed_in(app, "coop")
    token = client.get("/supplier/households/new").form("/supplier/households/new")
    csrf = token.fields["csrf_token"][0]
    for pseudonym in (foreign, "H000000-000000"):
        path = f"/supplier/households/{pseudonym}"
        client.get(path, status=404)
        for action, data in [
            ("identity-disclosure", {"reason": "x"}),
            ("links", {"kind": "work", "base": "", "valid_from": "2026-06-01"}),
            ("link-endings", {"link": "1", "last_day": "2026-06-01"}),
        ]:
            client.post(f"{path}/{action}", {**data, "csrf_token": csrf}, status=404)
    signed_in(app, "enterprise").get(f"/supplier/households/{name}", status=403)
    signed_in(app, "reviewer").get(f"/supplier/households/{name}", status=403)
    signed_in(app, "operator").get("/supplier/households", status=403)


def test_a_tie_is_added_and_ended_on_the_page(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    page = client.follow(entered(client))
    page = client.follow(
        client.submit(page, "/links", kind="training", base="", valid_from="2026-06-10")
    )
    assert "技术培训" in page.text
    forms = [form for form in page.reader.forms if form.identity.startswith("end-")]
    assert len(forms) == 2
    page = client.follow(client.submit(page, forms[1].identity, last_day="2026-06-20"))
    assert "2026-06-20" in page.text


def test_the_list_costs_the_same_for_few_and_many(
    database: World, app: Flask, count_queries: Any
) -> None:
    client = signed_in(app, "coop")
    with count_queries() as many:
        client.get("/supplier/households")
    assert many.count <= 12
