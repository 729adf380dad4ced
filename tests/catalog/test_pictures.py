"""Pictures of products: each has a small version for cards, and none is missing."""

from pathlib import Path

from flask import Flask

from catalog.pictures import card_picture, picture_url
from tests.support.postgres import ROOT

FOLDER = ROOT / "static" / "img" / "products"
MOST_BYTES = 6_000


def test_every_picture_has_a_small_version_that_is_light() -> None:
    large = {path.name for path in FOLDER.glob("*.webp")}
    small = {path.name: path.stat().st_size for path in (FOLDER / "320").glob("*.webp")}
    assert large == small.keys()
    assert max(small.values()) <= MOST_BYTES


def test_a_card_names_both_sizes_and_an_own_photograph_only_itself(app: Flask) -> None:
    with app.test_request_context():
        drawn = card_picture("millet", 3, None)
        assert "/320/millet.webp" in drawn.url
        assert drawn.srcset == f"{drawn.url} 320w, {picture_url('millet', 3, None)} 640w"
        own = card_picture("millet", 3, "abc")
        assert (own.url, own.srcset) == ("/pictures/abc", None)


def test_a_product_without_a_motif_gets_the_drawn_basket(app: Flask) -> None:
    with app.test_request_context():
        for motif in (None, "nothing-of-this-name"):
            address = card_picture(motif, 1, None).url
            assert (ROOT / address.partition("?")[0].lstrip("/")).is_file()
    assert Path(FOLDER.parent / "none.svg").is_file()
