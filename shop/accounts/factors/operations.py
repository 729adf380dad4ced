"""Verbs about the second factor: turn on, use a code, renew the recovery codes, turn off."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update

from shop import audit
from shop.accounts.factors import recovery, totp
from shop.accounts.factors.models import RecoveryCode, SecondFactor
from shop.accounts.models import User
from shop.accounts.notices import notify
from shop.actor import Actor
from shop.crypto import seal, unseal
from shop.db import db, insert_once
from shop.errors import DomainError, InvalidInput

CONTEXT = "second_factors.secret_cipher"


class WrongCode(InvalidInput):
    """Not a code of this person's, or one that was used before; which of them is not told."""

    default_message = _l("验证码不正确或已用过。请等手机上出现新的验证码后再填。")


class AlreadyOn(DomainError):
    default_message = _l("两步验证已经开启。")


class NotOn(DomainError):
    default_message = _l("还没有开启两步验证。")


def factor_of(user_id: int | None) -> SecondFactor | None:
    return db.session.scalar(select(SecondFactor).where(SecondFactor.user_id == user_id))


def codes_left(factor: SecondFactor) -> int:
    statement = select(func.count()).where(
        RecoveryCode.factor_id == factor.id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(statement) or 0


def turn_on(actor: Actor, secret: str, code: str, *, at: datetime) -> list[str]:
    """Begin to ask for codes; returns the recovery codes, which nobody can read again.

    Raises WrongCode when the telephone shows something else, AlreadyOn.
    """
    step = totp.matching_step(secret, code, at=at)
    if step is None:
        raise WrongCode(field="code")
    values = {
        "user_id": actor.user_id,
        "secret_cipher": seal(secret, context=CONTEXT),
        "last_step": step,
        "created_at": at,
    }
    if not insert_once(SecondFactor, values):
        raise AlreadyOn
    factor = _own(actor)
    audit.record(actor, "accounts:second_factor:begin", factor, at=at)
    _tell(actor, "second_factor_on", at=at)
    return _write_codes(factor, at=at)


def use_code(user_id: int, code: str, *, at: datetime) -> str:
    """Take a code of the telephone or a recovery code: "code" or "recovery_code", as it was.

    Of parallel uses of one code a single one is taken. Raises WrongCode.
    """
    factor = factor_of(user_id)
    if factor is None:
        raise WrongCode(field="code")
    if totp.CODE.fullmatch(code):
        step = totp.matching_step(unseal(factor.secret_cipher, context=CONTEXT), code, at=at)
        if step is None or not _take_step(factor, step):
            raise WrongCode(field="code")
        return "code"
    taken = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.factor_id == factor.id,
            RecoveryCode.code_hash == recovery.code_hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongCode(_l("恢复码不正确或已用过。"), field="code")
    _tell_user(user_id, "recovery_code_used", str(codes_left(factor)), at=at)
    return "recovery_code"


def renew_recovery_codes(actor: Actor, *, at: datetime) -> list[str]:
    """Ten new ones; the old ones are worth nothing from now on. Raises NotOn."""
    factor = _own(actor)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.factor_id == factor.id))
    audit.record(actor, "accounts:second_factor:renew_codes", factor, at=at)
    return _write_codes(factor, at=at)


def turn_off(actor: Actor, *, at: datetime) -> None:
    """Ask for codes no longer; the caller has seen the password and a code. Raises NotOn."""
    factor = _own(actor)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.factor_id == factor.id))
    audit.record(actor, "accounts:second_factor:end", factor, at=at)
    db.session.delete(factor)
    _tell(actor, "second_factor_off", at=at)


def _own(actor: Actor) -> SecondFactor:
    factor = factor_of(actor.user_id)
    if factor is None:
        raise NotOn
    return factor


def _take_step(factor: SecondFactor, step: int) -> bool:
    taken = db.session.execute(
        update(SecondFactor)
        .where(SecondFactor.id == factor.id, SecondFactor.last_step < step)
        .values(last_step=step)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _write_codes(factor: SecondFactor, *, at: datetime) -> list[str]:
    codes = recovery.new_codes()
    db.session.add_all(
        RecoveryCode(factor_id=factor.id, code_hash=recovery.code_hash(code), created_at=at)
        for code in codes
    )
    return codes


def _tell(actor: Actor, kind: str, *, at: datetime) -> None:
    assert actor.user_id is not None
    _tell_user(actor.user_id, kind, db.session.get_one(User, actor.user_id).email, at=at)


def _tell_user(user_id: int, kind: str, subject: str, *, at: datetime) -> None:
    """Whoever holds the account learns of it, even if it was not they who did it."""
    notify(
        kind=kind,
        subject=subject,
        dedupe_key=f"{kind}:{user_id}:{at.isoformat()}",
        at=at,
        user_id=user_id,
        url="/account/second-factor",
    )
