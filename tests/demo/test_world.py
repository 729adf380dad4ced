"""The demonstration world: repeatable, marked, sealed, and true to the shop's own rules."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from catalog.models import Hold, Offer, Product, StockLot
from demo.accounts import ACCOUNTS, MARK, PASSWORD
from demo.names import NOWHERE
from orders.models import Allocation, Order, OrderEvent, OrderLine, Purchase
from orders.payments.models import Invoice, Payment
from orders.quota.models import QuotaPlan
from orders.states import OrderKind, OrderStatus
from producers.models import (
    Base,
    Batch,
    BatchShare,
    Certificate,
    CertificateType,
    Household,
    HouseholdIdentity,
    Producer,
)
from shop import codes, crypto
from shop.accounts.models import Membership, Organisation, User
from shop.accounts.passwords import verify_password
from shop.regions.models import Level, Region
from tests import world

Db = scoped_session[Session]


def count(session: Db, model: type[Any], *conditions: Any) -> int:
    found = session.scalar(select(func.count()).select_from(model).where(*conditions))
    return found or 0


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.local)
def test_the_fixed_people_have_their_role_and_password(session: Db, account: Any) -> None:
    user = world.person(account.local)
    roles = set(session.scalars(select(Membership.role).where(Membership.user_id == user.id)))
    assert verify_password(user.password_hash, PASSWORD)
    assert roles == ({account.role.value} if account.role else set())


def test_the_small_world_has_its_size(session: Db) -> None:
    approved = Producer.status == "approved"
    assert count(session, Producer, approved, Producer.kind == "cooperative") == 6
    assert count(session, Producer, approved, Producer.kind == "enterprise") == 3
    assert count(session, Base) == 10
    assert count(session, Household) == 60
    assert count(session, Product) == 24
    assert count(session, Organisation, Organisation.canteen_mode.is_not(None)) == 15
    assert 100 <= count(session, Order) <= 180


def test_every_state_of_an_order_is_there(session: Db) -> None:
    rows = session.execute(select(Order.kind, Order.status).distinct()).tuples()
    found = {(OrderKind(kind), OrderStatus(status)) for kind, status in rows}
    shared = {OrderStatus.CANCELLED, OrderStatus.COMPLETED, OrderStatus.DISPATCHED}
    private = {"awaiting_payment", "paid", "expired", "refunded"} | shared
    assert found == {(OrderKind.CONSUMER, OrderStatus(status)) for status in private} | {
        (OrderKind.INSTITUTION, status)
        for status in OrderStatus
        if status in shared or status.value not in private
    }


@pytest.mark.parametrize(
    "status", ["awaiting_payment", "paid", "dispatched", "completed", "expired"]
)
def test_the_fixed_consumer_has_orders_in_every_state(session: Db, status: str) -> None:
    assert world.consumer_order(status).status == status


def test_some_unit_with_a_reserved_share_never_buys(session: Db) -> None:
    """Whatever the day on which the world is made: officials look for such units."""
    ordered = select(Order.budget_unit_id).where(Order.budget_unit_id.is_not(None))
    newest = select(func.max(QuotaPlan.year)).scalar_subquery()
    plans = session.execute(
        select(QuotaPlan.status, QuotaPlan.reserved)
        .where(QuotaPlan.year == newest, QuotaPlan.unit_id.not_in(ordered))
    ).all()  # fmt: skip
    assert any(status == "confirmed" and reserved.fen > 0 for status, reserved in plans)


@pytest.mark.parametrize("status", ["awaiting_approval", "approved", "confirmed", "dispatched",
                                    "weighed", "accepted", "invoiced", "completed"])  # fmt: skip
def test_the_fixed_school_has_orders_in_every_state(session: Db, status: str) -> None:
    assert world.canteen_order(status).seller_id == world.cooperative().id


def test_the_named_things_are_what_their_names_say(session: Db) -> None:
    assert session.get_one(Offer, world.offer_by_weight()).price_basis == "kilogram"
    assert session.get_one(Offer, world.offer_by_pack()).price_basis == "pack"
    assert (
        session.get_one(Offer, world.enterprise_offer()).product.producer_id
        == world.enterprise().id
    )
    assert session.get_one(Offer, world.uncertified_offer()).status == "listed"
    assert world.offer_in("submitted") != world.offer_in("draft")
    assert world.offers_under(world.ending_certificate())
    assert world.offers_under(world.expired_certificate()) == [world.uncertified_offer()]
    assert world.submitted_certificate().approved_at is None
    assert world.revoked_certificate().revoked_at is not None
    assert world.applicant().approved_at is None


def test_no_invented_name_is_without_its_mark(session: Db) -> None:
    columns = (Organisation.name, Organisation.contact_name, User.name, Producer.name,
               Producer.legal_representative, Base.name, Order.recipient, OrderEvent.actor_name,
               OrderLine.producer_name, OrderLine.base_name)  # fmt: skip
    jobs = {"支付渠道", "到期处理"}
    for column in columns:
        names = set(session.scalars(select(column).distinct())) - jobs
        assert names
        assert [name for name in names if not name.endswith(MARK)] == [], column
    assert count(session, User, User.is_demo.is_(False)) == 0
    assert count(session, Organisation, Organisation.is_demo.is_(False)) == 0


def test_identities_are_sealed_and_nobodys(session: Db) -> None:
    identities = list(session.scalars(select(HouseholdIdentity)))
    assert len(identities) == 60
    for identity in identities:
        number = crypto.unseal(
            identity.id_number_cipher, context="household_identities.id_number_cipher"
        )
        name = crypto.unseal(
            identity.head_name_cipher, context="household_identities.head_name_cipher"
        )
        assert codes.id_number(number) == number
        assert number.startswith(NOWHERE)
        assert number[14:16] == "99"
        assert name.endswith(MARK)
        assert identity.id_number_fingerprint == crypto.fingerprint(number)
        assert number not in identity.id_number_cipher


def test_codes_and_certificate_numbers_pass_their_published_checks(session: Db) -> None:
    for code in session.scalars(select(Organisation.uscc)):
        assert codes.uscc(code) == code
    types = {found.code: found.number_check for found in session.scalars(select(CertificateType))}
    for kind, number in session.execute(select(Certificate.type_code, Certificate.number)):
        assert codes.check(types[kind], number) == number


def test_bases_lie_in_real_villages_of_their_county(session: Db) -> None:
    rows = session.execute(
        select(Base.county_code, Base.village_code, Region.level).join(
            Region, Region.code == Base.village_code
        )
    ).tuples()
    assert all(level == Level.VILLAGE and village.startswith(county)
               for county, village, level in rows)  # fmt: skip


def test_households_together_brought_the_whole_batch(session: Db) -> None:
    brought = (
        select(func.sum(BatchShare.quantity))
        .where(BatchShare.batch_id == Batch.id)
        .scalar_subquery()
    )
    assert count(session, Batch, Batch.quantity != brought) == 0
    homes = select(func.count()).where(BatchShare.batch_id == Batch.id).scalar_subquery()
    assert count(session, Batch, homes >= 5) > count(session, Batch) * 8 // 10
    assert count(session, Batch, homes < 5) > 0  # a group too small to be shown


def test_stock_balances_with_its_holds(session: Db) -> None:
    def held(status: str) -> Any:
        return (
            select(func.coalesce(func.sum(Hold.quantity), 0))
            .where(Hold.stock_lot_id == StockLot.id, Hold.status == status)
            .scalar_subquery()
        )

    assert count(session, StockLot, StockLot.held != held("live")) == 0
    assert count(session, StockLot, StockLot.sold != held("claimed")) == 0


def test_sent_lines_come_whole_from_batches_of_their_base(session: Db) -> None:
    rows = session.execute(
        select(
            OrderLine.quantity,
            func.sum(Allocation.quantity),
            OrderLine.base_id,
            func.min(Batch.base_id),
            func.max(Batch.base_id),
        )
        .join(Allocation, Allocation.line_id == OrderLine.id)
        .join(Batch, Batch.id == Allocation.batch_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.dispatched_at.is_not(None))
        .group_by(OrderLine.id)
    ).all()
    assert rows
    assert all(wanted == given and base == low == high for wanted, given, base, low, high in rows)


def test_totals_add_up_and_paid_purchases_have_one_payment(session: Db) -> None:
    lines = select(func.sum(OrderLine.amount)).where(OrderLine.order_id == Order.id)
    orders = select(func.sum(Order.total)).where(Order.purchase_id == Purchase.id)
    assert count(session, Order, Order.total != lines.scalar_subquery()) == 0
    assert count(session, Purchase, Purchase.total != orders.scalar_subquery()) == 0
    paid = session.execute(
        select(Purchase.total, func.count(Payment.id), func.sum(Payment.amount))
        .join(Payment, Payment.purchase_id == Purchase.id)
        .where(Purchase.status == "paid", Payment.status == "paid")
        .group_by(Purchase.id)
    ).all()
    assert len(paid) == count(session, Purchase, Purchase.status == "paid")
    assert all(
        number == 1 and total.fen == int(getattr(amount, "fen", amount))
        for total, number, amount in paid
    )


def test_every_invariant_of_the_shop_holds(database: object, app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["check-invariants"])
    assert result.exit_code == 0, result.output


def test_catch_weight_drives_the_invoice(session: Db) -> None:
    differing = session.execute(
        select(Order.total, Invoice.amount).join(Invoice, Invoice.order_id == Order.id)
    ).all()
    assert any(ordered != invoiced for ordered, invoiced in differing)
    assert all(
        len(number) == 20 and number.isdigit() for number in session.scalars(select(Invoice.number))
    )


def test_plans_were_filed_returned_and_left_out(session: Db) -> None:
    statuses = set(session.scalars(select(QuotaPlan.status)))
    plans = count(session, QuotaPlan, QuotaPlan.year == world.LAST_DAY.year)
    assert statuses == {"filed", "checked", "confirmed", "returned"}
    assert 0 < plans < count(session, Organisation, Organisation.canteen_mode.is_not(None))
