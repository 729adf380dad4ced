"""One order and one batch as workbooks: the tables of their pages, and the facts beside them."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from orders.models import Channel, FundSource
from orders.quota import labels
from orders.quota.stages import Stage
from orders.reports.tracing import FilledLine, TracedLine, TracedOrder
from orders.states import STATUS_LABELS, OrderStatus
from producers.trace import OfficialChain
from shop.sheets import Column, Group, Kind, Report, Row, Value
from shop.web.filters import UNIT_WORDS, content, day, measure, moment
from shop.web.frame import pick

Story = Sequence[tuple[str, datetime, str, str | None]]
"""What happened, when, by whom, and a note."""


def order_reports(traced: TracedOrder, story: Story) -> list[Report]:
    """Its lines with what they entered at each stage, what they are made of, and what happened."""
    return [_lines(traced), _sources(traced), _story(traced, story)]


def _lines(traced: TracedOrder) -> Report:
    order = traced.order
    columns = [
        Column("quantity", _("数量"), Kind.TEXT), Column("price", _("单价")),
        Column("origin", _("产地"), Kind.TEXT), Column("certificates", _("认证"), Kind.TEXT),
        *(Column(stage.value, str(label)) for stage, label in labels.STAGES.items()),
    ]  # fmt: skip
    rows = [
        Row(_named(each), {
            "quantity": _measured(each, each.line.quantity), "price": each.line.price,
            "origin": traced.places.get(each.line.origin_code),
            "certificates": _("；").join(each.line.certificates),
            **{stage.value: each.entered.get(stage) for stage in Stage},
        })
        for each in traced.lines
    ]  # fmt: skip
    unit, department = order.budget_unit, order.department
    facts = [
        (_("采购方"), unit.name if unit else _("个人消费者")),
        (_("主管部门"), department.name if department else ""),
        (_("采购方地区"), traced.places.get(order.buyer_region_code, "")),
        (_("供应商"), order.seller.name),
        (_("渠道"), str(labels.CHANNELS[Channel(order.channel)])),
        (_("832订单号"), order.external_reference or ""),
        (_("资金来源"), str(labels.FUNDS[FundSource(order.fund_source)])),
        (_("下单时间"), moment(order.placed_at)),
        (_("状态"), str(STATUS_LABELS[OrderStatus(order.status)])),
        (_("发票号码"), traced.invoice.number if traced.invoice else ""),
    ]
    return Report(
        _("订单 %(number)s", number=order.number), _("这个订单计入了多少？"), _("商品"),
        [Group("", columns)], rows,
        Row(_("合计"), {stage.value: traced.entered(stage) for stage in Stage}),
        [_("各阶段金额由下面各行相加；每一行的金额由下单、验收（到货减拒收）、付款和退款的记录算出。")],
        [(term, value) for term, value in facts if value],
    )  # fmt: skip


def _sources(traced: TracedOrder) -> Report:
    text = (
        ("line", _("商品")), ("quantity", _("本行取自该批次")), ("harvested", _("采收日")),
        ("total", _("批次总量")), ("conformity", _("承诺达标合格证")),
        ("producer", _("生产主体")), ("base", _("基地")), ("village", _("基地所在")),
    )  # fmt: skip
    rows = [
        Row(source.batch_code, {
            "line": _named(each), "quantity": _measured(each, source.quantity),
            "harvested": day(source.harvested_on),
            "total": content(source.batch_quantity, source.unit_code),
            "conformity": source.conformity_number, "producer": source.producer_name,
            "base": source.base_name, "village": traced.places.get(source.base_village),
            "households": source.households,
        })
        for each in traced.lines
        for source in each.sources
    ]  # fmt: skip
    columns = [Column(key, label, Kind.TEXT) for key, label in text]
    columns.append(Column("households", _("带动农户（户）"), Kind.COUNT))
    return Report(
        _("来源"), _("各行商品取自哪些批次和基地？"), _("批次"), [Group("", columns)], rows, None, [], [],
    )  # fmt: skip


def _story(traced: TracedOrder, story: Story) -> Report:
    columns = [
        Column("what", _("经过"), Kind.TEXT), Column("who", _("办理人"), Kind.TEXT),
        Column("note", _("说明"), Kind.TEXT),
    ]  # fmt: skip
    rows = [
        Row(moment(at), {"what": label, "who": who, "note": note}) for label, at, who, note in story
    ]
    question = _("订单 %(number)s", number=traced.order.number)
    return Report(_("经过"), question, _("时间"), [Group("", columns)], rows, None, [], [])


def _named(each: TracedLine) -> str:
    return f"{each.line.position}. {pick(each.line, 'product_name')}"


def _measured(each: TracedLine, quantity: int) -> str:
    return measure(quantity, each.line.price_basis, pick(each.line, "pack_name"))


def batch_reports(chain: OfficialChain, lines: Sequence[FilledLine]) -> list[Report]:
    """What each household gave, by pseudonym, and the order lines that were filled from it."""
    return [_households(chain), _filled(lines)]


def _households(chain: OfficialChain) -> Report:
    batch = chain.batch
    assert batch is not None  # an official's batch is one that was asked for
    unit = _(UNIT_WORDS[batch.unit_code])
    columns = [
        Column("village", _("所在村"), Kind.TEXT), Column("words", _("交售数量"), Kind.TEXT),
        Column("quantity", _("交售数量（%(unit)s）", unit=unit), Kind.COUNT),
    ]  # fmt: skip
    rows = [
        Row(each.pseudonym, {
            "village": each.village, "quantity": each.quantity,
            "words": content(each.quantity or 0, batch.unit_code),
        })
        for each in chain.households
    ]  # fmt: skip
    given = sum(each.quantity or 0 for each in chain.households)
    totals: dict[str, Value] = {"words": content(given, batch.unit_code), "quantity": given}
    facts = [
        (_("农产品"), batch.produce), (_("采收日期"), day(batch.harvested_on)),
        (_("批次总量"), content(batch.quantity, batch.unit_code)),
        (_("承诺达标合格证"), batch.conformity_number or ""),
        (_("基地"), chain.base.name), (_("基地所在"), chain.base.village),
        (_("合作社"), chain.cooperative.name if chain.cooperative else ""),
        (_("企业"), chain.enterprise.name if chain.enterprise else ""),
    ]  # fmt: skip
    return Report(
        _("批次 %(code)s", code=batch.code), _("这个批次由哪些农户交售，各多少？"), _("农户代号"),
        [Group("", columns)], rows, Row(_("合计"), totals),
        [_("只显示代号，不显示姓名；数量为该户对整个批次的交售量，不按户推算金额。")],
        [(term, value) for term, value in facts if value],
    )  # fmt: skip


def _filled(lines: Sequence[FilledLine]) -> Report:
    columns = [
        Column("product", _("商品"), Kind.TEXT), Column("quantity", _("取自本批次"), Kind.TEXT),
        Column("amount", _("本行下单金额")), Column("status", _("状态"), Kind.TEXT),
    ]  # fmt: skip
    rows = [
        Row(each.number, {
            "product": pick(each.line, "product_name"), "amount": each.line.amount,
            "quantity": measure(each.quantity, each.line.price_basis, pick(each.line, "pack_name")),
            "status": str(STATUS_LABELS[OrderStatus(each.status)]),
        })
        for each in lines
    ]  # fmt: skip
    return Report(
        _("取自这一批次的订单"), _("哪些订单用了这个批次？"), _("订单号"), [Group("", columns)], rows,
        None, [], [],
    )  # fmt: skip
