"""Review: within one's county, never of one's own, each step by whom it belongs to."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from producers.models import Certificate, Producer
from shop.accounts.models import Membership, User
from shop.db import db
from tests.factories.shelf import AOHAN, make_producer
from tests.factories.supply import NOW, audited, demo_producer
from tests.support.database import World
from tests.support.page import PageClient
from tests.support.people import signed_in

ELSEWHERE = "152223"  # 扎赉特旗, on the list and in another league


@pytest.fixture
def producer(database: World, app: Flask) -> Callable[..., str]:
    def make(**changes: Any) -> str:
        with app.app_context():
            values = {"status": "applied", "approved_at": None, **changes}
            made = make_producer(**values)
            made.organisation.region_code = made.county_code
            public_id = made.public_id
            db.session.commit()
            return public_id

    return make


def status_of(app: Flask, public_id: str) -> str:
    with app.app_context():
        found = db.session.scalar(select(Producer.status).where(Producer.public_id == public_id))
        assert found is not None
        return found


def csrf_of(client: PageClient) -> str:
    page = client.get("/account")
    return page.form("/language").fields["csrf_token"][0]


STEPS = ["recommendation", "approval", "refusal", "suspension", "reinstatement"]


def test_a_producer_of_another_county_is_not_found(
    producer: Callable[..., str], app: Flask
) -> None:
    foreign = producer(county_code=ELSEWHERE)
    client = signed_in(app, "reviewer")
    csrf = csrf_of(client)
    for public_id in (foreign, "unknown"):
        client.get(f"/review/producers/{public_id}", status=404)
        for step in ("recommendation", "refusal", "suspension", "reinstatement"):
            data = {"csrf_token": csrf, "reason": "x"}
            if step in ("recommendation", "reinstatement"):
                data.pop("reason")
            client.post(f"/review/producers/{public_id}/{step}", data, status=404)
    assert status_of(app, foreign) == "applied"


def test_each_step_belongs_to_one_office(producer: Callable[..., str], app: Flask) -> None:
    public_id = producer()
    for name, step in [
        ("reviewer", "approval"), ("operator", "recommendation"),
        *[(other, step) for other in ("coop", "consumer", "official", "auditor") for step in STEPS],
    ]:  # fmt: skip
        client = signed_in(app, name)
        client.post(
            f"/review/producers/{public_id}/{step}",
            {"csrf_token": csrf_of(client), "reason": "x"},
            status=403,
        )
    assert status_of(app, public_id) == "applied"


def test_a_refusal_needs_its_reason(producer: Callable[..., str], app: Flask) -> None:
    public_id = producer()
    client = signed_in(app, "reviewer")
    page = client.get(f"/review/producers/{public_id}")
    refused = client.submit(page, "/refusal", status=422, reason="")
    assert "请填写" in refused.text
    assert status_of(app, public_id) == "applied"
    client.submit(page, "/refusal", reason="材料不全")
    assert status_of(app, public_id) == "refused"


def test_a_step_out_of_turn_changes_nothing(producer: Callable[..., str], app: Flask) -> None:
    public_id = producer()
    client = signed_in(app, "operator")
    csrf = csrf_of(client)
    with app.app_context():
        before = len(audited("producers:producer:approve"))
    client.post(f"/review/producers/{public_id}/approval", {"csrf_token": csrf}, status=422)
    assert status_of(app, public_id) == "applied"
    with app.app_context():
        assert len(audited("producers:producer:approve")) == before


def test_who_works_for_a_producer_does_not_find_it_in_review(
    producer: Callable[..., str], app: Flask
) -> None:
    public_id = producer()
    with app.app_context():
        reviewer = db.session.scalar(select(User).where(User.email == "reviewer@demo.example"))
        found = db.session.scalar(select(Producer).where(Producer.public_id == public_id))
        assert reviewer is not None
        assert found is not None
        db.session.add(
            Membership(
                user_id=reviewer.id, organisation_id=found.organisation_id,
                role="cooperative_staff", created_at=NOW, ended_at=NOW,
            )
        )  # fmt: skip
        db.session.commit()
    client = signed_in(app, "reviewer")
    client.get(f"/review/producers/{public_id}", status=404)
    data = {"csrf_token": csrf_of(client)}
    client.post(f"/review/producers/{public_id}/recommendation", data, status=404)
    assert status_of(app, public_id) == "applied"


def test_a_suspended_producer_can_be_bought_from_no_more(database: World, app: Flask) -> None:
    with app.app_context():
        public_id = demo_producer("coop@demo.example").public_id
    operator = signed_in(app, "operator")
    page = operator.get(f"/review/producers/{public_id}")
    page = operator.follow(operator.submit(page, "/suspension", reason="产地不符"))
    assert "已暂停" in page.text
    listings = signed_in(app, "coop").get("/supplier/listings?status=listed")
    assert "可购买" not in listings.text.replace("不可购买", "").replace("能否购买", "")
    operator.submit(page, "/reinstatement")
    assert status_of(app, public_id) == "approved"


def test_the_desk_shows_only_the_own_county(database: World, app: Flask) -> None:
    with app.app_context():
        waiting = db.session.scalars(
            select(Certificate.number)
            .join(Producer, Producer.id == Certificate.holder_id)
            .where(Certificate.status == "submitted", Producer.county_code != AOHAN)
        ).all()
    page = signed_in(app, "reviewer").get("/review/certificates")
    assert not any(number in page.text for number in waiting)


def test_strangers_are_refused(database: World, app: Flask) -> None:
    for path in ("/review", "/review/producers", "/review/certificates", "/review/offers"):
        for name in ("coop", "consumer", "buyer", *(() if path == "/review" else ("official",))):
            signed_in(app, name).get(path, status=403)
        PageClient(app.test_client()).get(path, status=302)
    signed_in(app, "reviewer").get("/review/producers?status=nonsense", status=404)


@pytest.mark.parametrize("name", ["reviewer", "operator"])
@pytest.mark.parametrize(
    "path", ["/review", "/review/producers", "/review/certificates", "/review/offers"]
)
def test_a_page_costs_at_most_twelve_queries(
    database: World, app: Flask, count_queries: Any, name: str, path: str
) -> None:
    client = signed_in(app, name)
    with count_queries() as queries:
        client.get(path)
    assert queries.count <= 12


def test_the_list_is_a_sheet_of_the_same_producers(
    producer: Callable[..., str], app: Flask
) -> None:
    for _each in range(3):
        producer()
    foreign = producer(county_code=ELSEWHERE)
    client = signed_in(app, "reviewer")
    for query, status in (("", "待县级推荐"), ("?status=approved", "已入驻")):
        page = client.get(f"/review/producers{query}")
        book = CalamineWorkbook.from_filelike(
            BytesIO(client.get(f"/review/producers.xlsx{query}").response.data)
        )
        head, *rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
        links = {link for link in page.reader.links if link.startswith("/review/producers/")}
        assert len(rows) == len(links) > 0
        assert all(str(row[0]) in page.text for row in rows)
        assert {row[head.index("状态")] for row in rows} == {status}
        assert f"/review/producers/{foreign}" not in links
    client.get("/review/producers.xlsx?status=x", status=404)
    signed_in(app, "official").get("/review/producers.xlsx", status=403)
