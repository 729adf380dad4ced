"""What tests of the supply side need: actors, forms as typed, pictures and documents."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from producers.models import Base, Producer
from shop.accounts.models import Organisation
from shop.actor import Actor, Role
from shop.audit import AuditEntry
from shop.codes import make_id_number, make_organisation_code, make_uscc
from shop.db import db
from shop.outbox import OutboxMessage
from tests.factories.shelf import AOHAN

NOW = datetime(2026, 6, 30, 4, tzinfo=UTC)
TODAY = date(2026, 6, 30)
ID_NUMBER = make_id_number("15043019680312001")
PHONE = "13800138000"


def cooperative_code(number: int = 1) -> str:
    return make_uscc("93150430" + make_organisation_code(f"MA0KK{number:03d}"))


def enterprise_code(number: int = 1) -> str:
    return make_uscc("91150430" + make_organisation_code(f"MA0KN{number:03d}"))


def staff_of(producer: Producer, *, user_id: int = 900_001) -> Actor:
    role = Role.COOPERATIVE_STAFF if producer.kind == "cooperative" else Role.ENTERPRISE_STAFF
    return Actor(
        name="试验员", user_id=user_id, organisation_id=producer.organisation_id,
        organisation_name=producer.name, roles=frozenset({role}), region_code=producer.county_code,
    )  # fmt: skip


def reviewer_of(region_code: str = AOHAN, *, user_id: int = 900_002) -> Actor:
    return Actor(
        name="审核员", user_id=user_id, organisation_id=-1, organisation_name="试验局",
        roles=frozenset({Role.COUNTY_REVIEWER}), region_code=region_code,
    )  # fmt: skip


def operator(*, user_id: int = 900_003) -> Actor:
    return Actor(
        name="运营员", user_id=user_id, organisation_id=-2, organisation_name="试验平台",
        roles=frozenset({Role.OPERATOR}),
    )  # fmt: skip


def demo_producer(email: str) -> Producer:
    """The producer for which one of the demo world's people works."""
    from shop.accounts.models import Membership, User

    found = db.session.scalar(
        select(Producer)
        .join(Organisation, Organisation.id == Producer.organisation_id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(User, User.id == Membership.user_id)
        .where(User.email == email)
    )
    assert found is not None
    return found


def base_of(producer: Producer) -> Base:
    found = db.session.scalar(
        select(Base).where(Base.operator_id == producer.id).order_by(Base.id).limit(1)
    )
    assert found is not None
    return found


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 120, 40)).save(out, kind, **options)
    return out.getvalue()


def pdf(body: bytes = b"1 0 obj\n<< /Type /Catalog >>\nendobj\n") -> bytes:
    return b"%PDF-1.4\n" + body + b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def sent(data: bytes, name: str) -> FileStorage:
    return FileStorage(BytesIO(data), filename=name)


def audited(action: str) -> list[AuditEntry]:
    return list(
        db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
        )
    )


def messages(topic: str) -> int:
    statement = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.topic == topic)
    return db.session.scalar(statement) or 0


def row_count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0
