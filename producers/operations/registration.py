"""A producer's registration: application, county recommendation, platform approval, profile."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from producers.changes import tell_supply_change
from producers.models import Cooperative, Enterprise, Producer
from producers.reach import refuse_own
from producers.rules import REGISTRATION_LIST, check_kind_of_code
from producers.states import PRODUCER_MACHINE, ProducerEvent, ProducerStatus
from shop import audit
from shop.accounts.models import Membership, Organisation, OrganisationKind
from shop.accounts.notices import notify
from shop.actor import Actor, Role
from shop.clock import business_day
from shop.crypto import seal
from shop.db import db, lock
from shop.errors import InvalidInput
from shop.regions.queries import counts

STAFF_ROLES = {"cooperative": Role.COOPERATIVE_STAFF, "enterprise": Role.ENTERPRISE_STAFF}
BANK_CONTEXT = "producers.bank_account_cipher"


@dataclass(frozen=True)
class Application:
    """What an applicant states (forms B1, thin). `sc_licence` for enterprises that process."""

    kind: str
    name: str
    uscc: str
    county_code: str
    address: str
    legal_representative: str
    founded_on: date
    contact_name: str
    contact_phone: str
    story: str
    sc_licence: str | None = None


@dataclass(frozen=True)
class Profile:
    """What a producer may change by itself. An empty account number keeps the one on file."""

    address: str
    story: str
    contact_name: str
    contact_phone: str
    bank_name: str | None
    bank_account: str | None


def apply_as_producer(application: Application, *, actor: Actor, at: datetime) -> Producer:
    """Register an application; the applicant's role begins when it is approved.

    Raises InvalidInput at the field: a code that is taken or of another kind, a county outside
    the list, an enterprise that processes without a licence.
    """
    _refuse_application(application, at)
    organisation = Organisation(
        kind=OrganisationKind.PRODUCER,
        name=application.name,
        uscc=application.uscc,
        region_code=application.county_code,
        address=application.address,
        contact_name=application.contact_name,
        contact_phone=application.contact_phone,
        created_at=at,
    )
    model = Cooperative if application.kind == "cooperative" else Enterprise
    producer = model(organisation=organisation, uscc=application.uscc, status="applied")
    _take_over(producer, application, at)
    db.session.add(producer)
    db.session.flush()
    # Not in force until the approval: ended before it began.
    db.session.add(
        Membership(
            user_id=actor.user_id, organisation_id=organisation.id,
            role=STAFF_ROLES[application.kind], created_at=at, ended_at=at,
        )
    )  # fmt: skip
    audit.record(
        actor, "producers:producer:apply", producer, after=_registration_facts(producer), at=at
    )
    return producer


def apply_again(
    producer: Producer, application: Application, *, actor: Actor, at: datetime
) -> None:
    """Correct a refused application and hand it in once more.

    Kind and code stay as they were. Raises InvalidTransition, InvalidInput.
    """
    (locked,) = lock(Producer, [producer.id])
    locked.status = PRODUCER_MACHINE.next(ProducerStatus(locked.status), ProducerEvent.APPLY_AGAIN)
    _refuse_county(application.county_code, at)
    before = _registration_facts(locked)
    locked.organisation.region_code = application.county_code
    locked.organisation.name = application.name
    locked.organisation.address = application.address
    locked.organisation.contact_name = application.contact_name
    locked.organisation.contact_phone = application.contact_phone
    _take_over(locked, application, at)
    after = _registration_facts(locked)
    audit.record(actor, "producers:producer:apply_again", locked, before=before, after=after, at=at)


def application_of(user_id: int | None) -> Producer | None:
    """The producer for which this person asked to work, whatever has become of it."""
    return db.session.scalar(
        select(Producer)
        .join(Membership, Membership.organisation_id == Producer.organisation_id)
        .where(Membership.user_id == user_id)
        .order_by(Producer.id.desc())
        .limit(1)
    )


def recommend(producer: Producer, *, actor: Actor, at: datetime) -> None:
    """The county vouches for an applicant. Raises InvalidTransition, SamePerson."""
    locked = _move(producer, ProducerEvent.RECOMMEND, None, actor=actor, at=at)
    locked.recommended_at = at


def approve(producer: Producer, *, actor: Actor, at: datetime) -> None:
    """The platform opens the shop to a producer, and its applicants begin to work for it.

    Raises InvalidTransition, SamePerson.
    """
    locked = _move(producer, ProducerEvent.APPROVE, None, actor=actor, at=at)
    asked = Membership.organisation_id == locked.organisation_id
    not_begun = Membership.ended_at == Membership.created_at
    db.session.execute(update(Membership).where(asked, not_begun).values(ended_at=None))


def refuse(producer: Producer, reason: str, *, actor: Actor, at: datetime) -> None:
    """Turn an application down with a reason. Raises InvalidTransition, SamePerson."""
    _move(producer, ProducerEvent.REFUSE, reason, actor=actor, at=at)


def suspend(producer: Producer, reason: str, *, actor: Actor, at: datetime) -> None:
    """Nothing of the producer can be bought any more. Raises InvalidTransition, SamePerson."""
    _move(producer, ProducerEvent.SUSPEND, reason, actor=actor, at=at)


def reinstate(producer: Producer, *, actor: Actor, at: datetime) -> None:
    """End a suspension. Raises InvalidTransition, SamePerson."""
    _move(producer, ProducerEvent.REINSTATE, None, actor=actor, at=at)


def change_profile(producer: Producer, profile: Profile, *, actor: Actor, at: datetime) -> None:
    """Change address, story, contact and bank account; personal values stay out of the audit."""
    (locked,) = lock(Producer, [producer.id])
    before = {"address": locked.address, "bank_name": locked.bank_name}
    locked.address, locked.story = profile.address, profile.story
    locked.bank_name = profile.bank_name
    if profile.bank_account:
        locked.bank_account_cipher = seal(profile.bank_account, context=BANK_CONTEXT)
    organisation = locked.organisation
    organisation.address = profile.address
    organisation.contact_name = profile.contact_name
    organisation.contact_phone = profile.contact_phone
    after = {
        "address": locked.address,
        "bank_name": locked.bank_name,
        "bank_account_changed": bool(profile.bank_account),
    }
    audit.record(actor, "producers:producer:change", locked, before=before, after=after, at=at)
    tell_supply_change(locked.id, at)


def _move(
    producer: Producer, event: ProducerEvent, reason: str | None, *, actor: Actor, at: datetime
) -> Producer:
    (locked,) = lock(Producer, [producer.id])
    refuse_own(actor, locked)
    before = ProducerStatus(locked.status)
    locked.status = PRODUCER_MACHINE.next(before, event)
    locked.status_reason = reason
    if event is ProducerEvent.APPROVE:
        locked.approved_at = at
    audit.record(
        actor, f"producers:producer:{event}", locked,
        before={"status": before}, after={"status": locked.status, "reason": reason}, at=at,
    )  # fmt: skip
    tell_supply_change(locked.id, at)
    _tell_applicants(locked, event, at)
    return locked


def _tell_applicants(producer: Producer, event: ProducerEvent, at: datetime) -> None:
    people = select(Membership.user_id).where(
        Membership.organisation_id == producer.organisation_id
    )
    for user_id in db.session.scalars(people.distinct()):
        notify(
            kind=f"producers:producer:{event}", subject=producer.name, user_id=user_id, at=at,
            dedupe_key=f"producer:{producer.id}:{event}:{at.isoformat()}:{user_id}",
        )  # fmt: skip


def _refuse_application(application: Application, at: datetime) -> None:
    check_kind_of_code(application.uscc, application.kind)
    taken = select(Organisation.id).where(Organisation.uscc == application.uscc)
    if db.session.scalar(taken) is not None:
        raise InvalidInput(_l("这个统一社会信用代码已经登记过。"), field="uscc")
    _refuse_county(application.county_code, at)


def _refuse_county(county_code: str, at: datetime) -> None:
    if not counts(county_code, REGISTRATION_LIST, business_day(at)):
        raise InvalidInput(_l("注册地不在帮扶旗县名单内。"), field="county_code")


def _take_over(producer: Producer, application: Application, at: datetime) -> None:
    producer.name, producer.county_code = application.name, application.county_code
    producer.address, producer.story = application.address, application.story
    producer.founded_on = application.founded_on
    producer.legal_representative = application.legal_representative
    producer.applied_at, producer.status_reason = at, None
    if isinstance(producer, Enterprise):
        producer.sc_licence = application.sc_licence


def _registration_facts(producer: Producer) -> dict[str, str]:
    return {
        "name": producer.name,
        "uscc": producer.uscc,
        "county_code": producer.county_code,
        "status": producer.status,
    }
