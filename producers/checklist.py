"""A new supplier's first steps in this room: profile, base, batch."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import exists, or_, select

from producers.models import Base, BaseLink, Batch, HouseholdLink, Producer
from shop.actor import Actor, Role
from shop.db import db
from shop.web.checklist import Task


def first_steps(actor: Actor) -> Sequence[Task]:
    """One query: what the supplier already has."""
    has_base = or_(
        exists().where(Base.operator_id == Producer.id),
        exists().where(BaseLink.producer_id == Producer.id),
    )
    row = db.session.execute(
        select(
            Producer.story != "",
            Producer.bank_account_cipher.is_not(None),
            has_base,
            exists().where(HouseholdLink.producer_id == Producer.id),
            exists().where(Batch.producer_id == Producer.id),
        ).where(Producer.organisation_id == actor.organisation_id)
    ).first()
    if row is None:
        return []
    has_story, has_account, based, linked, harvested = row
    tasks = [
        Task(
            "profile",
            _("补全主体资料"),
            _("写一段介绍，登记收款账号：公开页面和对公付款都用得到。"),
            url_for("supply.show_profile"),
            bool(has_story and has_account),
            10,
        ),
        Task(
            "base",
            _("核对可用基地"),
            _("商品和批次都要落到基地。没有列出基地时，请联系县级审核部门。"),
            url_for("supply.show_profile"),
            bool(based),
            20,
        ),
        Task(
            "batch",
            _("登记第一个批次"),
            _("每次采收或出栏记一个批次，入库后才有可售库存，买家也能追溯。"),
            url_for("batches.new_batch"),
            bool(harvested),
            60,
        ),
    ]
    if Role.COOPERATIVE_STAFF in actor.roles:
        tasks.append(
            Task(
                "households",
                _("登记联结农户"),
                _("姓名和证件加密保存，页面上只显示代号和所在村。"),
                url_for("households.list_households"),
                bool(linked),
                30,
            )
        )
    return tasks
