"""Approval of a unit's order by another person than its buyer."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from orders.purchasing import operations
from orders.purchasing.buyer_views import order_page
from orders.purchasing.forms import MarkForm, ReasonForm
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import transaction

bp = Blueprint("approvals", __name__, url_prefix="/canteen/orders/<number>")


@bp.post("/approval")
@requires("orders:order:approve")
def approval(number: str) -> Response:
    form = MarkForm()
    seen = (form.seen.data or "") if form.validate_on_submit() else ""
    with transaction():
        operations.approve(number, seen, actor=current_actor(), at=clock.now())
    flash(_("已审批通过，等待供应商确认。"), "success")
    return redirect(url_for("canteen.order", number=number))


@bp.post("/rejection")
@requires("orders:order:approve")
def rejection(number: str) -> Response | tuple[str, int]:
    form = ReasonForm()
    if not form.validate_on_submit():
        return order_page(number, form), 422
    with transaction():
        operations.reject(number, form.reason.data or "", actor=current_actor(), at=clock.now())
    flash(_("已退回，订单结束，库存已放回。"), "success")
    return redirect(url_for("canteen.order", number=number))
