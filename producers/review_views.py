"""Review of producers: the county recommends, the platform approves."""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from producers import reach, review_queries
from producers.forms import words
from producers.models import Producer
from producers.operations import registration
from producers.states import PRODUCER_LABELS, PRODUCER_MACHINE, ProducerEvent, ProducerStatus
from shop import clock, review
from shop.access import can, requires
from shop.actor import Actor, current_actor
from shop.db import db, lock
from shop.errors import NotFound
from shop.regions.queries import names
from shop.sheets import MAX_ROWS, Column, Group, Kind, Report, Row, sheet, sheet_head
from shop.web.deciding import Answer, DecisionForm, Matter, ReasonedForm, decide, mark, reasoned
from shop.web.filters import moment
from shop.web.forms import Form
from shop.web.paging import Page, asked_page

bp = Blueprint("producer_review", __name__)

PAGE_SIZE = 20
PERMISSIONS = {
    ProducerEvent.RECOMMEND: "producers:producer:recommend",
    ProducerEvent.APPROVE: "producers:producer:approve",
    ProducerEvent.REFUSE: "producers:producer:refuse",
    ProducerEvent.SUSPEND: "producers:producer:suspend",
    ProducerEvent.REINSTATE: "producers:producer:suspend",
}


@bp.get("/review/producers")
@requires("producers:review:read")
def list_producers() -> str:
    asked, wanted = _asked(current_actor())
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    page = Page(asked_page(), PAGE_SIZE, total)
    producers = list(db.session.scalars(wanted.offset(page.offset).limit(page.size)))
    return render_template(
        "producers/review/producers.html",
        producers=producers,
        page=page,
        asked=asked,
        statuses=PRODUCER_LABELS,
        places=names({producer.county_code for producer in producers}),
        sheet_head=sheet_head(),
        download=url_for("producer_review.producers_sheet", status=asked),
    )


def _asked(actor: Actor) -> tuple[str, Select[tuple[Producer]]]:
    """The status of the address, or what waits for this reviewer; and the producers it means."""
    asked = request.args.get("status", "waiting")
    if asked == "waiting":
        statuses = review_queries.waiting_statuses(actor)
    elif asked in {status.value for status in ProducerStatus}:
        statuses = [ProducerStatus(asked)]
    else:
        raise NotFound
    return asked, review_queries.producers_to_review(actor, statuses)


@bp.get("/review/producers.xlsx")
@requires("producers:review:read")
def producers_sheet() -> Response:
    asked, wanted = _asked(current_actor())
    found = list(db.session.scalars(wanted.limit(MAX_ROWS + 1)))
    places = names({producer.county_code for producer in found}, full=True)
    columns = (
        ("kind", _("类型")), ("uscc", _("统一社会信用代码")), ("place", _("旗县")),
        ("applied", _("申请时间")), ("status", _("状态")), ("reason", _("原因")),
    )  # fmt: skip
    rows = [
        Row(each.name, {
            "kind": _("合作社") if each.kind == "cooperative" else _("企业"), "uscc": each.uscc,
            "place": places.get(each.county_code), "applied": moment(each.applied_at),
            "status": str(PRODUCER_LABELS[ProducerStatus(each.status)][0]),
            "reason": each.status_reason,
        })
        for each in found
    ]  # fmt: skip
    state = PRODUCER_LABELS[ProducerStatus(asked)][0] if asked != "waiting" else _("待我处理")
    report = Report(
        _("供应商审核"), _("哪些供应商在申请、推荐和审核的哪一步？"), _("名称"),
        [Group("", [Column(key, label, Kind.TEXT) for key, label in columns])], rows, None, [],
        [(_("状态"), str(state))],
    )  # fmt: skip
    return sheet(report, f"producers-{clock.today()}")


@bp.get("/review/producers/<public_id>")
@requires("producers:review:read")
def show_producer(public_id: str) -> str:
    return _producer_page(public_id, ReasonedForm(formdata=None))


def _producer_page(public_id: str, form: Form) -> str:
    producer = reach.reviewed_producer(current_actor(), public_id)
    status = ProducerStatus(producer.status)
    return render_template(
        "producers/review/producer.html",
        producer=producer,
        organisation=producer.organisation,
        status=PRODUCER_LABELS[status],
        county=names([producer.county_code], full=True).get(producer.county_code),
        strength=review_queries.strength_of(producer, clock.today()),
        events={e for e in PRODUCER_MACHINE.events_from(status) if can(PERMISSIONS.get(e, ""))},
        seen=_mark(producer),
        form=form,
        reason_form=reasoned(form),
        place=review.place(current_actor(), "producers", public_id),
        today=clock.today(),
    )


def _mark(producer: Producer) -> str:
    return mark(producer.status, producer.applied_at)


def _held(public_id: str) -> Producer:
    found = reach.reviewed_producer(current_actor(), public_id)
    (producer,) = lock(Producer, [found.id])
    return producer


def _decide(
    public_id: str, form: DecisionForm, act: Callable[[Producer], None], words: str
) -> Answer:
    matter = Matter(
        "producers", public_id, url_for("producer_review.show_producer", public_id=public_id),
        lambda: _held(public_id), _mark, lambda form: _producer_page(public_id, form),
    )  # fmt: skip
    return decide(matter, form, act, words)


@bp.post("/review/producers/<public_id>/recommendation")
@requires("producers:producer:recommend")
def create_recommendation(public_id: str) -> Answer:
    def act(producer: Producer) -> None:
        registration.recommend(producer, actor=current_actor(), at=clock.now())

    return _decide(public_id, DecisionForm(), act, _("已推荐，等待平台审核。"))


@bp.post("/review/producers/<public_id>/approval")
@requires("producers:producer:approve")
def create_approval(public_id: str) -> Answer:
    def act(producer: Producer) -> None:
        registration.approve(producer, actor=current_actor(), at=clock.now())

    return _decide(public_id, DecisionForm(), act, _("已通过，供应商可以开始供货。"))


@bp.post("/review/producers/<public_id>/refusal")
@requires("producers:producer:refuse")
def create_refusal(public_id: str) -> Answer:
    form = ReasonedForm()

    def act(producer: Producer) -> None:
        registration.refuse(producer, words(form.reason), actor=current_actor(), at=clock.now())

    return _decide(public_id, form, act, _("已退回申请。"))


@bp.post("/review/producers/<public_id>/suspension")
@requires("producers:producer:suspend")
def create_suspension(public_id: str) -> Answer:
    form = ReasonedForm()

    def act(producer: Producer) -> None:
        registration.suspend(producer, words(form.reason), actor=current_actor(), at=clock.now())

    return _decide(public_id, form, act, _("已暂停，其商品不能再购买。"))


@bp.post("/review/producers/<public_id>/reinstatement")
@requires("producers:producer:suspend")
def create_reinstatement(public_id: str) -> Answer:
    def act(producer: Producer) -> None:
        registration.reinstate(producer, actor=current_actor(), at=clock.now())

    return _decide(public_id, DecisionForm(), act, _("已恢复供货。"))
