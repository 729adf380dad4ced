"""The storefront's pages: what can be bought is on all of them, what cannot is on none."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from catalog import indexing, search
from catalog.fragments import Fragment, FragmentCache
from catalog.models import Offer, StockLot
from catalog.stock import hold_stock, note_change
from producers.changes import tell_supply_change
from producers.models import Base, Certificate, Producer
from shop.db import db, transaction
from shop.money import Money
from shop.outbox import OutboxMessage
from tests.factories.shelf import (
    HOHHOT_CITY,
    THEN,
    TODAY,
    Shelf,
    left_readable,
    make_households,
    make_producer,
    make_shelf,
    make_tier,
)
from tests.support.page import PageClient

NAME = "独此一家小米"


@pytest.fixture
def shelf(app: Flask, client: PageClient) -> Shelf:
    """An offer with a name of its own, found by search too."""
    with app.app_context():
        with left_readable():
            made = make_shelf(
                product={"name": NAME, "name_en": "Lone millet"},
                offer={"minimum": 5, "multiple": 5, "price": Money(29_80)},
            )
            make_tier(made.offer, 50, Money(27_50))
            make_households(made.base, made.producer, 6)
        indexing.rebuild()
    app.extensions["catalog_fragments"].clear()
    return made


Change = Callable[[Shelf], None]


def expire(shelf: Shelf) -> None:
    certificate = db.session.get_one(Certificate, shelf.certificate.id)
    certificate.valid_to = TODAY.replace(day=29)


def revoke(shelf: Shelf) -> None:
    certificate = db.session.get_one(Certificate, shelf.certificate.id)
    certificate.status, certificate.revoked_at = "revoked", THEN


def postpone(shelf: Shelf) -> None:
    certificate = db.session.get_one(Certificate, shelf.certificate.id)
    certificate.valid_from = TODAY.replace(month=7)


def move(shelf: Shelf) -> None:
    db.session.get_one(Base, shelf.base.id).county_code = HOHHOT_CITY


def suspend_producer(shelf: Shelf) -> None:
    db.session.get_one(Producer, shelf.producer.id).status = "suspended"


def retire(shelf: Shelf) -> None:
    db.session.get_one(Offer, shelf.offer.id).status = "retired"


GONE: list[tuple[Change, str]] = [
    (expire, "已过期"), (revoke, "已被撤销"), (postpone, "尚未生效"), (move, "不在认定的帮扶地区"),
    (suspend_producer, "已暂停供货"), (retire, "已下架"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "reason"), GONE, ids=lambda each: getattr(each, "__name__", ""))
def test_what_can_no_longer_be_bought_is_gone_everywhere_and_says_why(
    app: Flask, client: PageClient, shelf: Shelf, change: Change, reason: str
) -> None:
    address = f"/products/{shelf.offer.public_id}"
    everywhere = ["/", "/products", f"/search?q={NAME}", "/products?county=150430"]
    assert all(address in client.get(place).reader.links for place in everywhere)
    assert client.get(address).form("add-to-cart")
    before = number_shown(client)
    with app.app_context(), transaction():
        change(shelf)
        note_change()
    assert not any(address in client.get(place).reader.links for place in everywhere)
    assert number_shown(client) == before - 1
    page = client.get(address)
    assert reason in page.text
    with pytest.raises(LookupError):
        page.form("add-to-cart")


def number_shown(client: PageClient) -> int:
    return int(client.get("/products").text.partition("共 ")[2].partition(" 件")[0])


def test_a_draft_has_no_page(app: Flask, client: PageClient, shelf: Shelf) -> None:
    for status in ("draft", "submitted"):
        with app.app_context(), transaction():
            db.session.get_one(Offer, shelf.offer.id).status = status
            note_change()
        client.get(f"/products/{shelf.offer.public_id}", status=404)
    client.get("/products/unknown", status=404)


def test_the_page_says_price_terms_origin_seller_and_batch(
    client: PageClient, shelf: Shelf
) -> None:
    page = client.get(f"/products/{shelf.offer.public_id}")
    for words in ("¥29.80", "¥11.92 / 千克", "¥5.96 / 斤", "¥27.50", "5 袋起订", "6 户", "敖汉旗",
                  shelf.producer.name, shelf.certificate.number, shelf.batch.code):  # fmt: skip
        assert words in page.text, words
    form = page.form("add-to-cart")
    assert form.action == "/cart/lines"
    assert form.fields["offer"] == [shelf.offer.public_id]
    assert form.fields["quantity"] == ["5"]
    assert f"/trace/{shelf.batch.public_id}" in page.reader.links
    assert f"/producers/{shelf.producer.public_id}" in page.reader.links


def test_a_price_by_weight_is_ordered_in_kilograms(app: Flask, client: PageClient) -> None:
    with app.app_context(), transaction():
        made = make_shelf(
            on_hand=100_000,
            offer={"price_basis": "kilogram", "minimum": 2_500, "multiple": 2_500},
        )
        public_id = made.offer.public_id
    assert client.get(f"/products/{public_id}").form("add-to-cart").fields["quantity"] == ["2.5"]


def test_the_english_page_shows_english_names(client: PageClient, shelf: Shelf) -> None:
    page = client.get(f"/products/{shelf.offer.public_id}", headers={"Accept-Language": "en"})
    assert page.heading == "Lone millet"
    assert client.get(f"/products/{shelf.offer.public_id}").heading == NAME


def test_a_kept_page_never_shows_a_stale_price(
    app: Flask, client: PageClient, shelf: Shelf
) -> None:
    address = f"/products/{shelf.offer.public_id}"
    for fen in (29_80, 31_00, 12_34):
        with app.app_context(), transaction():
            db.session.get_one(Offer, shelf.offer.id).price = Money(fen)
            note_change()
        for place in (address, "/products", "/"):
            assert str(Money(fen)) in client.get(place).text


def test_a_sold_out_offer_says_so_at_once(app: Flask, client: PageClient, shelf: Shelf) -> None:
    address = f"/products/{shelf.offer.public_id}"
    client.get(address)
    with app.app_context(), transaction():
        hold_stock({"x": (shelf.offer.id, 96)}, at=THEN, expires_at=None)
    assert db_free(app, shelf) == 4  # less than the smallest order
    page = client.get(address)
    assert "已售罄" in page.text
    with pytest.raises(LookupError):
        page.form("add-to-cart")


def db_free(app: Flask, shelf: Shelf) -> int:
    with app.app_context():
        lot = db.session.get_one(StockLot, shelf.lot.id)
        return lot.on_hand - lot.held


def test_what_is_kept_has_no_token_and_no_nonce(
    app: Flask, client: PageClient, shelf: Shelf
) -> None:
    for place in ("/", "/products", f"/products/{shelf.offer.public_id}"):
        client.get(place)
    cache: FragmentCache = app.extensions["catalog_fragments"]
    kept = [fragment for fragment in cache._kept.values() if isinstance(fragment, Fragment)]
    assert len(kept) == 3
    for part in (part for fragment in kept for part in fragment.parts):
        assert "csrf" not in part
        assert "nonce" not in part
    tokens = {client.get("/products").form("/language").fields["csrf_token"][0] for _ in range(2)}
    assert tokens


def test_the_cache_stays_within_its_bytes() -> None:
    cache = FragmentCache(most_bytes=20_000)
    for number in range(100):
        cache.get(number, lambda: Fragment.rendered("题", "文" * 1_000))
    assert 0 < cache.bytes_kept <= 20_000
    huge = Fragment.rendered("题", "文" * 20_000)
    assert cache.get("huge", lambda: huge) is huge


def test_search_finds_by_name_place_and_pinyin_and_filters(
    client: PageClient, shelf: Shelf
) -> None:
    address = f"/products/{shelf.offer.public_id}"
    for words in (NAME, "独此 小米", "aohan 独此", shelf.producer.name, "Lone millet"):
        assert address in client.get(f"/search?q={words}").reader.links, words
    assert address in client.get(f"/search?q={NAME}&price=20-50&sort=cheapest").reader.links
    assert address not in client.get(f"/search?q={NAME}&price=200-").reader.links


def test_search_finds_by_the_english_name_of_a_place(client: PageClient, shelf: Shelf) -> None:
    page = client.get("/search?q=aohan millet", headers={"Accept-Language": "en"})
    assert f"/products/{shelf.offer.public_id}" in page.reader.links


def test_search_refuses_too_much_and_empty_words_go_to_the_listing(client: PageClient) -> None:
    assert "最多100个字" in client.get(f"/search?q={'米' * 101}", status=422).text
    assert client.get("/search?q=%20%20", status=302).location == "/products"
    page = client.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert page.heading.startswith("搜索“<script>")


def test_a_stale_index_may_hide_but_never_invents(
    app: Flask, client: PageClient, shelf: Shelf
) -> None:
    with app.app_context():
        search.index().replace([search.Document(key="gone", title=NAME)])
        with transaction():
            db.session.get_one(Offer, shelf.offer.id).price = Money(33_00)
            retire_other = make_shelf(product={"name": NAME}, offer={"status": "retired"})
            key = retire_other.offer.public_id
        search.index().replace([search.Document(key=key, title=NAME)])
    page = client.get(f"/search?q={NAME}")
    assert "共 1 件" in page.text
    assert "¥33.00" in page.text


def test_without_an_index_names_are_searched_and_a_rebuild_is_asked_for(
    app: Flask, client: PageClient, shelf: Shelf
) -> None:
    if app.config["SEARCH_BACKEND"] != "whoosh":
        return
    shutil.rmtree(Path(app.config["SEARCH_FOLDER"]))
    for _ in range(2):
        assert f"/products/{shelf.offer.public_id}" in client.get(f"/search?q={NAME}").reader.links
    assert "共 0 件" in client.get("/search?q=100%25_").text
    with app.app_context():
        waiting = select(OutboxMessage).where(OutboxMessage.topic == indexing.REBUILD)
        assert len(list(db.session.scalars(waiting))) in (1, 2)  # one a minute
        assert not indexing.is_current()
        indexing.on_rebuild({}, THEN)
        assert indexing.is_current()


def test_the_index_follows_listings(app: Flask, shelf: Shelf) -> None:
    with app.app_context():
        held = search.index().keys()
        assert shelf.offer.public_id in held
        with transaction():
            db.session.get_one(Offer, shelf.offer.id).status = "retired"
        indexing.on_changed({"offer_ids": [shelf.offer.id]}, THEN)
        indexing.on_changed({"offer_ids": [shelf.offer.id]}, THEN)
        held = search.index().keys()
        assert shelf.offer.public_id not in held
        assert indexing.mend(THEN) == 0


def test_a_supply_change_raises_the_version_and_leaves_a_message(
    app: Flask, client: PageClient, shelf: Shelf
) -> None:
    client.get("/products")
    with app.app_context():
        with transaction():
            suspend_producer(shelf)
            tell_supply_change(shelf.producer.id, THEN)
        left = select(OutboxMessage).where(OutboxMessage.topic == indexing.CHANGED)
        assert {"offer_ids": [shelf.offer.id]} in [m.payload for m in db.session.scalars(left)]
    assert f"/products/{shelf.offer.public_id}" not in client.get("/products").reader.links


def test_the_command_rebuilds_the_index(app: Flask, shelf: Shelf) -> None:
    result = app.test_cli_runner().invoke(args=["rebuild-index"])
    assert result.exit_code == 0
    with app.app_context():
        assert result.output.split()[-1] == str(indexing.count_listed())


def test_a_producer_page_shows_its_products_by_the_listing(
    client: PageClient, shelf: Shelf
) -> None:
    page = client.get(f"/producers/{shelf.producer.public_id}")
    assert page.heading == shelf.producer.name
    address = f"/products?producer={shelf.producer.public_id}"
    assert address in page.reader.links
    assert "共 1 件" in client.get(address).text


def test_an_applicant_has_no_page_and_a_suspended_producer_says_so(
    app: Flask, client: PageClient, shelf: Shelf
) -> None:
    with app.app_context(), transaction():
        applicant = make_producer(status="applied", approved_at=None).public_id
        suspend_producer(shelf)
    client.get(f"/producers/{applicant}", status=404)
    assert "已暂停供货" in client.get(f"/producers/{shelf.producer.public_id}").text
