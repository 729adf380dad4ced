"""Names of kinds of produce in Mongolian script: each from the file, none on other products."""

import csv

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.categories import category_tree
from catalog.loading import DATA, load_reference
from catalog.models import Category
from shop.db import db
from tests.factories.shelf import make_shelf
from tests.support.database import World
from tests.support.page import PageClient

POTATO = "ᠲᠥᠮᠦᠰᠦ"


def test_the_names_are_those_of_the_file_and_each_has_its_source(
    app: Flask, database: World
) -> None:
    with (DATA / "mongolian_names.csv").open(encoding="utf-8", newline="") as file:
        shipped = list(csv.DictReader(file))
    assert len(shipped) == 9
    assert all(row["source"] for row in shipped)
    letters = set("".join(row["name_mn"] for row in shipped))
    assert {letter for letter in letters if not "\u1800" <= letter <= "\u18aa"} == {" "}
    with app.app_context():
        rows = db.session.execute(
            select(Category.code, Category.name, Category.name_mn).where(
                Category.name_mn.is_not(None)
            )
        )
        found = {tuple(row) for row in rows}
        assert found == {(row["code"], row["name"], row["name_mn"]) for row in shipped}
        assert load_reference(db.session) == 0


def test_the_narrowest_kind_with_a_name_gives_it(app: Flask, database: World) -> None:
    with app.app_context():
        tree = category_tree()
        fish, flour = tree.in_mongolian("030102"), tree.in_mongolian("X010102-01")
        assert fish
        assert flour
        assert (fish.name, flour.name) == ("鱼", "小麦")
        assert tree.in_mongolian("X0201-01") is None


@pytest.mark.parametrize(("category", "is_named"), [("X010104-01", True), ("X010105-01", False)])
def test_a_product_shows_what_its_kind_is_called(
    app: Flask, client: PageClient, category: str, is_named: bool
) -> None:
    with app.app_context():
        shelf = make_shelf(product={"category_code": category})
        db.session.commit()
        address = f"/products/{shelf.offer.public_id}"
    page = client.get(address)
    assert (POTATO in page.text) is is_named
    html = page.response.get_data(as_text=True)
    assert ('aria-label="马铃薯及制品"' in html) is is_named
