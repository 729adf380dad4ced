"""What households gave: beside the batch, beside the household, and in the sheets, by pseudonym only."""

from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select

from producers import households, reach
from producers.benefit import given_by, shared_in
from producers.models import Base, Batch, BatchShare, Household
from shop.db import db
from shop.regions.queries import names_inside
from tests.factories.supply import TODAY, demo_producer
from tests.support.database import World
from tests.support.people import signed_in
from tests.support.workbook import sheet_rows


def test_by_batch_and_by_household_it_is_the_same_sum(database: World, app: Flask) -> None:
    with app.app_context():
        producer = demo_producer("coop@demo.example")
        batches = list(db.session.scalars(reach.own_batches(producer)))
        shared = shared_in(batches)
        everyone = list(db.session.scalars(select(Household)))
        by_unit: Counter[str] = Counter()
        for given in given_by(producer, everyone).values():
            by_unit.update(given.quantities)
        of_batches: Counter[str] = Counter()
        for batch in batches:
            of_batches[batch.unit_code] += shared[batch.id].quantity
        of_batches = +of_batches
        raw = db.session.scalar(
            select(func.sum(BatchShare.quantity))
            .join(Batch, Batch.id == BatchShare.batch_id)
            .where(Batch.producer_id == producer.id)
        )
    assert by_unit == of_batches
    assert sum(by_unit.values()) == raw


def test_the_sheet_of_batches_has_every_batch(database: World, app: Flask) -> None:
    with app.app_context():
        producer = demo_producer("coop@demo.example")
        batches = list(db.session.scalars(reach.own_batches(producer)))
        shared = shared_in(batches)
        expected = [
            (batch.code, batch.quantity, shared[batch.id].households, shared[batch.id].quantity)
            for batch in batches
        ]
    client = signed_in(app, "coop")
    assert "/supplier/batches.xlsx" in client.get("/supplier/batches").reader.links
    head, *rows = sheet_rows(client.get("/supplier/batches.xlsx").response.data)
    heads = [words for _kind, words in head]
    columns = [
        heads.index(words)
        for words in ("数量（克、毫升或件）", "交售农户数", "农户交售（克、毫升或件）")
    ]
    told = [(row[0][1], *(int(row[at][1]) for at in columns)) for row in rows[: len(expected)]]
    assert told == expected


def test_batches_are_found_by_produce_base_and_words(database: World, app: Flask) -> None:
    with app.app_context():
        producer = demo_producer("coop@demo.example")
        batches = list(db.session.scalars(reach.own_batches(producer)))
        first = batches[0]
        produce, base, code = first.produce, first.base.public_id, first.code
        of_produce = {each.code for each in batches if each.produce == produce}
        of_base = {each.code for each in batches if each.base_id == first.base_id}
        named = {each.code for each in batches if produce in each.produce}
        every = {each.code for each in batches}
    client = signed_in(app, "coop")

    def found(query: str) -> set[str]:
        rows = sheet_rows(client.get(f"/supplier/batches.xlsx?{query}").response.data)
        text = client.get(f"/supplier/batches?{query}").text
        told = {row[0][1] for row in rows if row} & every
        assert all(each in text for each in told) or len(told) > 20
        assert not any(each in text for each in every - told)
        return told

    assert of_produce < every
    assert found(f"produce={produce}") == of_produce
    assert found(f"base={base}") == of_base
    assert found(f"q={code.lower()}") == {code}
    assert found(f"q={produce}") == named
    assert found(f"produce={produce}&base={base}") == of_produce & of_base
    assert "没有符合条件的批次。" in client.get("/supplier/batches?q=%25").text


def test_the_sheet_of_batches_is_filtered_like_the_page(database: World, app: Flask) -> None:
    with app.app_context():
        batch = db.session.scalars(reach.own_batches(demo_producer("coop@demo.example"))).first()
        assert batch is not None
        produce = batch.produce
    client = signed_in(app, "coop")
    page = client.get(f"/supplier/batches?produce={produce}")
    assert f"/supplier/batches.xlsx?produce={quote(produce)}" in page.reader.links


@pytest.mark.parametrize("query", ["produce=金条", "base=elsewhere", "page=0"])
def test_batches_that_there_cannot_be_are_not_found(
    database: World, app: Flask, query: str
) -> None:
    client = signed_in(app, "coop")
    client.get(f"/supplier/batches?{query}", status=404)


def test_the_batches_of_others_are_no_choice(database: World, app: Flask) -> None:
    with app.app_context():
        producer = demo_producer("coop@demo.example")
        foreign = db.session.scalars(
            select(Base.public_id).where(
                Base.id.not_in(select(Batch.base_id).where(Batch.producer_id == producer.id))
            )
        ).first()
    client = signed_in(app, "coop")
    client.get(f"/supplier/batches?base={foreign}", status=404)
    client.get(f"/supplier/batches.xlsx?base={foreign}", status=404)


def test_the_sheet_of_households_has_pseudonyms_and_no_names(database: World, app: Flask) -> None:
    with app.app_context():
        producer = demo_producer("coop@demo.example")
        found = list(db.session.scalars(reach.linked_households(producer, TODAY)))
        pseudonyms = [household.pseudonym for household in found]
        grams = sum(each.quantities.get("g", 0) for each in given_by(producer, found).values())
        masked = {row.masked_name for row in households.masked(producer, found)}
    client = signed_in(app, "coop")
    assert "/supplier/households.xlsx" in client.get("/supplier/households").reader.links
    head, *rows = sheet_rows(client.get("/supplier/households.xlsx").response.data)
    assert [row[0][1] for row in rows[: len(pseudonyms)]] == pseudonyms
    total = rows[len(pseudonyms)]
    assert ("n", str(grams)) in total
    words = {cell for row in [head, *rows] for _kind, cell in row}
    assert not words & masked
    assert not any(word.endswith("*") for word in words)
    signed_in(app, "enterprise").get("/supplier/households.xlsx", status=403)


def test_households_are_found_by_their_village(database: World, app: Flask) -> None:
    with app.app_context():
        producer = demo_producer("coop@demo.example")
        found = list(db.session.scalars(reach.linked_households(producer, TODAY)))
        village = found[0].village_code
        inside = [each.pseudonym for each in found if each.village_code == village]
        outside = [each.pseudonym for each in found if each.village_code != village]
    client = signed_in(app, "coop")
    page = client.get(f"/supplier/households?village={village}")
    assert all(pseudonym in page.text for pseudonym in inside)
    assert not any(pseudonym in page.text for pseudonym in outside)
    for wrong in ("000000000000", "x"):
        client.get(f"/supplier/households?village={wrong}", status=404)


def test_the_lists_cost_the_same_for_few_and_many(
    database: World, app: Flask, count_queries: Any
) -> None:
    client = signed_in(app, "coop")
    for address in ("/supplier/batches", "/supplier/households", "/supplier/certificates"):
        client.get(address)
        with count_queries() as queries:
            client.get(address)
        assert queries.count <= 12, address


def test_the_list_of_batches_costs_the_same_for_one_and_twenty(
    database: World, app: Flask, count_queries: Any
) -> None:
    with app.app_context():
        batch = db.session.scalars(reach.own_batches(demo_producer("coop@demo.example"))).first()
        assert batch is not None
        code = batch.code
    client = signed_in(app, "coop")
    client.get("/supplier/batches")
    with count_queries() as many:
        client.get("/supplier/batches")
    with count_queries() as one:
        client.get(f"/supplier/batches?q={code}")
    assert one.count == many.count <= 12


def test_inside_the_county_a_village_is_called_by_what_tells_it_apart(
    database: World, app: Flask
) -> None:
    for language in ("zh-CN", "en"):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            producer = demo_producer("coop@demo.example")
            village = db.session.scalars(reach.linked_households(producer, TODAY)).first()
            assert village is not None
            code = village.village_code
            here = names_inside([code], producer.county_code)[code]
            elsewhere = names_inside([code], "150402")[code]
            assert here
            assert "敖汉旗" not in here
            assert "Aohan" not in here
            assert len(elsewhere) > len(here)
