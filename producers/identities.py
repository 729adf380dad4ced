"""Who a household is, sealed: the one module that reads or writes it.

Reached by the staff of a cooperative with a link in force. Lists show masked names; a whole
identity is shown for one household at a time, with a reason, leaving one audit entry. No
personal value goes into audit, log, notices or index (PIPL; brief 3.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from producers.models import Household, HouseholdIdentity, Producer
from producers.reach import linked_household
from producers.rules import mask_id_number, mask_name, mask_phone
from shop import audit
from shop.actor import Actor
from shop.clock import business_day
from shop.crypto import fingerprint, seal, unseal
from shop.db import db
from shop.errors import InvalidInput, NotFound

CONTEXT = "household_identities.{column}"
"""Binds a sealed value to its column; the demonstration world uses the same words."""


@dataclass(frozen=True)
class Identity:
    """Who a household is. Handed to one page only, after the disclosure was written down."""

    head_name: str
    id_number: str
    phone: str | None


@dataclass(frozen=True)
class MaskedIdentity:
    """What the household's own page shows by default."""

    head_name: str
    id_number: str
    phone: str | None


def masked_names(households: Sequence[Household]) -> dict[int, str]:
    """王* by household id, for those with an identity on file: one query."""
    ids = [household.id for household in households]
    sealed = select(HouseholdIdentity.household_id, HouseholdIdentity.head_name_cipher)
    rows = db.session.execute(sealed.where(HouseholdIdentity.household_id.in_(ids)))
    return {each: mask_name(_open("head_name_cipher", cipher)) for each, cipher in rows}


def masked_identity(household: Household) -> MaskedIdentity | None:
    """王*, 150***********1234, 138****5678; None where no identity is on file."""
    identity = _identity(household)
    if identity is None:
        return None
    phone = identity.phone
    return MaskedIdentity(
        head_name=mask_name(identity.head_name),
        id_number=mask_id_number(identity.id_number),
        phone=mask_phone(phone) if phone else None,
    )


def household_with(id_number: str) -> Household | None:
    """The household that is on file under this number."""
    return db.session.scalar(
        select(Household)
        .join(HouseholdIdentity, HouseholdIdentity.household_id == Household.id)
        .where(HouseholdIdentity.id_number_fingerprint == fingerprint(id_number))
    )


def seal_identity(household: Household, identity: Identity) -> None:
    """Put who it is on file, sealed."""
    phone = identity.phone
    db.session.add(
        HouseholdIdentity(
            household_id=household.id,
            head_name_cipher=_seal("head_name_cipher", identity.head_name),
            id_number_cipher=_seal("id_number_cipher", identity.id_number),
            id_number_fingerprint=fingerprint(identity.id_number),
            phone_cipher=_seal("phone_cipher", phone) if phone else None,
        )
    )


def reveal_identity(
    producer: Producer, household: Household, reason: str, *, actor: Actor, at: datetime
) -> Identity:
    """The whole identity, for a reason that is written down: one audit entry per record.

    Raises NotFound when no link is in force or nothing is on file, InvalidInput without a reason.
    """
    linked = linked_household(producer, household.pseudonym, business_day(at))
    if not reason.strip():
        raise InvalidInput(_l("请写明查看的原因。"), field="reason")
    identity = _identity(linked)
    if identity is None:
        raise NotFound
    audit.record(actor, "producers:household:reveal", linked, after={"reason": reason}, at=at)
    return identity


def _identity(household: Household) -> Identity | None:
    sealed = db.session.get(HouseholdIdentity, household.id)
    if sealed is None:
        return None
    phone = sealed.phone_cipher
    return Identity(
        head_name=_open("head_name_cipher", sealed.head_name_cipher),
        id_number=_open("id_number_cipher", sealed.id_number_cipher),
        phone=_open("phone_cipher", phone) if phone else None,
    )


def _seal(column: str, text: str) -> str:
    return seal(text, context=CONTEXT.format(column=column))


def _open(column: str, value: str) -> str:
    return unseal(value, context=CONTEXT.format(column=column))
