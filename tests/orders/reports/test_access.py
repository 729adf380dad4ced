"""Who sees which figures: another's region, department or order is not there."""

import pytest
from flask import Flask
from sqlalchemy import select

from orders.models import Order
from producers.models import Household
from shop.accounts.models import Organisation
from shop.db import db
from tests.support.database import World
from tests.support.page import PageClient
from tests.support.people import signed_in

PERIOD = "from=2025-01-01&to=2026-06-30"
PAGES = ("/official/totals", "/official/totals.xlsx", "/official/orders", "/official/orders.xlsx",
         "/official/plans", "/official/rules")  # fmt: skip
EDUCATION = "敖汉旗教育体育局"


def department(app: Flask, words: str) -> tuple[int, str]:
    with app.app_context():
        row = db.session.scalars(
            select(Organisation).where(
                Organisation.name.startswith(words), Organisation.kind == "department"
            )
        ).one()
        return row.id, row.public_id


def order_number(app: Flask, *conditions: object) -> str:
    with app.app_context():
        found = db.session.scalar(
            select(Order.number).where(*conditions).order_by(Order.id)  # type: ignore[arg-type]
        )
        assert found is not None
        return found


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "name", ["consumer", "buyer", "approver", "coop", "enterprise", "reviewer"]
)
def test_others_are_refused(app: Flask, database: World, path: str, name: str) -> None:
    signed_in(app, name).get(path, status=403)


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_sent_to_sign_in(client: PageClient, path: str) -> None:
    assert client.get(path, status=302).location.startswith("/sign-in")


@pytest.mark.parametrize("path", ["/official/totals", "/official/orders", "/official/totals.xlsx"])
@pytest.mark.parametrize("code", ["150000", "000000", "150100", "440000", "152201"])
def test_another_division_is_not_found(app: Flask, database: World, path: str, code: str) -> None:
    signed_in(app, "city-official").get(f"{path}?region={code}", status=404)


def test_an_auditor_and_an_operator_see_every_division(app: Flask, database: World) -> None:
    for name in ("auditor", "operator"):
        for code in ("000000", "150000", "150400"):
            signed_in(app, name).get(f"/official/totals?region={code}")


def test_a_department_sees_its_own_units_and_no_consumers(app: Flask, database: World) -> None:
    own, public_id = department(app, EDUCATION)
    client = signed_in(app, "department")
    page = client.get(f"/official/totals?by=unit&{PERIOD}")
    assert "敖汉旗示范第一中学" in page.text
    assert "敖汉旗机关事务服务中心" not in page.text
    assert not [link for link in page.reader.links if "unit=none" in link]
    client.get(f"/official/totals?by=unit&department={public_id}")
    _, other = department(app, "敖汉旗机关事务服务中心")
    client.get(f"/official/totals?by=unit&department={other}", status=404)
    inside = order_number(app, Order.department_id == own)
    outside = order_number(app, Order.department_id.is_not(None), Order.department_id != own)
    personal = order_number(app, Order.kind == "consumer")
    client.get(f"/official/orders/{inside}")
    client.get(f"/official/orders/{outside}", status=404)
    client.get(f"/official/orders/{personal}", status=404)


def test_an_unknown_order_looks_like_a_foreign_one(app: Flask, database: World) -> None:
    client = signed_in(app, "department")
    foreign = client.get(
        f"/official/orders/{order_number(app, Order.kind == 'consumer')}", status=404
    )
    missing = client.get("/official/orders/A26010100000000", status=404)
    assert foreign.heading == missing.heading


def test_households_are_pseudonyms_to_officials_and_numbers_to_the_platform(
    app: Flask, database: World
) -> None:
    number = order_number(app, Order.status == "completed", Order.kind == "institution")
    with app.app_context():
        pseudonyms = set(db.session.scalars(select(Household.pseudonym)))
    for name, expected in (("official", True), ("auditor", True), ("operator", False)):
        text = signed_in(app, name).get(f"/official/orders/{number}").text
        assert any(pseudonym in text for pseudonym in pseudonyms) is expected, name
        assert "带动农户" in text


def test_a_consumers_name_and_address_are_not_shown(app: Flask, database: World) -> None:
    number = order_number(app, Order.kind == "consumer", Order.status == "completed")
    with app.app_context():
        order = db.session.scalars(select(Order).where(Order.number == number)).one()
        personal = (order.recipient, order.phone, order.address, order.events[0].actor_name)
    text = signed_in(app, "auditor").get(f"/official/orders/{number}").text
    assert not [words for words in personal if words in text]
