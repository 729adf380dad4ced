"""Approval of a unit's order by another person than its buyer."""

from flask import Blueprint
from flask_babel import gettext as _

from orders.purchasing import operations
from orders.purchasing.buyer_views import Answer, order_page, take_step
from orders.purchasing.forms import MarkForm, ReasonForm
from shop import clock
from shop.access import requires
from shop.actor import current_actor

bp = Blueprint("approvals", __name__, url_prefix="/canteen/orders/<number>")


@bp.post("/approval")
@requires("orders:order:approve")
def approval(number: str) -> Answer:
    form, actor = MarkForm(), current_actor()
    seen = (form.seen.data or "") if form.validate_on_submit() else ""
    return take_step(
        number,
        lambda: operations.approve(number, seen, actor=actor, at=clock.now()),
        _("已审批通过，等待供应商确认。"),
    )


@bp.post("/rejection")
@requires("orders:order:approve")
def rejection(number: str) -> Answer:
    form, actor = ReasonForm(), current_actor()
    if not form.validate_on_submit():
        return order_page(number, form), 422
    reason = form.reason.data or ""
    return take_step(
        number,
        lambda: operations.reject(number, reason, actor=actor, at=clock.now()),
        _("已退回，订单结束，库存已放回。"),
    )
