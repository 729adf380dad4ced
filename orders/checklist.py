"""A new buying unit's first steps: people, the year's filing, the first order."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import distinct, exists, func, select

from orders.models import Order
from orders.quota.models import QuotaPlan
from shop import clock
from shop.access import policy
from shop.accounts.models import Membership, Organisation
from shop.actor import Actor, Role
from shop.db import db
from shop.web.checklist import Task

TWO = 2
"""People that an order needs: one to place it, another to approve it; likewise at the scales."""


def first_steps(actor: Actor) -> Sequence[Task]:
    """One query: who there is, what was filed, what was ordered."""
    year = clock.procurement_year(clock.today())
    live = (Membership.organisation_id == Organisation.id, Membership.ended_at.is_(None))
    people = select(func.count(distinct(Membership.user_id))).where(*live).scalar_subquery()
    approvers = exists().where(*live, Membership.role == Role.INSTITUTION_APPROVER)
    row = db.session.execute(
        select(
            people,
            approvers,
            exists().where(QuotaPlan.unit_id == Organisation.id, QuotaPlan.year == year),
            exists().where(Order.buyer_organisation_id == Organisation.id),
        ).where(Organisation.id == actor.organisation_id)
    ).first()
    if row is None:
        return []
    count, has_approver, is_filed, has_ordered = row
    may_order = policy().allows(actor, "orders:order:place")
    return [
        Task(
            "people",
            _("确认经办人和审批人"),
            _("下单和审批、称重和复核都必须是两个人，所以单位至少要有两个账号，其中有审批人。"),
            url_for("accounts.list_members"),
            bool(count >= TWO and has_approver),
            10,
        ),
        Task(
            "plan",
            _("填报%(year)d年度预留份额", year=year),
            _("每个预算单位每年都要填报，没有食堂的单位也要填。"),
            url_for("quota.show_filing"),
            bool(is_filed),
            20,
        ),
        Task(
            "order",
            _("提交第一张采购订单"),
            _("可以一次向多家供应商下单，系统按供应商分成几张订单。"),
            url_for("canteen.new_order") if may_order else url_for("canteen.orders"),
            bool(has_ordered),
            30,
        ),
    ]
