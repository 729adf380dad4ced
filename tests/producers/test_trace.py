"""Where things come from: what is recorded, what is missing, and who may see how much."""

from dataclasses import fields
from datetime import date

import pytest
from flask import Flask

from producers.models import BaseLink, Batch, Partnership
from producers.trace import (
    Chain,
    HouseholdsShown,
    OfficialChain,
    PublicChain,
    chain_of_base,
    chain_of_batch,
)
from shop.db import db, transaction
from tests.factories.shelf import (
    TODAY,
    Shelf,
    add,
    make_households,
    make_producer,
    make_shelf,
    share,
)
from tests.support.page import PageClient

in_a_session = pytest.mark.usefixtures("session")


def of_base(shelf: Shelf) -> Chain:
    return chain_of_base(
        shelf.base,
        seller=shelf.producer,
        processor=shelf.product.processor,
        certificates=[shelf.certificate],
        on=TODAY,
    )


@in_a_session
@pytest.mark.parametrize(
    ("number", "shown", "public"),
    [
        (0, HouseholdsShown.MISSING, None),
        (1, HouseholdsShown.FEW, None),
        (4, HouseholdsShown.FEW, None),
        (5, HouseholdsShown.NUMBER, 5),
        (12, HouseholdsShown.NUMBER, 12),
    ],
)
def test_fewer_than_five_households_are_not_counted_in_public(
    number: int, shown: HouseholdsShown, public: int | None
) -> None:
    shelf = make_shelf()
    made = make_households(shelf.base, shelf.producer, number)
    share(shelf.batch, made)
    for chain in (of_base(shelf), chain_of_batch(shelf.batch)):
        assert (chain.public().households, chain.public().household_number) == (shown, public)
        assert [h.pseudonym for h in chain.official().households] == [h.pseudonym for h in made]


@in_a_session
def test_the_public_chain_holds_no_pseudonym() -> None:
    shelf = make_shelf()
    made = make_households(shelf.base, shelf.producer, 6)
    share(shelf.batch, made)
    public = chain_of_batch(shelf.batch).public()
    assert "H-TEST" not in repr(public)
    assert {f.name for f in fields(PublicChain)} & {"pseudonym", "pseudonyms"} == set()
    assert not issubclass(PublicChain, OfficialChain)


@in_a_session
def test_ended_links_of_households_no_longer_count() -> None:
    shelf = make_shelf()
    make_households(shelf.base, shelf.producer, 6)
    early = chain_of_base(
        shelf.base, seller=shelf.producer, processor=None, certificates=[], on=date(2023, 1, 1)
    )
    assert early.households == ()


@in_a_session
def test_what_is_not_recorded_is_missing() -> None:
    chain = of_base(make_shelf(producer={"kind": "enterprise"}))
    assert chain.cooperative is None
    assert chain.enterprise is not None
    assert of_base(make_shelf()).enterprise is None


@in_a_session
def test_dated_links_name_the_cooperative_and_the_enterprise() -> None:
    shelf = make_shelf(producer={"kind": "enterprise", "sc_licence": "SC10115043000018"})
    cooperative = make_producer()
    add(
        BaseLink(
            base_id=shelf.base.id, producer_id=cooperative.id, kind="supplies",
            valid_from=date(2024, 1, 1),
        )
    )  # fmt: skip
    chain = of_base(shelf)
    assert chain.cooperative is not None
    assert chain.cooperative.name == cooperative.name
    assert chain.enterprise is not None
    assert chain.enterprise.sc_licence == "SC10115043000018"


@in_a_session
def test_a_partnership_counts_on_its_days_only() -> None:
    shelf = make_shelf()
    enterprise = make_producer("enterprise")
    add(
        Partnership(
            cooperative_id=shelf.producer.id, enterprise_id=enterprise.id, kind="processing",
            valid_from=date(2026, 6, 11),
        )
    )  # fmt: skip
    assert chain_of_batch(shelf.batch).enterprise is None  # harvested the day before
    assert of_base(shelf).enterprise is not None


@pytest.fixture
def batch_id(app: Flask, client: PageClient) -> str:
    with app.app_context(), transaction():
        shelf = make_shelf(batch={
            "conformity_number": "HGZ-TEST-0001", "conformity_issued_on": date(2026, 6, 10),
        })  # fmt: skip
        share(shelf.batch, make_households(shelf.base, shelf.producer, 3))
        return shelf.batch.public_id


def test_the_trace_page_shows_the_chain_and_hides_few_households(
    client: PageClient, batch_id: str
) -> None:
    page = client.get(f"/trace/{batch_id}")
    assert page.heading == "批次溯源：小米"
    for words in ("5户以下不显示", "缺少记录", "2026-06-10", "HGZ-TEST-0001", "敖汉旗"):
        assert words in page.text, words
    assert "H-TEST" not in page.response.get_data(as_text=True)


def test_the_code_is_a_drawing_of_the_pages_address(client: PageClient, batch_id: str) -> None:
    answer = client.get(f"/trace/{batch_id}/code.svg").response
    assert answer.mimetype == "image/svg+xml"
    assert b"<svg" in answer.data
    assert b"<script" not in answer.data


def test_an_unknown_batch_or_one_of_an_applicant_has_no_page(
    app: Flask, client: PageClient, batch_id: str
) -> None:
    client.get("/trace/unknown", status=404)
    client.get("/trace/unknown/code.svg", status=404)
    with app.app_context(), transaction():
        batch = db.session.query(Batch).filter_by(public_id=batch_id).one()
        batch.producer.status = "recommended"
    client.get(f"/trace/{batch_id}", status=404)
