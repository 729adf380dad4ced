"""A supplier's listings, stock and certificates, and their review."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from catalog import manage_queries, reminders
from catalog.models import CertificateCoverage, Offer, Product, StockLot
from catalog.operations import certification, offers, stock_keeping
from catalog.operations.certification import CertificateFacts
from catalog.queries import buyable_ids, catalogue_version
from catalog.states import OFFER_LABELS, OFFER_MACHINE, OfferEvent, OfferStatus
from catalog.terms import Terms, Tier, UnevenPacks, anniversary, check_terms, packed
from producers.models import Batch, Certificate, CertificateType
from shop.accounts.models import Notice
from shop.db import db
from shop.errors import InvalidInput, InvalidTransition, SamePerson
from shop.files import StoredFile
from shop.money import Money
from tests.factories.shelf import (
    cover,
    make_base,
    make_batch,
    make_certificate,
    make_offer,
    make_product,
    make_shelf,
    make_tier,
)
from tests.factories.supply import (
    NOW,
    TODAY,
    audited,
    base_of,
    demo_producer,
    messages,
    operator,
    pdf,
    picture,
    reviewer_of,
    row_count,
    staff_of,
)
from tests.support.database import World
from tests.support.grid import GRID
from tests.support.page import Page, PageClient
from tests.support.people import signed_in

COOP = "coop@demo.example"
S, E = OfferStatus, OfferEvent

STEPS = {
    (S.DRAFT, E.SUBMIT): S.SUBMITTED,
    (S.DRAFT, E.RETIRE): S.RETIRED,
    (S.SUBMITTED, E.WITHDRAW): S.DRAFT,
    (S.SUBMITTED, E.LIST): S.LISTED,
    (S.SUBMITTED, E.REFUSE): S.DRAFT,
    (S.LISTED, E.SUSPEND): S.SUSPENDED,
    (S.LISTED, E.SEND_BACK): S.DRAFT,
    (S.LISTED, E.RETIRE): S.RETIRED,
    (S.SUSPENDED, E.RESUME): S.LISTED,
    (S.SUSPENDED, E.SEND_BACK): S.DRAFT,
    (S.SUSPENDED, E.RETIRE): S.RETIRED,
}


# Rules


@pytest.mark.parametrize("status", OfferStatus)
@pytest.mark.parametrize("event", OfferEvent)
def test_an_offer_moves_only_as_listed(status: OfferStatus, event: OfferEvent) -> None:
    if (status, event) in STEPS:
        assert OFFER_MACHINE.next(status, event) is STEPS[status, event]
    else:
        with pytest.raises(InvalidTransition):
            OFFER_MACHINE.next(status, event)


def test_every_status_has_its_words() -> None:
    assert set(OFFER_LABELS) == set(OfferStatus)


def terms(minimum: int = 10, multiple: int = 5, *tiers: tuple[int, int]) -> Terms:
    return Terms(
        Money(29_80), minimum, multiple, tuple(Tier(start, Money(fen)) for start, fen in tiers)
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (terms(12), "minimum"),
        (terms(10, 5, (10, 28_00)), "from_1"),
        (terms(10, 5, (21, 28_00)), "from_1"),
        (terms(10, 5, (20, 29_80)), "price_1"),
        (terms(10, 5, (20, 28_00), (20, 27_00)), "from_2"),
        (terms(10, 5, (20, 28_00), (40, 28_50)), "price_2"),
        (terms(10, 5, (20, 28_00), (40, 27_00), (35, 26_00)), "from_3"),
    ],
)
def test_terms_that_make_no_sense_are_refused(wrong: Terms, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_terms(wrong)
    assert refused.value.field == field


def test_sensible_terms_pass() -> None:
    check_terms(terms(10, 5, (20, 28_00), (40, 27_00), (100, 25_00)))


@pytest.mark.parametrize(
    ("amount", "unit", "basis", "expected"),
    [
        (1_000_000, "g", "pack", 400),
        (2_500, "g", "pack", 1),
        (1_234_567, "g", "kilogram", 1_234_567),
    ],
)
def test_a_weight_becomes_packs_exactly(amount: int, unit: str, basis: str, expected: int) -> None:
    assert packed(amount, unit, content=2_500, content_unit="g", basis=basis) == expected


@pytest.mark.parametrize(
    ("amount", "unit", "field"),
    [(1_000, "g", "amount"), (2_501, "g", "amount"), (2_500, "ml", "unit"), (5, "piece", "unit")],
)
def test_what_is_no_whole_pack_is_refused(amount: int, unit: str, field: str) -> None:
    with pytest.raises(UnevenPacks) as refused:
        packed(amount, unit, content=2_500, content_unit="g", basis="pack")
    assert refused.value.field == field


def test_an_anniversary_keeps_to_the_shorter_month() -> None:
    assert anniversary(date(2024, 3, 1), 36) == date(2027, 3, 1)
    assert anniversary(date(2024, 8, 31), 6) == date(2025, 2, 28)


# Offers


def test_a_new_price_is_for_new_orders_and_leaves_its_trace(
    session: scoped_session[Session],
) -> None:
    shelf = make_shelf(offer={"minimum": 10, "multiple": 5})
    make_tier(shelf.offer, 50, Money(28_00))
    db.session.expire(shelf.offer)
    version, left = catalogue_version(), messages("catalog:offer:changed")
    new = Terms(Money(31_50), 20, 10, (Tier(100, Money(30_00)), Tier(200, Money(29_00))))
    offers.change_terms(shelf.offer, new, actor=staff_of(shelf.producer), at=NOW)
    db.session.flush()
    assert offers.terms_of(shelf.offer) == new
    assert catalogue_version() > version
    assert messages("catalog:offer:changed") == left + 1
    entry = audited("catalog:offer:price")[-1]
    assert entry.before == {
        "price": 2980, "minimum": 10, "multiple": 5, "tiers": [[50, 2800]],
    }  # fmt: skip
    assert entry.after == {
        "price": 3150, "minimum": 20, "multiple": 10, "tiers": [[100, 3000], [200, 2900]],
    }  # fmt: skip


def test_the_same_terms_again_change_nothing(session: scoped_session[Session]) -> None:
    shelf = make_shelf()
    version, entries = catalogue_version(), len(audited("catalog:offer:price"))
    same = offers.terms_of(shelf.offer)
    offers.change_terms(shelf.offer, same, actor=staff_of(shelf.producer), at=NOW)
    assert (catalogue_version(), len(audited("catalog:offer:price"))) == (version, entries)


def test_a_retired_offer_keeps_its_terms(session: scoped_session[Session]) -> None:
    shelf = make_shelf(offer={"status": "retired"})
    with pytest.raises(InvalidTransition):
        offers.change_terms(shelf.offer, terms(), actor=staff_of(shelf.producer), at=NOW)
    assert shelf.offer.price == Money(29_80)


def test_an_offer_goes_through_review_to_the_shelf(session: scoped_session[Session]) -> None:
    shelf = make_shelf(offer={"status": "draft", "listed_at": None})
    staff, offer = staff_of(shelf.producer), shelf.offer
    offers.move_offer(offer, E.SUBMIT, actor=staff, at=NOW)
    assert buyable_ids([offer.id], TODAY) == set()
    offers.review_offer(offer, E.LIST, actor=reviewer_of(), at=NOW)
    assert (offer.status, offer.listed_at) == ("listed", NOW)
    assert buyable_ids([offer.id], TODAY) == {offer.id}
    offers.move_offer(offer, E.SUSPEND, actor=staff, at=NOW)
    assert buyable_ids([offer.id], TODAY) == set()
    offers.move_offer(offer, E.RESUME, actor=staff, at=NOW)
    offers.review_offer(offer, E.SEND_BACK, actor=reviewer_of(), at=NOW, reason="图片不符")
    assert (offer.status, offer.status_reason) == ("draft", "图片不符")
    offers.move_offer(offer, E.RETIRE, actor=staff, at=NOW)
    assert offer.status == "retired"


def test_nobody_lists_an_offer_of_an_own_organisation(session: scoped_session[Session]) -> None:
    shelf = make_shelf(offer={"status": "submitted"})
    with pytest.raises(SamePerson):
        offers.review_offer(shelf.offer, E.LIST, actor=staff_of(shelf.producer), at=NOW)
    assert shelf.offer.status == "submitted"


def test_the_conditions_say_what_is_missing(session: scoped_session[Session]) -> None:
    shelf = make_shelf()
    bare = make_offer(make_product(shelf.producer), shelf.base, status="suspended")
    found = manage_queries.conditions_of([shelf.offer.id, bare.id], TODAY)
    assert found[shelf.offer.id].is_buyable
    assert found[shelf.offer.id].free == 100
    missing = found[bare.id]
    assert (missing.is_listed, missing.is_certified, missing.free) == (False, False, 0)
    assert (missing.is_seller_approved, missing.is_eligible) == (True, True)
    assert not missing.is_buyable


def test_conditions_and_the_shelf_agree_on_every_offer(session: scoped_session[Session]) -> None:
    ids = list(db.session.scalars(select(Offer.id)))
    conditions = manage_queries.conditions_of(ids, TODAY)
    assert {key for key, found in conditions.items() if found.is_buyable} == buyable_ids(ids, TODAY)
    assert len(conditions) == len(ids)


# Stock


def test_stock_comes_from_a_batch_and_never_exceeds_it(session: scoped_session[Session]) -> None:
    shelf = make_shelf()
    staff = staff_of(shelf.producer)
    batch = make_batch(shelf.producer, shelf.base, quantity=10_000)
    lot = stock_keeping.receive(shelf.offer, batch, 5_000, "g", actor=staff, at=NOW)
    db.session.flush()
    assert (lot.received, lot.on_hand) == (2, 2)
    loose = make_offer(make_product(shelf.producer), shelf.base, price_basis="kilogram")
    stock_keeping.receive(loose, batch, 2_400, "g", actor=staff, at=NOW)
    db.session.flush()
    assert stock_keeping.taken_from(batch) == 7_400
    with pytest.raises(InvalidInput) as refused:
        stock_keeping.receive(shelf.offer, batch, 5_000, "g", actor=staff, at=NOW)
    assert refused.value.field == "amount"
    assert stock_keeping.taken_from(batch) == 7_400
    again = stock_keeping.receive(shelf.offer, batch, 2_500, "g", actor=staff, at=NOW)
    assert (again.id, again.received, again.on_hand) == (lot.id, 3, 3)


def test_stock_of_another_base_or_kind_is_refused(session: scoped_session[Session]) -> None:
    shelf = make_shelf()
    staff, before = staff_of(shelf.producer), row_count(StockLot)
    elsewhere = make_batch(shelf.producer, make_base(shelf.producer))
    milk = make_batch(shelf.producer, shelf.base, unit_code="ml")
    for batch, unit, field in [
        (elsewhere, "g", "batch"),
        (milk, "ml", "unit"),
        (milk, "g", "unit"),
    ]:
        with pytest.raises(InvalidInput) as refused:
            stock_keeping.receive(shelf.offer, batch, 2_500, unit, actor=staff, at=NOW)
        assert refused.value.field == field
    assert row_count(StockLot) == before


@pytest.mark.parametrize("quantity", [0, -1, 71, 100, 10**12])
def test_what_is_held_is_never_written_off(session: scoped_session[Session], quantity: int) -> None:
    shelf = make_shelf()
    shelf.lot.held = 30
    with pytest.raises(InvalidInput):
        stock_keeping.write_off(shelf.lot, quantity, "受潮", actor=staff_of(shelf.producer), at=NOW)
    assert (shelf.lot.on_hand, shelf.lot.written_off, shelf.lot.held) == (100, 0, 30)


def test_a_write_off_keeps_the_balance(session: scoped_session[Session]) -> None:
    shelf = make_shelf()
    shelf.lot.held = 30
    version = catalogue_version()
    stock_keeping.write_off(shelf.lot, 70, "受潮", actor=staff_of(shelf.producer), at=NOW)
    db.session.flush()
    assert (shelf.lot.on_hand, shelf.lot.written_off, shelf.lot.held) == (30, 70, 30)
    assert catalogue_version() > version
    assert audited("catalog:stock:write_off")[-1].after == {
        "on_hand": 30, "written_off": 70, "reason": "受潮",
    }  # fmt: skip


# Certificates


def evidence() -> StoredFile:
    stored = StoredFile(
        sha256="0" * 64, media_type="application/pdf", size=1, original_name="a.pdf", created_at=NOW
    )
    db.session.add(stored)
    return stored


def facts(code: str, number: str, **changes: Any) -> CertificateFacts:
    kind = db.session.get_one(CertificateType, code)
    values = {
        "type": kind, "number": number, "issuer": "试验局", "valid_from": date(2026, 6, 1),
        "valid_to": date(2027, 5, 31),
    }  # fmt: skip
    return CertificateFacts(**{**values, **changes})


def hand_in(given: CertificateFacts, shelf: Any) -> Certificate:
    made = certification.submit_certificate(
        shelf.producer, given, [shelf.product], [shelf.base],
        evidence=evidence(), actor=staff_of(shelf.producer), at=NOW,
    )  # fmt: skip
    db.session.flush()
    return made


def test_a_certificate_counts_from_its_approval(session: scoped_session[Session]) -> None:
    shelf = make_shelf()
    shelf.certificate.status, shelf.certificate.revoked_at = "revoked", NOW
    new = hand_in(facts("assistance_product_regional", "NEW-1"), shelf)
    assert (new.status, buyable_ids([shelf.offer.id], TODAY)) == ("submitted", set())
    certification.approve_certificate(new, actor=reviewer_of(), at=NOW)
    assert buyable_ids([shelf.offer.id], TODAY) == {shelf.offer.id}
    version, left = catalogue_version(), messages("catalog:offer:changed")
    certification.revoke_certificate(new, "产地不符", actor=operator(), at=NOW)
    assert buyable_ids([shelf.offer.id], TODAY) == set()
    assert catalogue_version() > version
    assert messages("catalog:offer:changed") == left + 1


def test_expiry_needs_no_verb(session: scoped_session[Session]) -> None:
    shelf = make_shelf()
    end = shelf.certificate.valid_to
    assert end is not None
    assert buyable_ids([shelf.offer.id], end) == {shelf.offer.id}
    assert buyable_ids([shelf.offer.id], end + timedelta(days=1)) == set()


@pytest.mark.parametrize(
    ("code", "number", "changes", "field"),
    [
        ("green_food", "LB-1-123", {}, "number"),
        ("organic", "001OP12", {}, "number"),
        ("agi", "AGI2014-02-1497", {"valid_to": None}, "number"),
        ("food_production_licence", "SC10115043000011", {}, "number"),
        ("assistance_product_regional", "", {}, "number"),
        ("assistance_product_regional", "字" * 65, {}, "number"),
        ("organic", "001OP1200001", {"valid_to": None}, "valid_to"),
        ("organic", "001OP1200001", {"valid_to": date(2027, 6, 2)}, "valid_to"),
        ("organic", "001OP1200001", {"valid_to": date(2026, 5, 31)}, "valid_to"),
    ],
)
def test_a_wrong_certificate_is_refused_at_its_field(
    session: scoped_session[Session], code: str, number: str, changes: dict[str, Any], field: str
) -> None:
    shelf = make_shelf()
    before = row_count(Certificate), row_count(CertificateCoverage)
    with pytest.raises(InvalidInput) as refused:
        hand_in(facts(code, number, **changes), shelf)
    assert refused.value.field == field
    assert (row_count(Certificate), row_count(CertificateCoverage)) == before


def test_a_product_certificate_needs_its_scope(session: scoped_session[Session]) -> None:
    shelf = make_shelf()
    with pytest.raises(InvalidInput) as refused:
        certification.submit_certificate(
            shelf.producer, facts("organic", "001OP1200001"), [], [shelf.base],
            evidence=evidence(), actor=staff_of(shelf.producer), at=NOW,
        )  # fmt: skip
    assert refused.value.field == "products"


def test_a_number_is_registered_once_but_a_refused_one_again(
    session: scoped_session[Session],
) -> None:
    shelf = make_shelf()
    first = hand_in(facts("organic", "001OP1200001"), shelf)
    with pytest.raises(InvalidInput) as refused:
        hand_in(facts("organic", "001op1200001"), shelf)
    assert refused.value.field == "number"
    certification.refuse_certificate(first, "扫描件不清", actor=reviewer_of(), at=NOW)
    again = hand_in(facts("organic", "001OP1200001"), shelf)
    assert (again.id, again.status, again.status_reason) == (first.id, "submitted", None)
    assert len(manage_queries.scope_of(again)) == 1
    other = make_shelf()
    certification.refuse_certificate(again, "再次不清", actor=reviewer_of(), at=NOW)
    with pytest.raises(InvalidInput):
        hand_in(facts("organic", "001OP1200001"), other)


def test_nobody_approves_an_own_certificate(session: scoped_session[Session]) -> None:
    shelf = make_shelf()
    new = hand_in(facts("organic", "001OP1200001"), shelf)
    with pytest.raises(SamePerson):
        certification.approve_certificate(new, actor=staff_of(shelf.producer), at=NOW)
    assert new.status == "submitted"


def test_a_reminder_is_left_once_for_each_of_its_days(database: World, app: Flask) -> None:
    def notices() -> int:
        wanted = Notice.subject.contains("REMIND-1")
        return len(db.session.scalars(select(Notice).where(wanted)).all())

    with app.app_context():
        producer = demo_producer(COOP)
        make_certificate(producer, number="REMIND-1", valid_to=date(2026, 9, 20))
        db.session.commit()
        reminders.remind_of_expiry(NOW)
        assert notices() == 1
        reminders.remind_of_expiry(NOW)
        assert notices() == 1
        for days in (60, 61, 80, 82, 83):
            reminders.remind_of_expiry(NOW + timedelta(days=days))
        assert notices() == 3


# Pages


@pytest.fixture
def own_offer(database: World, app: Flask) -> Callable[..., str]:
    """An offer of the demo cooperative with its certificate; its public id."""

    def make(content: int = 2_500, **changes: Any) -> str:
        with app.app_context():
            producer = demo_producer(COOP)
            base = base_of(producer)
            product = make_product(producer, content=content)
            cover(make_certificate(producer), product, base)
            values = {"minimum": 10, "multiple": 5, "status": "draft", "listed_at": None}
            offer = make_offer(product, base, **{**values, **changes})
            make_batch(producer, base, code=f"OWN-{offer.id}", quantity=100_000)
            public_id = offer.public_id
            db.session.commit()
            return public_id

    return make


def status_of(app: Flask, public_id: str) -> str:
    with app.app_context():
        found = db.session.scalar(select(Offer.status).where(Offer.public_id == public_id))
        assert found is not None
        return found


def test_a_new_product_from_draft_to_sale(database: World, app: Flask) -> None:
    with app.app_context():
        producer = demo_producer(COOP)
        base = base_of(producer).public_id
    client = signed_in(app, "coop")
    page = client.get("/supplier/listings/new")
    sent: dict[str, Any] = {
        "name": "试验黄小米", "name_en": "Trial yellow millet", "category": "010105",
        "summary": "当年新米", "net_content": "2.5", "content_unit": "kg", "pack_name": "袋",
        "pack_name_en": "bag", "storage": "阴凉干燥处", "shelf_life_days": "365", "base": base,
        "price_basis": "pack", "price": "29.80", "minimum": "10", "multiple": "5", "from_1": "50",
        "price_1": "28.00", "picture": (BytesIO(picture(size=(800, 600))), "小米.jpg"),
    }  # fmt: skip
    page = client.follow(client.submit(page, "/supplier/listings/new", **sent))
    assert page.heading == "试验黄小米"
    assert "2.5 千克" in page.text
    assert "满 50 袋： ¥28.00" in page.text
    assert "（不满足）" in page.text
    address = next(
        part.split('"')[0]
        for part in page.response.get_data(as_text=True).split('src="')
        if part.startswith("/pictures/")
    )
    assert app.test_client().get(address, buffered=True).mimetype == "image/jpeg"
    path = page.response.request.path
    client.follow(client.submit(page, "/submission"))
    reviewer = signed_in(app, "reviewer")
    review = reviewer.get(path.replace("/supplier/listings", "/review/offers"))
    assert "试验黄小米" in review.text
    reviewer.submit(review, "/approval")
    assert "在售" in client.get(path).text


def offer_values(app: Flask, **changes: Any) -> dict[str, Any]:
    with app.app_context():
        base = base_of(demo_producer(COOP)).public_id
    values = {
        "name": "试验", "category": "010105", "summary": "新", "net_content": "2.5",
        "content_unit": "kg", "pack_name": "袋", "storage": "阴凉干燥处", "base": base,
        "price_basis": "pack", "price": "29.80", "minimum": "10", "multiple": "5",
        "shelf_life_days": "365",
    }  # fmt: skip
    return {**values, **changes}


NUMERIC = ["price", "minimum", "multiple", "from_1", "price_1", "net_content", "shelf_life_days"]
ALLOWED = {
    "price": {"1.5"}, "net_content": {"1.5"}, "price_1": {"1.5"}, "minimum": set(),
    "multiple": set(), "from_1": set(), "shelf_life_days": set(),
}  # fmt: skip


@pytest.mark.parametrize("field", NUMERIC)
def test_strange_numbers_are_refused_on_the_new_product(
    database: World, app: Flask, field: str
) -> None:
    client = signed_in(app, "coop")
    page = client.get("/supplier/listings/new")
    with app.app_context():
        before = row_count(Product), row_count(Offer)
    extra = {"from_1": "50", "price_1": "28"} if field in {"from_1", "price_1"} else {}
    for text in GRID:
        if text in ALLOWED[field]:
            continue
        values = offer_values(app, **{**extra, field: text})
        answer = client.submit(page, "/supplier/listings/new", status=422, **values)
        assert f'id="{field}-error"' in answer.response.get_data(as_text=True), text[:20]
    with app.app_context():
        assert (row_count(Product), row_count(Offer)) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"category": "999999"}, "category"),
        ({"category": "01"}, "category"),
        ({"base": "elsewhere"}, "base"),
        ({"price_basis": "kilogram", "content_unit": "piece", "net_content": "1"}, "price_basis"),
        ({"content_unit": "piece"}, "net_content"),
        ({"net_content": "0.0001"}, "net_content"),
        ({"from_1": "50"}, "price_1"),
        ({"price_1": "50"}, "from_1"),
        ({"from_2": "50", "price_2": "20"}, "from_2"),
        ({"from_1": "50", "price_1": "30"}, "price_1"),
        ({"minimum": "12"}, "minimum"),
        ({"storage": "太空"}, "storage"),
        ({"processor": "nobody"}, "processor"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_product_says_so_at_its_field(
    database: World, app: Flask, changes: dict[str, str], field: str
) -> None:
    client = signed_in(app, "coop")
    page = client.get("/supplier/listings/new")
    with app.app_context():
        before = row_count(Product), row_count(Offer)
    answer = client.submit(
        page, "/supplier/listings/new", status=422, **offer_values(app, **changes)
    )
    html = answer.response.get_data(as_text=True)
    assert f'id="{field}-error"' in html
    with app.app_context():
        assert (row_count(Product), row_count(Offer)) == before


def test_all_that_is_wrong_with_a_product_is_said_at_once(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    page = client.get("/supplier/listings/new")
    wrong = {
        "name": "", "net_content": "1.000001", "price": "十元", "minimum": "1.5", "from_1": "x",
        "picture": (BytesIO(b"<svg onload=alert(1)>"), "a.svg"),
    }  # fmt: skip
    values = offer_values(app, **wrong, from_2="50", price_2="20")
    answer = client.submit(page, "/supplier/listings/new", status=422, **values)
    html = answer.response.get_data(as_text=True)
    assert [name for name in wrong if f'id="{name}-error"' not in html] == []
    assert "请先填写上一级阶梯" not in answer.text  # the first one is there, only wrong
    assert "刚才选的文件没有保留" in answer.text
    told = [link[1:] for link in answer.reader.links if link[1:] in wrong]
    assert told == ["name", "net_content", "picture", "price", "minimum", "from_1"]


def test_all_that_is_wrong_with_stock_is_said_at_once(
    own_offer: Callable[..., str], app: Flask
) -> None:
    path = own_offer()
    client = signed_in(app, "coop")
    for form, wrong in (
        ("receipts", {"receipt-batch": "", "receipt-amount": "1.000001"}),
        ("write-offs", {"write-off-lot": "", "write-off-amount": "1.5", "write-off-reason": ""}),
    ):
        page = client.get(f"/supplier/listings/{path}")
        fine = {"receipt-unit": "kg"} if form == "receipts" else {}
        answer = client.submit(page, f"/{form}", status=422, **wrong, **fine)
        html = answer.response.get_data(as_text=True)
        assert [name for name in wrong if f'id="{name}-error"' not in html] == []


def test_a_hostile_picture_is_refused_at_its_field(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    page = client.get("/supplier/listings/new")
    with app.app_context():
        before = row_count(Product), row_count(StoredFile)
    for data, name in [(b"<svg onload=alert(1)>", "a.svg"), (pdf(), "a.pdf"), (b"x", "../a.jpg")]:
        values = offer_values(app, picture=(BytesIO(data), name))
        answer = client.submit(page, "/supplier/listings/new", status=422, **values)
        assert 'id="picture-error"' in answer.response.get_data(as_text=True)
    with app.app_context():
        assert (row_count(Product), row_count(StoredFile)) == before


def test_terms_are_changed_on_the_page(own_offer: Callable[..., str], app: Flask) -> None:
    path = f"/supplier/listings/{own_offer(status='listed', listed_at=NOW)}"
    client = signed_in(app, "coop")
    page = client.get(path)
    page = client.follow(
        client.submit(page, "/terms", price="31.5", minimum="20", multiple="10",
                      from_1="100", price_1="30")
    )  # fmt: skip
    assert "¥31.50" in page.text
    assert "满 100 袋： ¥30.00" in page.text
    for field in ("price", "minimum", "multiple", "from_1", "price_1"):
        for text in GRID:
            if text == "1.5" and field in {"price", "price_1"}:
                continue
            answer = client.submit(page, "/terms", status=422, **{field: text})
            assert f'id="{field}-error"' in answer.response.get_data(as_text=True)
    assert "¥31.50" in client.get(path).text


def test_stock_is_received_and_written_off_on_the_page(
    own_offer: Callable[..., str], app: Flask
) -> None:
    public_id = own_offer()
    path = f"/supplier/listings/{public_id}"
    with app.app_context():
        offer = db.session.scalar(select(Offer).where(Offer.public_id == public_id))
        assert offer is not None
        batch = db.session.scalar(select(Batch.public_id).where(Batch.code == f"OWN-{offer.id}"))
    client = signed_in(app, "coop")
    page = client.get(path)
    receipt: dict[str, Any] = {"receipt-batch": batch, "receipt-unit": "kg"}
    for text in (*GRID, "2.4", "102.5"):
        wrong = {**receipt, "receipt-amount": text}
        answer = client.submit(page, "/receipts", status=422, **wrong)
        assert 'id="receipt-amount-error"' in answer.response.get_data(as_text=True)
    receipt["receipt-amount"] = "25"
    page = client.follow(client.submit(page, "/receipts", **receipt))
    assert "10 袋" in page.text
    loss: dict[str, Any] = {"write-off-lot": batch, "write-off-reason": "受潮"}
    for text in (*GRID, "11"):
        wrong = {**loss, "write-off-amount": text}
        answer = client.submit(page, "/write-offs", status=422, **wrong)
        assert 'id="write-off-amount-error"' in answer.response.get_data(as_text=True)
    client.submit(page, "/write-offs", status=422, **{**loss, "write-off-amount": "1",
                                                      "write-off-reason": ""})  # fmt: skip
    loss["write-off-amount"] = "3"
    client.submit(page, "/write-offs", **loss)
    with app.app_context():
        lot = db.session.scalar(
            select(StockLot).join(Offer, Offer.id == StockLot.offer_id)
            .where(Offer.public_id == public_id)
        )  # fmt: skip
        assert lot is not None
        assert (lot.received, lot.written_off, lot.on_hand) == (10, 3, 7)


def test_a_draft_is_corrected_and_a_listed_product_is_not(
    own_offer: Callable[..., str], app: Flask
) -> None:
    draft, listed = own_offer(), own_offer(status="listed", listed_at=NOW)
    client = signed_in(app, "coop")
    page = client.get(f"/supplier/listings/{draft}/description")
    page = client.follow(client.submit(page, "/description", name="改名小米"))
    assert page.heading == "改名小米"
    page = client.get(f"/supplier/listings/{listed}/description")
    client.submit(page, "/description", status=422, name="改名小米二")
    assert client.get(f"/supplier/listings/{listed}").heading != "改名小米二"


def test_changing_a_product_keeps_how_it_is_kept(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    page = client.get("/supplier/listings/new")
    page = client.follow(client.submit(page, "/supplier/listings/new", **offer_values(app)))
    path = page.response.request.path
    with app.app_context():
        offer = db.session.scalars(select(Offer).filter_by(public_id=path.split("/")[-1])).one()
        offer.product.storage = "地窖"
        db.session.commit()
    form = client.get(f"{path}/description")
    client.follow(client.submit(form, "/description", summary="又新"))
    with app.app_context():
        offer = db.session.scalars(select(Offer).filter_by(public_id=path.split("/")[-1])).one()
        assert (offer.product.storage, offer.product.summary) == ("地窖", "又新")


def test_steps_out_of_turn_change_nothing(own_offer: Callable[..., str], app: Flask) -> None:
    public_id = own_offer()
    client = signed_in(app, "coop")
    csrf = client.get("/account").form("/language").fields["csrf_token"][0]
    for step in ("withdrawal", "suspension", "resumption"):
        client.post(f"/supplier/listings/{public_id}/{step}", {"csrf_token": csrf}, status=409)
    assert status_of(app, public_id) == "draft"


def test_a_suppliers_own_steps(own_offer: Callable[..., str], app: Flask) -> None:
    public_id = own_offer(status="listed", listed_at=NOW)
    client = signed_in(app, "coop")
    page = client.get(f"/supplier/listings/{public_id}")
    for step, status in [
        ("suspension", "suspended"),
        ("resumption", "listed"),
        ("retirement", "retired"),
    ]:
        page = client.follow(client.submit(page, f"/{step}"))
        assert status_of(app, public_id) == status
    assert not any(form.action.endswith("/terms") for form in page.reader.forms)


def test_listings_of_others_are_not_found(own_offer: Callable[..., str], app: Flask) -> None:
    public_id = own_offer()
    client = signed_in(app, "enterprise")
    csrf = client.get("/account").form("/language").fields["csrf_token"][0]
    for key in (public_id, "unknown"):
        path = f"/supplier/listings/{key}"
        client.get(path, status=404)
        client.get(f"{path}/description", status=404)
        for step in ("terms", "description", "submission", "withdrawal", "suspension", "resumption",
                     "retirement", "receipts", "write-offs"):  # fmt: skip
            client.post(f"{path}/{step}", {"csrf_token": csrf}, status=404)
    assert status_of(app, public_id) == "draft"
    signed_in(app, "consumer").get("/supplier/listings", status=403)
    PageClient(app.test_client()).get("/supplier/listings", status=302)


def certificate_page(client: PageClient, app: Flask, *, status: int = 302, **changes: Any) -> Page:
    with app.app_context():
        producer = demo_producer(COOP)
        base = base_of(producer).public_id
        product = manage_queries.own_products(producer)[0].public_id
    page = client.get("/supplier/certificates/new")
    values = {
        "type": "organic", "number": "001OP2600777", "issuer": "试验认证", "valid_from": "2026-06-01",
        "valid_to": "2027-05-31", "products": [product], "bases": [base],
        "evidence": (BytesIO(pdf()), "证书.pdf"),
    }  # fmt: skip
    return client.submit(page, "/supplier/certificates/new", status=status, **{**values, **changes})


def test_a_certificate_from_upload_to_approval(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    page = client.follow(certificate_page(client, app))
    assert "001OP2600777" in page.text
    with app.app_context():
        found = db.session.scalar(select(Certificate).where(Certificate.number == "001OP2600777"))
        assert found is not None
        public_id = found.public_id
    own = client.get(f"/supplier/certificates/{public_id}")
    scan = next(link for link in own.reader.links if link.startswith("/evidence/"))
    reviewer = signed_in(app, "reviewer")
    assert reviewer.client.get(scan, buffered=True).status_code == 200
    page = reviewer.get(f"/review/certificates/{public_id}")
    reviewer.submit(page, "/approval")
    page = reviewer.get(f"/review/certificates/{public_id}")
    refused = reviewer.submit(page, "/revocation", status=422, reason="")
    assert "请填写" in refused.text
    page = reviewer.follow(reviewer.submit(page, "/revocation", reason="被发证机构撤销"))
    assert "已撤销" in page.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "ABC"}, "number"),
        ({"type": "test_report"}, "type"),
        ({"valid_to": "2028-06-01"}, "valid_to"),
        ({"valid_to": ""}, "valid_to"),
        ({"valid_from": "2026-6-1"}, "valid_from"),
        ({"products": []}, "products"),
        ({"products": ["unknown"]}, "products"),
        ({"evidence": (BytesIO(b"MZ"), "a.pdf")}, "evidence"),
        ({"evidence": (BytesIO(b""), "a.pdf")}, "evidence"),
    ],
)
def test_a_wrong_certificate_says_so_at_its_field(
    database: World, app: Flask, changes: dict[str, Any], field: str
) -> None:
    with app.app_context():
        before = row_count(Certificate), row_count(StoredFile)
    page = certificate_page(signed_in(app, "coop"), app, status=422, **changes)
    assert f'id="{field}-error"' in page.response.get_data(as_text=True)
    with app.app_context():
        assert (row_count(Certificate), row_count(StoredFile)) == before


def test_all_that_is_wrong_with_a_certificate_is_said_at_once(database: World, app: Flask) -> None:
    wrong: dict[str, Any] = {
        "number": "ABC", "issuer": "", "valid_to": "", "products": [],
        "evidence": (BytesIO(b"MZ"), "a.pdf"),
    }  # fmt: skip
    page = certificate_page(signed_in(app, "coop"), app, status=422, **wrong)
    html = page.response.get_data(as_text=True)
    assert [name for name in wrong if f'id="{name}-error"' not in html] == []
    assert "刚才选的文件没有保留" in page.text


def test_what_wants_something_done_comes_first(database: World, app: Flask) -> None:
    client = signed_in(app, "coop")
    every = client.get("/supplier/certificates")
    soon = client.get("/supplier/certificates?state=expiring")
    pattern = "/supplier/certificates/"
    first = next(
        link for link in every.reader.links if link.startswith(pattern) and "new" not in link
    )
    assert first in soon.reader.links
    assert any("/new?like=" in link for link in soon.reader.links)


def test_certificates_of_others_are_not_found(database: World, app: Flask) -> None:
    with app.app_context():
        producer = demo_producer(COOP)
        own = db.session.scalar(
            select(Certificate.public_id).where(Certificate.holder_id == producer.id).limit(1)
        )
        far = make_shelf(producer={"county_code": "152223"}).certificate
        far.status = "submitted"
        elsewhere = far.public_id
        db.session.commit()
    signed_in(app, "enterprise").get(f"/supplier/certificates/{own}", status=404)
    reviewer = signed_in(app, "reviewer")
    csrf = reviewer.get("/account").form("/language").fields["csrf_token"][0]
    for key in (elsewhere, "unknown"):
        reviewer.get(f"/review/certificates/{key}", status=404)
        reviewer.get(f"/review/offers/{key}", status=404)
        for step in ("approval", "refusal", "revocation"):
            path = f"/review/certificates/{key}/{step}"
            reviewer.post(path, {"csrf_token": csrf}, status=404)
        for step in ("approval", "refusal", "return"):
            reviewer.post(f"/review/offers/{key}/{step}", {"csrf_token": csrf}, status=404)


def test_an_unsubmitted_draft_is_not_for_reviewers(
    own_offer: Callable[..., str], app: Flask
) -> None:
    signed_in(app, "reviewer").get(f"/review/offers/{own_offer()}", status=404)


def test_a_list_costs_the_same_for_few_and_many(
    own_offer: Callable[..., str], app: Flask, count_queries: Any
) -> None:
    client = signed_in(app, "coop")
    with count_queries() as few:
        client.get("/supplier/listings")
    for _ in range(12):
        last = own_offer()
    with count_queries() as many:
        client.get("/supplier/listings")
    assert few.count == many.count <= 12
    for path in (f"/supplier/listings/{last}", "/supplier/listings/new", "/supplier/certificates",
                 "/supplier/certificates/new", f"/supplier/listings/{last}/description"):  # fmt: skip
        with count_queries() as queries:
            client.get(path)
        assert queries.count <= 12
