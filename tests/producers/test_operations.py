"""Registration and harvest: what is recorded, what is refused and then changes nothing."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask_sqlalchemy.session import Session
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from producers.models import Batch, BatchShare, Cooperative, Enterprise, Producer
from producers.operations import harvest, registration
from producers.operations.harvest import Harvest
from producers.operations.registration import Application, Profile
from shop.accounts.models import Membership, Organisation, User
from shop.actor import Actor
from shop.crypto import unseal
from shop.db import db
from shop.errors import InvalidInput, InvalidTransition, SamePerson
from tests.factories.shelf import AOHAN, HOHHOT_CITY, make_base, make_households, make_producer
from tests.factories.supply import (
    NOW,
    PHONE,
    TODAY,
    audited,
    cooperative_code,
    enterprise_code,
    messages,
    operator,
    reviewer_of,
    row_count,
    staff_of,
)

APPLICATION = Application(
    kind="cooperative", name="试验新合作社", uscc=cooperative_code(), county_code=AOHAN,
    address="试验路2号", legal_representative="甲", founded_on=date(2020, 5, 1), contact_name="乙",
    contact_phone=PHONE, story="谷子和小米",
)  # fmt: skip
PROFILE = Profile("新路1号", "新介绍", "丙", PHONE, "试验银行", "6222000011112222")


def applicant() -> Actor:
    user = db.session.scalar(select(User).where(User.email == "consumer@demo.example"))
    assert user is not None
    return Actor(name=user.name, user_id=user.id)


def apply(**changes: Any) -> Producer:
    return registration.apply_as_producer(
        replace(APPLICATION, **changes), actor=applicant(), at=NOW
    )


def roles_in_force(producer: Producer) -> list[str]:
    return list(
        db.session.scalars(
            select(Membership.role).where(
                Membership.organisation_id == producer.organisation_id,
                Membership.ended_at.is_(None),
            )
        )
    )


def test_an_applicant_begins_to_work_only_with_the_approval(
    session: scoped_session[Session],
) -> None:
    producer = apply()
    assert isinstance(producer, Cooperative)
    assert (producer.status, roles_in_force(producer)) == ("applied", [])
    registration.recommend(producer, actor=reviewer_of(), at=NOW)
    assert (producer.status, roles_in_force(producer)) == ("recommended", [])
    registration.approve(producer, actor=operator(), at=NOW)
    assert (producer.status, roles_in_force(producer)) == ("approved", ["cooperative_staff"])
    assert producer.approved_at == NOW
    assert len(audited("producers:producer:approve")) >= 1


def test_an_enterprise_brings_its_licence(session: scoped_session[Session]) -> None:
    producer = apply(kind="enterprise", uscc=enterprise_code(), sc_licence="SC10115043000012")
    assert isinstance(producer, Enterprise)
    assert producer.sc_licence == "SC10115043000012"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"uscc": enterprise_code()}, "uscc"),
        ({"kind": "enterprise"}, "uscc"),
        ({"county_code": HOHHOT_CITY}, "county_code"),
        ({"county_code": "110101"}, "county_code"),
    ],
)
def test_a_wrong_application_is_refused_at_its_field(
    session: scoped_session[Session], changes: dict[str, Any], field: str
) -> None:
    before = row_count(Producer), row_count(Organisation), row_count(Membership)
    with pytest.raises(InvalidInput) as refused:
        apply(**changes)
    assert refused.value.field == field
    assert (row_count(Producer), row_count(Organisation), row_count(Membership)) == before


def test_one_code_registers_once(session: scoped_session[Session]) -> None:
    apply()
    with pytest.raises(InvalidInput) as refused:
        apply(name="另一个")
    assert refused.value.field == "uscc"


def test_a_refused_application_may_be_corrected(session: scoped_session[Session]) -> None:
    producer = apply()
    registration.refuse(producer, "材料不全", actor=reviewer_of(), at=NOW)
    assert (producer.status, producer.status_reason) == ("refused", "材料不全")
    corrected = replace(APPLICATION, name="试验新合作社（改）")
    registration.apply_again(producer, corrected, actor=applicant(), at=NOW)
    assert (producer.status, producer.status_reason) == ("applied", None)
    assert producer.name == "试验新合作社（改）"
    with pytest.raises(InvalidTransition):
        registration.apply_again(producer, corrected, actor=applicant(), at=NOW)


def test_the_platform_approves_only_what_a_county_recommended(
    session: scoped_session[Session],
) -> None:
    producer = apply()
    with pytest.raises(InvalidTransition):
        registration.approve(producer, actor=operator(), at=NOW)
    assert (producer.status, roles_in_force(producer)) == ("applied", [])


def test_nobody_reviews_an_own_organisation(session: scoped_session[Session]) -> None:
    producer = apply()
    themselves = reviewer_of(user_id=applicant().user_id or 0)
    with pytest.raises(SamePerson):
        registration.recommend(producer, actor=themselves, at=NOW)
    assert producer.status == "applied"


def test_a_suspension_is_told_to_the_catalogue(session: scoped_session[Session]) -> None:
    producer = make_producer()
    registration.suspend(producer, "整改", actor=operator(), at=NOW)
    assert producer.status == "suspended"
    registration.reinstate(producer, actor=operator(), at=NOW)
    assert (producer.status, producer.status_reason) == ("approved", None)


def test_a_bank_account_is_sealed_and_kept_out_of_the_audit(
    session: scoped_session[Session],
) -> None:
    producer = make_producer()
    registration.change_profile(producer, PROFILE, actor=staff_of(producer), at=NOW)
    assert producer.bank_account_cipher is not None
    assert "6222000011112222" not in producer.bank_account_cipher
    opened = unseal(producer.bank_account_cipher, context=registration.BANK_CONTEXT)
    assert opened == "6222000011112222"
    entry = audited("producers:producer:change")[-1]
    words = f"{entry.before} {entry.after}"
    assert "6222" not in words
    assert PHONE not in words
    kept = replace(PROFILE, bank_account=None)
    registration.change_profile(producer, kept, actor=staff_of(producer), at=NOW)
    assert unseal(producer.bank_account_cipher, context=registration.BANK_CONTEXT) == opened


def harvested(producer: Producer, **changes: Any) -> Harvest:
    values: dict[str, Any] = {
        "base": make_base(producer), "produce": "谷子", "harvested_on": TODAY, "best_before": None,
        "quantity": 1_000_000, "unit_code": "g", "promises_conformity": True,
    }  # fmt: skip
    return Harvest(**{**values, **changes})


def record(producer: Producer, **changes: Any) -> Batch:
    return harvest.record_batch(
        producer, harvested(producer, **changes), actor=staff_of(producer), at=NOW
    )


def test_batches_of_a_day_are_numbered(session: scoped_session[Session]) -> None:
    producer = make_producer(uscc=cooperative_code(7))
    codes = [record(producer).code for _ in range(3)]
    end = producer.uscc[-6:]
    assert codes == [f"{end}-20260630-0{n}" for n in (1, 2, 3)]


def test_the_promise_makes_the_certificate(session: scoped_session[Session]) -> None:
    producer = make_producer(uscc=cooperative_code(8))
    promised, silent = record(producer), record(producer, promises_conformity=False)
    assert promised.conformity_number == f"HGZ-{promised.code}"
    assert silent.conformity_number is None
    for _ in range(2):
        harvest.issue_conformity(silent, actor=staff_of(producer), at=NOW)
    assert silent.conformity_number == f"HGZ-{silent.code}"
    subjects = [entry.subject_id for entry in audited("producers:batch:promise")]
    assert subjects.count(str(silent.id)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"harvested_on": TODAY + timedelta(days=1)}, "harvested_on"),
        ({"best_before": TODAY}, "best_before"),
        ({"best_before": TODAY - timedelta(days=1)}, "best_before"),
    ],
)
def test_days_that_cannot_be_are_refused(
    session: scoped_session[Session], changes: dict[str, Any], field: str
) -> None:
    producer = make_producer(uscc=cooperative_code(9))
    before = row_count(Batch)
    with pytest.raises(InvalidInput) as refused:
        record(producer, **changes)
    assert refused.value.field == field
    assert row_count(Batch) == before


def test_shares_never_add_up_to_more_than_the_batch(session: scoped_session[Session]) -> None:
    producer = make_producer(uscc=cooperative_code(10))
    batch = record(producer, quantity=1_000)
    first, second = make_households(batch.base, producer, 2)
    staff = staff_of(producer)
    harvest.add_share(batch, first, 600, actor=staff, at=NOW)
    with pytest.raises(InvalidInput) as refused:
        harvest.add_share(batch, second, 401, actor=staff, at=NOW)
    assert refused.value.field == "amount"
    assert harvest.shared_quantity(batch) == 600
    harvest.add_share(batch, second, 400, actor=staff, at=NOW)
    assert harvest.shared_quantity(batch) == 1_000


def test_only_linked_households_have_a_share_and_only_one(session: scoped_session[Session]) -> None:
    producer, other = make_producer(uscc=cooperative_code(11)), make_producer()
    batch = record(producer)
    (own,) = make_households(batch.base, producer, 1)
    (strange,) = make_households(make_base(other), other, 1)
    staff = staff_of(producer)
    harvest.add_share(batch, own, 10, actor=staff, at=NOW)
    before = row_count(BatchShare)
    for household in (own, strange):
        with pytest.raises(InvalidInput) as refused:
            harvest.add_share(batch, household, 10, actor=staff, at=NOW)
        assert refused.value.field == "household"
    assert row_count(BatchShare) == before


def test_a_change_of_a_producer_leaves_a_message_for_its_offers(
    session: scoped_session[Session],
) -> None:
    from tests.factories.shelf import make_shelf

    shelf = make_shelf()
    before = messages("catalog:offer:changed")
    registration.suspend(shelf.producer, "整改", actor=operator(), at=NOW)
    assert messages("catalog:offer:changed") == before + 1
