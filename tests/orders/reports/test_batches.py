"""The official's page of a batch: its chain by pseudonym, and only for orders they may see."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select

from orders.models import Allocation, Order, OrderLine
from producers.models import Batch, BatchShare, Household
from shop.db import db
from shop.regions import queries as regions
from tests.support.counting import Queries
from tests.support.database import World
from tests.support.people import signed_in


def filled_batch(app: Flask, region: str) -> tuple[str, str, set[str]]:
    """A batch with an order of a region: its public id, the order's number, the pseudonyms."""
    with app.app_context():
        batch_id, public_id, number = db.session.execute(
            select(Batch.id, Batch.public_id, Order.number)
            .join(Allocation, Allocation.batch_id == Batch.id)
            .join(OrderLine, OrderLine.id == Allocation.line_id)
            .join(Order, Order.id == OrderLine.order_id)
            .where(regions.within(Order.buyer_region_code, region))
            .order_by(Order.id)
        ).first()  # type: ignore[misc]
        pseudonyms = db.session.scalars(
            select(Household.pseudonym)
            .join(BatchShare, BatchShare.household_id == Household.id)
            .where(BatchShare.batch_id == batch_id)
        )
        return public_id, number, set(pseudonyms)


@pytest.mark.parametrize("name", ["official", "city-official", "auditor"])
def test_a_batch_leads_to_its_households_and_orders(app: Flask, database: World, name: str) -> None:
    public_id, number, pseudonyms = filled_batch(app, "150400")
    client = signed_in(app, name)
    assert (
        f"/official/batches/{public_id}" in client.get(f"/official/orders/{number}").response.text
    )
    page = client.get(f"/official/batches/{public_id}")
    assert pseudonyms
    assert all(pseudonym in page.text for pseudonym in pseudonyms)
    assert number in page.text


def test_a_batch_that_filled_no_order_of_theirs_is_not_found(app: Flask, database: World) -> None:
    with app.app_context():
        inside = select(Allocation.batch_id).join(OrderLine).join(
            Order, Order.id == OrderLine.order_id
        ).where(regions.within(Order.buyer_region_code, "150400"))  # fmt: skip
        elsewhere = db.session.scalars(
            select(Batch.public_id).where(Batch.id.not_in(inside)).order_by(Batch.id)
        ).first()
    client = signed_in(app, "city-official")
    client.get(f"/official/batches/{elsewhere}", status=404)
    client.get("/official/batches/none", status=404)


@pytest.mark.parametrize("name", ["consumer", "buyer", "coop", "reviewer", "operator"])
def test_others_see_no_pseudonyms(app: Flask, database: World, name: str) -> None:
    public_id, _number, _pseudonyms = filled_batch(app, "150400")
    signed_in(app, name).get(f"/official/batches/{public_id}", status=403)


def test_a_batch_page_takes_few_queries(
    app: Flask, database: World, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    public_id, _number, _pseudonyms = filled_batch(app, "150400")
    client = signed_in(app, "official")
    with count_queries() as queries:
        client.get(f"/official/batches/{public_id}")
    assert queries.count <= 12
