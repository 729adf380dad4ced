"""The operator's list of payments that do not fit."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from orders.models import Purchase
from orders.payments.anomalies import REASONS, listed, settle_anomaly
from orders.payments.forms import SettlementForm
from orders.payments.models import Payment, PaymentAnomaly
from shop import clock
from shop.access import requires
from shop.actor import current_actor
from shop.db import db
from shop.errors import NotFound
from shop.sheets import MAX_ROWS, Column, Group, Kind, Report, Row, sheet, sheet_head
from shop.web.acting import carried_out
from shop.web.filters import moment
from shop.web.paging import Page, asked_page

bp = Blueprint("payment_anomalies", __name__)
PAGE_SIZE = 30
Answer = str | Response | tuple[str, int]


@bp.get("/platform/payments")
@requires("orders:payment:read")
def list_anomalies() -> Answer:
    """Open ones; `?settled=1` for those that were dealt with."""
    return _page(SettlementForm())


@bp.post("/platform/payments/<int:anomaly_id>/settlement")
@requires("orders:anomaly:settle")
def settle(anomaly_id: int) -> Answer:
    if db.session.get(PaymentAnomaly, anomaly_id) is None:
        raise NotFound
    form = SettlementForm()

    def act() -> None:
        settle_anomaly(anomaly_id, form.note.data or "", actor=current_actor(), at=clock.now())

    if not form.validate() or not carried_out(form, act):
        return _page(form, wrong_id=anomaly_id), 422
    flash(_("已登记处理结果。"), "success")
    return redirect(url_for("payment_anomalies.list_anomalies"))


def _page(form: SettlementForm, wrong_id: int | None = None) -> str:
    is_settled = request.args.get("settled") == "1"
    found = listed(is_settled=is_settled)
    settled = PaymentAnomaly.settled_at
    counted = select(func.count(PaymentAnomaly.id) - func.count(settled), func.count(settled))
    counts = tuple(db.session.execute(counted).one())
    page = Page(asked_page(), PAGE_SIZE, counts[is_settled])
    anomalies = list(db.session.scalars(found.offset(page.offset).limit(page.size)))
    if wrong_id is not None and wrong_id not in {each.id for each in anomalies}:
        # Settled by somebody meanwhile, or on another page of the list.
        anomalies = [db.session.get_one(PaymentAnomaly, wrong_id), *anomalies]
    numbers = _purchase_numbers(anomalies)
    return render_template(
        "orders/payments/anomalies.html",
        anomalies=anomalies, numbers=numbers, reasons=REASONS, page=page, form=form,
        wrong_id=wrong_id, is_settled=is_settled, counts=counts, sheet_head=sheet_head(),
        download=url_for("payment_anomalies.anomalies_sheet", settled=1 if is_settled else None),
    )  # fmt: skip


@bp.get("/platform/payments.xlsx")
@requires("orders:payment:read")
def anomalies_sheet() -> Response:
    is_settled = request.args.get("settled") == "1"
    anomalies = list(db.session.scalars(listed(is_settled=is_settled).limit(MAX_ROWS + 1)))
    numbers = _purchase_numbers(anomalies)
    labels = (
        ("found", _("发现时间")), ("purchase", _("采购编号")), ("event", _("渠道消息")),
        ("settled", _("处理时间")), ("note", _("处理结果")),
    )  # fmt: skip
    rows = [
        Row(str(REASONS[each.reason]), {
            "found": moment(each.found_at), "purchase": numbers.get(each.payment_id or 0),
            "event": each.event_id, "settled": moment(each.settled_at), "note": each.settled_note,
        })
        for each in anomalies
    ]  # fmt: skip
    report = Report(
        _("支付异常"), _("支付渠道的消息与商城账目有哪些不符？"), _("异常"),
        [Group("", [Column(key, label, Kind.TEXT) for key, label in labels])], rows, None, [],
        [(_("状态"), _("已处理") if is_settled else _("待处理"))],
    )  # fmt: skip
    return sheet(report, f"payments-{clock.today()}")


def _purchase_numbers(anomalies: list[PaymentAnomaly]) -> dict[int, str]:
    ids = [anomaly.payment_id for anomaly in anomalies if anomaly.payment_id is not None]
    rows = db.session.execute(
        select(Payment.id, Purchase.number).join(Purchase).where(Payment.id.in_(ids))
    )
    return dict(rows.tuples().all())
