"""A supplier's own pages: application, profile, batches."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from producers.models import Batch, BatchShare, Producer
from shop.accounts.models import Membership, Organisation
from shop.codes import make_sc
from shop.db import db
from tests.factories.shelf import HOHHOT_CITY, make_base, make_producer
from tests.factories.supply import (
    PHONE,
    base_of,
    cooperative_code,
    demo_producer,
    enterprise_code,
    row_count,
)
from tests.support.database import World
from tests.support.grid import GRID
from tests.support.page import Page, PageClient
from tests.support.people import signed_in

COOP = "coop@demo.example"


def applied(client: PageClient, *, status: int = 302, **changes: Any) -> Page:
    page = client.get("/supplier/application")
    values = {
        "kind": "cooperative", "name": "敖汉试验合作社", "uscc": cooperative_code(), "address": "一路",
        "county_code": "150430", "legal_representative": "甲", "founded_on": "2020-05-01",
        "contact_name": "乙", "contact_phone": PHONE, "story": "谷子", "sc_licence": "",
    }  # fmt: skip
    return client.submit(page, "/supplier/application", status=status, **{**values, **changes})


def test_from_application_to_the_desk(database: World, app: Flask) -> None:
    consumer = signed_in(app, "consumer")
    page = consumer.follow(applied(consumer))
    assert "待县级推荐" in page.text
    reviewer = signed_in(app, "reviewer")
    queue = reviewer.get("/review/producers")
    assert "敖汉试验合作社" in queue.text
    with app.app_context():
        made = db.session.scalar(select(Producer).where(Producer.uscc == cooperative_code()))
        assert made is not None
        path = f"/review/producers/{made.public_id}"
    reviewer.submit(reviewer.get(path), "/recommendation")
    operator = signed_in(app, "operator")
    operator.submit(operator.get(path), "/approval")
    desk = signed_in(app, "consumer").get("/supplier")
    assert desk.heading == "供货工作台"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"uscc": "931504300000000000"}, "uscc"),
        ({"uscc": enterprise_code()}, "uscc"),
        ({"uscc": "９３150430"}, "uscc"),
        ({"county_code": HOHHOT_CITY}, "county_code"),
        ({"founded_on": "2020-13-01"}, "founded_on"),
        ({"contact_phone": "123"}, "contact_phone"),
        ({"kind": "family"}, "kind"),
        ({"sc_licence": make_sc("1011504300001")}, "sc_licence"),
        ({"kind": "enterprise", "uscc": enterprise_code(), "processes": "y"}, "sc_licence"),
        ({"name": ""}, "name"),
        ({"name": "字" * 81}, "name"),
        ({"name": "合作\u202e社"}, "name"),
    ],
)
def test_a_wrong_application_says_so_at_its_field(
    database: World, app: Flask, changes: dict[str, str], field: str
) -> None:
    with app.app_context():
        before = row_count(Producer), row_count(Organisation), row_count(Membership)
    page = applied(signed_in(app, "consumer"), status=422, **changes)
    html = page.response.get_data(as_text=True)
    assert f'id="{field}-error"' in html or f'href="#{field}"' in html
    with app.app_context():
        assert (row_count(Producer), row_count(Organisation), row_count(Membership)) == before


def test_fields_that_the_form_does_not_have_are_refused(database: World, app: Flask) -> None:
    with app.app_context():
        before = row_count(Producer)
    applied(signed_in(app, "consumer"), status=422, status_override="approved")
    with app.app_context():
        assert row_count(Producer) == before


def test_the_profile_keeps_the_account_number_to_itself(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    page = client.get("/supplier/profile")
    page = client.follow(
        client.submit(
            page, "/supplier/profile", address="新路9号", bank_account="622200001111222233"
        )
    )
    assert "新路9号" in page.response.get_data(as_text=True)
    assert "622200001111222233" not in page.response.get_data(as_text=True)
    refused = client.submit(page, "/supplier/profile", status=422, bank_account="６２２２00001111")
    assert "收款账号应为8到30位数字" in refused.text


def batch_form(client: PageClient, app: Flask, *, status: int = 302, **changes: Any) -> Page:
    with app.app_context():
        base = base_of(demo_producer(COOP)).public_id
    page = client.get("/supplier/batches/new")
    values = {
        "base": base, "produce": "谷子", "harvested_on": "2026-06-20", "amount": "1250.5",
        "unit": "kg", "best_before": "", "promise": "y",
    }  # fmt: skip
    return client.submit(page, "/supplier/batches/new", status=status, **{**values, **changes})


def test_a_batch_is_recorded_with_its_certificate(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    page = client.follow(batch_form(client, app))
    assert "1250.5 千克" in page.text
    assert "HGZ-" in page.text
    certificate = client.get(page.response.request.path + "/conformity-certificate")
    assert certificate.heading == "承诺达标合格证"
    assert "1250.5 千克" in certificate.text


def test_all_that_is_wrong_with_a_batch_is_said_at_once(database: World, app: Flask) -> None:
    wrong = {
        "base": "", "produce": "", "amount": "1.000001", "harvested_on": "2026-12-01",
        "best_before": "2026-11-30",
    }  # fmt: skip
    page = batch_form(signed_in(app, "coop"), app, status=422, **wrong)
    html = page.response.get_data(as_text=True)
    assert [name for name in wrong if f'id="{name}-error"' not in html] == []
    shown = page.form("/supplier/batches/new").fields
    assert {name: shown[name][0] for name in wrong if name != "base"} == {
        name: text for name, text in wrong.items() if name != "base"
    }


def test_what_was_harvested_before_is_offered_again(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    client.follow(batch_form(client, app, produce="沙地谷子"))
    html = client.get("/supplier/batches/new").response.get_data(as_text=True)
    assert '<option value="沙地谷子">' in html


def test_without_the_promise_there_is_no_certificate_to_print(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    page = client.get("/supplier/batches/new")
    form = page.form("/supplier/batches/new")
    with app.app_context():
        base = base_of(demo_producer(COOP)).public_id
    values = {**form.fields, "base": base, "produce": "谷子", "amount": "1", "unit": "t"}
    page = client.follow(client.post("/supplier/batches/new", values))
    path = page.response.request.path
    client.get(f"{path}/conformity-certificate", status=404)
    page = client.follow(client.submit(page, "/conformity-certificate"))
    assert "HGZ-" in page.text
    client.get(f"{path}/conformity-certificate")


@pytest.mark.parametrize("text", [text for text in GRID if text != "1.5"])
@pytest.mark.parametrize("unit", ["kg", "piece"])
def test_strange_numbers_are_no_quantity_of_a_batch(
    database: World, app: Flask, text: str, unit: str
) -> None:
    client = signed_in(app, "coop")
    with app.app_context():
        before = row_count(Batch)
    page = batch_form(client, app, status=422, amount=text, unit=unit)
    assert 'id="amount-error"' in page.response.get_data(as_text=True)
    with app.app_context():
        assert row_count(Batch) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "1.5", "unit": "piece"}, "amount"),
        ({"amount": "0.0001", "unit": "kg"}, "amount"),
        ({"harvested_on": "2026-07-01"}, "harvested_on"),
        ({"harvested_on": "20260620"}, "harvested_on"),
        ({"best_before": "2026-06-20"}, "best_before"),
        ({"unit": "pound"}, "unit"),
        ({"base": "nowhere"}, "base"),
    ],
)
def test_a_wrong_batch_says_so_at_its_field(
    database: World, app: Flask, changes: dict[str, str], field: str
) -> None:
    client = signed_in(app, "coop")
    with app.app_context():
        before = row_count(Batch)
    page = batch_form(client, app, status=422, **changes)
    assert f'id="{field}-error"' in page.response.get_data(as_text=True)
    with app.app_context():
        assert row_count(Batch) == before


def test_a_base_of_others_cannot_be_harvested(database: World, app: Flask) -> None:
    with app.app_context():
        foreign = make_base(make_producer()).public_id
        before = row_count(Batch)
        db.session.commit()
    client = signed_in(app, "enterprise")
    batch_form(client, app, status=422, base=foreign)
    with app.app_context():
        assert row_count(Batch) == before


def test_a_household_brings_its_part(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    page = client.follow(batch_form(client, app, amount="100"))
    household = page.form("/shares")
    assert household.action
    choices = [
        line.split('"')[0]
        for line in page.response.get_data(as_text=True).split('<option value="')
        if line.startswith("H")
    ]
    shared = client.follow(
        client.submit(page, "/shares", household=choices[0], amount="60", unit="kg")
    )
    assert "合计 1 户 60 千克 60.00%" in shared.text
    assert "还可登记 40 千克" in shared.text
    with app.app_context():
        before = row_count(BatchShare)
    for text in ("40.001", *GRID):
        client.submit(
            shared, "/shares", status=422,
            household=choices[1], amount="1.5.5" if text == "1.5" else text, unit="kg",
        )  # fmt: skip
    with app.app_context():
        assert row_count(BatchShare) == before


def test_batches_of_others_are_not_found(database: World, app: Flask) -> None:
    with app.app_context():
        own = demo_producer(COOP)
        batch = db.session.scalar(select(Batch).where(Batch.producer_id == own.id).limit(1))
        assert batch is not None
        public_id = batch.public_id
    client = signed_in(app, "enterprise")
    csrf = client.get("/supplier/batches/new").form("/supplier/batches/new").fields["csrf_token"][0]
    for path in (f"/supplier/batches/{public_id}", "/supplier/batches/unknown"):
        client.get(path, status=404)
        client.get(f"{path}/conformity-certificate", status=404)
        data = {"csrf_token": csrf, "household": "", "amount": "1", "unit": "kg"}
        client.post(f"{path}/shares", data, status=404)
    signed_in(app, "consumer").get("/supplier/batches", status=403)
    signed_in(app, "reviewer").get("/supplier/batches", status=403)


def test_a_foreign_promise_is_not_found(database: World, app: Flask) -> None:
    with app.app_context():
        own = demo_producer(COOP)
        batch = db.session.scalar(select(Batch).where(Batch.producer_id == own.id).limit(1))
        assert batch is not None
        public_id, number = batch.public_id, batch.conformity_number
    client = signed_in(app, "enterprise")
    csrf = client.get("/supplier/batches/new").form("/supplier/batches/new").fields["csrf_token"][0]
    path = f"/supplier/batches/{public_id}/conformity-certificate"
    client.post(path, {"csrf_token": csrf}, status=404)
    with app.app_context():
        kept = db.session.scalar(select(Batch).where(Batch.public_id == public_id))
        assert kept is not None
        assert kept.conformity_number == number


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("coop", "/supplier"),
        ("enterprise", "/supplier"),
        ("coop", "/supplier/batches"),
        ("coop", "/supplier/batches/new"),
        ("coop", "/supplier/profile"),
        ("consumer", "/supplier/application"),
    ],
)
def test_a_page_costs_at_most_twelve_queries(
    database: World, app: Flask, count_queries: Any, name: str, path: str
) -> None:
    client = signed_in(app, name)
    with count_queries() as queries:
        client.get(path)
    assert queries.count <= 12
