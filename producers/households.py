"""Households and their dated ties to a producer. Who they are is sealed: producers.identities."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from producers.identities import Identity, household_with, masked_names, seal_identity
from producers.models import Base, Household, HouseholdLink, HouseholdLinkKind, Producer
from shop import audit
from shop.actor import Actor
from shop.clock import business_day
from shop.db import db, lock
from shop.errors import InvalidInput, NotFound
from shop.regions.rules import county_of

LINK_LABELS = {
    HouseholdLinkKind.ORDER_PURCHASE: _l("订单收购"),
    HouseholdLinkKind.WORK: _l("务工就业"),
    HouseholdLinkKind.LAND_TRANSFER: _l("土地流转"),
    HouseholdLinkKind.SHARES: _l("入股分红"),
    HouseholdLinkKind.ENTRUSTED_RAISING: _l("代种代养"),
    HouseholdLinkKind.TRAINING: _l("技术培训"),
    HouseholdLinkKind.COLLECTIVE_SHARE: _l("集体经济分成"),
}

ATTRIBUTE_LABELS = {
    "lifted": _l("脱贫户"),
    "unstable": _l("脱贫不稳定户"),
    "marginal": _l("边缘易致贫户"),
    "sudden_hardship": _l("突发严重困难户"),
    "general": _l("一般户"),
}


@dataclass(frozen=True)
class NewHousehold:
    """What a cooperative enters; the identity is sealed at once."""

    identity: Identity
    village_code: str
    members: int
    attribute: str


@dataclass(frozen=True)
class NewLink:
    """A dated tie: how, from when, perhaps through one base."""

    kind: str
    base: Base | None
    valid_from: date


@dataclass(frozen=True)
class MaskedHousehold:
    """One row of the list: nothing here tells who it is."""

    household: Household
    masked_name: str
    links: list[HouseholdLink]


def masked(producer: Producer, households: list[Household]) -> list[MaskedHousehold]:
    """These households with masked names and their links to the producer: two queries."""
    names, links = masked_names(households), links_of(producer, households)
    return [MaskedHousehold(one, names.get(one.id, "—"), links[one.id]) for one in households]


def links_of(producer: Producer, households: list[Household]) -> dict[int, list[HouseholdLink]]:
    """Their ties to the producer by household id, the oldest first: one query."""
    links: dict[int, list[HouseholdLink]] = {household.id: [] for household in households}
    for link in db.session.scalars(
        select(HouseholdLink)
        .where(
            HouseholdLink.household_id.in_(list(links)), HouseholdLink.producer_id == producer.id
        )
        .order_by(HouseholdLink.valid_from, HouseholdLink.id)
    ):
        links[link.household_id].append(link)
    return links


def add_household(
    producer: Producer, new: NewHousehold, link: NewLink, *, actor: Actor, at: datetime
) -> tuple[Household, bool]:
    """Enter a household and link it; the household and whether it is new.

    A number that is known already links the existing pseudonym, whose facts stay as they are.
    Raises InvalidInput.
    """
    known = household_with(new.identity.id_number)
    household = known or _enter(new, at)
    if known is None:
        audit.record(
            actor, "producers:household:add", household,
            after={"pseudonym": household.pseudonym, "village_code": household.village_code}, at=at,
        )  # fmt: skip
    add_link(producer, household, link, actor=actor, at=at)
    return household, known is None


def add_link(
    producer: Producer, household: Household, link: NewLink, *, actor: Actor, at: datetime
) -> None:
    """Tie a household to the producer from a day on.

    Raises InvalidInput for a day to come or when the same tie is in force already.
    """
    lock(Household, [household.id])
    if link.valid_from > business_day(at):
        raise InvalidInput(_l("联结开始日期不能晚于今天。"), field="valid_from")
    base_id = link.base.id if link.base else None
    same = select(HouseholdLink.id).where(
        HouseholdLink.household_id == household.id,
        HouseholdLink.producer_id == producer.id,
        HouseholdLink.kind == link.kind,
        HouseholdLink.base_id == base_id
        if base_id is not None
        else HouseholdLink.base_id.is_(None),
        (HouseholdLink.valid_to.is_(None)) | (HouseholdLink.valid_to >= link.valid_from),
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise InvalidInput(_l("这户与本单位已有同样的联结。"), field="kind")
    db.session.add(
        HouseholdLink(
            household_id=household.id, producer_id=producer.id, base_id=base_id, kind=link.kind,
            valid_from=link.valid_from,
        )
    )  # fmt: skip
    after = {"kind": link.kind, "valid_from": link.valid_from.isoformat(), "base": base_id}
    audit.record(actor, "producers:household:link", household, after=after, at=at)


def end_link(
    producer: Producer, household: Household, link_id: int, last_day: date,
    *, actor: Actor, at: datetime,
) -> None:  # fmt: skip
    """A tie ends with a day, which is not to come. Raises NotFound, InvalidInput."""
    link = db.session.scalar(
        select(HouseholdLink).where(
            HouseholdLink.id == link_id,
            HouseholdLink.household_id == household.id,
            HouseholdLink.producer_id == producer.id,
            HouseholdLink.valid_to.is_(None),
        )
    )
    if link is None:
        raise NotFound
    if not link.valid_from <= last_day <= business_day(at):
        raise InvalidInput(_l("结束日期应在联结开始日期和今天之间。"), field="last_day")
    link.valid_to = last_day
    after = {"kind": link.kind, "valid_to": last_day.isoformat()}
    audit.record(actor, "producers:household:unlink", household, after=after, at=at)


def _enter(new: NewHousehold, at: datetime) -> Household:
    household = Household(
        pseudonym=f"H{county_of(new.village_code)}-{secrets.token_hex(5).upper()}",
        county_code=county_of(new.village_code),
        village_code=new.village_code,
        members=new.members,
        attribute=new.attribute,
        attribute_version=business_day(at).year,
        created_at=at,
    )
    db.session.add(household)
    db.session.flush()
    seal_identity(household, new.identity)
    return household
