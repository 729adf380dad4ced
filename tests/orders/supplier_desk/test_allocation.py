"""A line is filled from batches: what is free, what is taken, what does not add up."""

import re
from typing import Any

from shop.db import db, transaction
from tests.factories.shelf import make_batch, make_lot
from tests.orders.purchasing.cast import Cast
from tests.support.page import Page


def with_a_second_lot(cast: Cast, on_hand: int) -> None:
    with cast.app.app_context(), transaction():
        shelf = cast.stage.shelf
        offer = db.session.merge(shelf.offer)
        batch = make_batch(db.session.merge(shelf.producer), db.session.merge(shelf.base))
        make_lot(offer, batch, on_hand)


def taking(fields: list[str], *quantities: str) -> dict[str, Any]:
    return dict(zip(fields, quantities, strict=True))


def states(page: Page) -> list[str]:
    """Which of the three words on a line's sum are to be seen."""
    return re.findall(r"data-allocation-(even|short|over)>", page.response.text)


def test_a_batch_offers_what_others_have_left_and_what_the_order_holds_itself(cast: Cast) -> None:
    cast.order("confirmed")
    number = cast.order("confirmed")
    page = cast.seller.get(f"/supplier/orders/{number}/batches")
    assert "90 袋" in page.text
    assert "100 袋" not in page.text


def test_more_than_is_free_is_refused_at_its_own_batch(cast: Cast) -> None:
    with_a_second_lot(cast, 3)
    number = cast.order("confirmed")
    page = cast.seller.get(f"/supplier/orders/{number}/batches")
    fields = [name for name in page.form("/batches").fields if name.startswith("take-")]
    answer = cast.seller.submit(page, "/batches", status=422, **taking(fields, "6", "4"))
    assert answer.text.count("这个批次最多可取 3 袋") == 2  # at the top and at the field
    assert [answer.form("/batches").fields[name] for name in fields] == [["6"], ["4"]]
    assert states(answer) == ["even"]
    cast.seller.submit(page, "/batches", **taking(fields, "7", "3"))


def test_what_is_missing_or_too_much_is_said_beside_the_line(cast: Cast) -> None:
    with_a_second_lot(cast, 50)
    number = cast.order("confirmed")
    page = cast.seller.get(f"/supplier/orders/{number}/batches")
    fields = [name for name in page.form("/batches").fields if name.startswith("take-")]
    short = cast.seller.submit(page, "/batches", status=422, **taking(fields, "6", "1"))
    over = cast.seller.submit(page, "/batches", status=422, **taking(fields, "6", "9"))
    assert states(short) == ["short"]
    assert "7 / 10" in short.text
    assert "还差 3" in short.text
    assert states(over) == ["over"]
    assert "15 / 10" in over.text
    assert "多出 5" in over.text
