"""Totals of procurement (D1): who reserved how much, and what came how far through which channel."""

from collections.abc import Callable, Mapping

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from orders.models import Channel, FundSource
from orders.quota import labels
from orders.quota.scope import Scope
from orders.quota.stages import Stage
from orders.reports import facts
from orders.reports.facts import Figures, Key
from orders.reports.selection import Selection
from shop.money import Money, total
from shop.regions import queries as regions
from shop.regions.models import Level
from shop.sheets.report import Column, Group, Kind, Ratio, Report, Row, Value

ROW_LABELS = {
    "region": _l("地区"),
    "department": _l("主管部门"),
    "unit": _l("单位"),
    "origin": _l("产地"),
    "category": _l("商品类别"),
    "fund": _l("资金来源"),
}
VIEW_LABELS = {
    "share": _l("预留份额"),
    "channel": _l("渠道"),
    "fund": _l("资金来源"),
    "consumer": _l("个人消费"),
}
WITH_UNITS = ("region", "department", "unit")


def normalised(selection: Selection) -> Selection:
    """Below a county there are no divisions to list but units; of an origin county, orders."""
    at_county = regions.level_of(selection.region) not in facts.BELOW or (
        regions.level_of(selection.region) is Level.COUNTY
    )
    if selection.by == "region" and (at_county or selection.own):
        return selection.but(by="unit")
    return selection


def procurement(selection: Selection, scope: Scope) -> Report:
    """The report: at most five queries."""
    found = facts.figures(selection, scope)
    names = facts.names_of(selection, found)
    several = selection.by in ("origin", "category")  # one order may stand in several rows
    counts = facts.order_counts(selection, scope) if several else None
    groups = report_groups(selection)
    rows = [_row(key, found[key], names, selection) for key in _sorted(found, names)]
    totals = _figure_row(_("合计"), None, facts.added_up(found.values(), orders=counts), selection)
    return Report(
        title=_("采购执行情况"),
        question=_("各地区、部门和单位预留了多少，通过哪个渠道下单、验收、付款和完成了多少？"),
        row_label=str(ROW_LABELS[selection.by]),
        groups=groups,
        rows=rows,
        totals=totals,
        sentences=sentences(selection),
        parameters=parameters(selection),
    )


def sentences(selection: Selection) -> list[str]:
    """What counts, what does not, and how the period is taken."""
    year = _(
        "预留份额为%(year)d年度已填报（未退回）的份额；各阶段金额按记账日（北京时间）统计，取消和退款以负数冲减。期间跨年度时不计算占比。",
        year=selection.year,
    )
    return [str(labels.COUNTING_SENTENCE), str(labels.COMPLETED_SENTENCE), year]


def parameters(selection: Selection) -> list[tuple[str, str]]:
    """The filters in words, for the head of the page and the second sheet."""
    return [
        (_("期间"), f"{selection.since.isoformat()} – {selection.until.isoformat()}"),
        *((term, words) for _field, term, words in conditions(selection)),
    ]


def conditions(selection: Selection) -> list[tuple[str, str, str]]:
    """What is chosen besides the period: the selection's field, what it is called, its words."""
    names = regions.names({selection.region, selection.origin or selection.region}, full=True)
    found = [("region", _("采购方地区"), names.get(selection.region, selection.region))]
    if selection.own:
        found.append(("own", _("范围"), _("仅本级")))
    if selection.department:
        found.append(("department", _("主管部门"), selection.department_name))
    if selection.unit:
        found.append(("unit", _("单位"), selection.unit_name))
    if selection.origin:
        found.append(("origin", _("产地"), names.get(selection.origin, selection.origin)))
    if selection.category:
        found.append(("category", _("商品类别"), facts.category_name(selection.category)))
    if selection.fund:
        found.append(("fund", _("资金来源"), str(labels.FUNDS[FundSource(selection.fund)])))
    if selection.channel:
        found.append(("channel", _("渠道"), str(labels.CHANNELS[Channel(selection.channel)])))
    if selection.buyers:
        word = _("个人消费者") if selection.buyers == "consumer" else _("预算单位")
        found.append(("buyers", _("采购方"), word))
    if selection.stage:
        found.append(("stage", _("阶段"), str(labels.STAGES[Stage(selection.stage)])))
    return found


def report_groups(selection: Selection) -> list[Group]:
    """The columns; those about units only where rows are made of units."""
    counted = [Column("orders", _("订单数"), Kind.COUNT)]
    units = [
        Column("units", _("应填报单位数"), Kind.COUNT),
        Column("filed", _("已填报"), Kind.COUNT),
        Column("confirmed", _("财政已确认"), Kind.COUNT),
        Column("idle", _("零采购单位数"), Kind.COUNT),
        Column("idle_reserved", _("其中有预留份额"), Kind.COUNT),
        *counted,
        Column("reserved", _("预留份额")),
        Column("placed_ratio", _("832下单占比"), Kind.RATIO),
        Column("share", _("832已付款（计入）占比"), Kind.RATIO),
        Column("completed_ratio", _("832已完成占比"), Kind.RATIO),
    ]
    of_consumers = [Column("consumer_orders", _("订单数"), Kind.COUNT), *_stages("consumer")]
    return [
        Group(_("单位与预留份额"), units if selection.by in WITH_UNITS else counted, "share"),
        Group(_("单位采购：832平台（计入）"), _stages(Channel.FUPIN832), "channel"),
        Group(_("单位采购：本平台（不计入）"), _stages(Channel.LOCAL), "channel"),
        Group(_("个人消费（不计入）"), of_consumers, "consumer"),
        Group(_("832平台已完成，其中"), _funds(Channel.FUPIN832), "fund"),
        Group(_("本平台已完成，其中"), _funds(Channel.LOCAL), "fund"),
    ]


def _stages(prefix: str) -> list[Column]:
    return [Column(f"{prefix}_{stage}", str(label)) for stage, label in labels.STAGES.items()]


def _funds(channel: Channel) -> list[Column]:
    return [
        Column(f"{channel}_completed_{fund}", str(labels.FUNDS[fund])) for fund in labels.UNIT_FUNDS
    ]


def of_units(figures: Figures, channel: Channel, stage: Stage) -> Money:
    """What institutions moved through one channel, from all their funds."""
    return total(figures.progress.of_fund(channel, fund, stage) for fund in labels.UNIT_FUNDS)


def values(figures: Figures, selection: Selection) -> dict[str, Value]:
    """Every value of a row, by column. A yearly share is set against one year's period only."""
    reserved = figures.reserved.fen if selection.since.year == selection.year else 0
    statutory = {stage: of_units(figures, Channel.FUPIN832, stage).fen for stage in Stage}
    found: dict[str, Value] = {
        "units": figures.units,
        "filed": figures.filed,
        "confirmed": figures.confirmed,
        "idle": figures.idle,
        "idle_reserved": figures.idle_reserved,
        "orders": figures.orders,
        "consumer_orders": figures.consumer_orders,
        "reserved": figures.reserved,
        "placed_ratio": Ratio(statutory[Stage.PLACED], reserved),
        "share": Ratio(statutory[Stage.PAID], reserved),
        "completed_ratio": Ratio(statutory[Stage.COMPLETED], reserved),
    }
    for channel in Channel:
        for stage in Stage:
            found[f"{channel}_{stage}"] = of_units(figures, channel, stage)
        for fund in labels.UNIT_FUNDS:
            amount = figures.progress.of_fund(channel, fund, Stage.COMPLETED)
            found[f"{channel}_completed_{fund}"] = amount
    for stage in Stage:
        amount = figures.progress.of_fund(Channel.LOCAL, FundSource.PERSONAL, stage)
        found[f"consumer_{stage}"] = amount
    return found


def links(selection: Selection) -> dict[str, str]:
    """Where every figure of a row leads: the orders whose sum it is."""

    def orders(**changes: object) -> str:
        return _orders(selection, **changes)

    found: dict[str, str] = {}
    if selection.buyers in (None, "institution"):
        found["orders"] = orders(stage=Stage.PLACED, buyers="institution")
        if selection.channel in (None, Channel.FUPIN832):
            of_share = {"channel": Channel.FUPIN832, "buyers": "institution"}
            found["placed_ratio"] = orders(stage=Stage.PLACED, **of_share)
            found["share"] = orders(stage=Stage.PAID, **of_share)
            found["completed_ratio"] = orders(stage=Stage.COMPLETED, **of_share)
        for channel in Channel:
            if selection.channel in (None, channel):
                found |= _channel_links(orders, channel, selection.fund)
    if selection.buyers in (None, "consumer"):
        found["consumer_orders"] = orders(stage=Stage.PLACED, buyers="consumer")
        if selection.channel in (None, Channel.LOCAL):
            for stage in Stage:
                address = orders(stage=stage, buyers="consumer", channel=Channel.LOCAL)
                found[f"consumer_{stage}"] = address
    if selection.by == "region" and selection.department is None:
        plans = url_for("quota_review.list_plans", region=selection.region, year=selection.year)
        idle = url_for("reports.idle", **selection.arguments(by=None, view=None, sort=None))
        found |= {
            "units": plans,
            "filed": plans,
            "confirmed": plans,
            "reserved": plans,
            "idle": idle,
            "idle_reserved": idle,
        }
    return found


def _channel_links(
    orders: Callable[..., str], channel: Channel, fund_chosen: str | None
) -> dict[str, str]:
    institution = {"channel": channel, "buyers": "institution"}
    found = {f"{channel}_{stage}": orders(stage=stage, **institution) for stage in Stage}
    for fund in labels.UNIT_FUNDS:
        if fund_chosen in (None, fund):
            address = orders(stage=Stage.COMPLETED, fund=fund, **institution)
            found[f"{channel}_completed_{fund}"] = address
    return found


def _sorted(found: Mapping[Key, Figures], names: Mapping[Key, tuple[str, str | None]]) -> list[Key]:
    """Divisions by code, funds and organisations by name, what has none at the end."""
    return sorted(found, key=lambda key: (key is None, str(key) if isinstance(key, str)
                                          else names.get(key, ("", None))[0], str(key)))  # fmt: skip


def _row(
    key: Key, figures: Figures, names: Mapping[Key, tuple[str, str | None]], selection: Selection
) -> Row:
    label, of_row, url = _place(key, names.get(key), selection)
    return _figure_row(label, url, figures, of_row)


def _figure_row(label: str, url: str | None, figures: Figures, of_row: Selection) -> Row:
    return Row(label, values(figures, of_row), url, links(of_row))


def _place(
    key: Key, named: tuple[str, str | None] | None, selection: Selection
) -> tuple[str, Selection, str]:
    """A row's heading, the selection that it stands for, and the next step down."""
    name, public_id = named or (str(key), None)
    if selection.by == "region":
        own = key == selection.region
        inner = selection.but(region=key, own=own)
        label = _("%(place)s（本级）", place=name) if own else name
        return label, inner, _totals(inner, by="unit" if own else "region")
    if selection.by == "origin":
        inner = selection.but(origin=key)
        is_county = regions.level_of(str(key)) is Level.COUNTY
        return name, inner, _orders(inner) if is_county else _totals(inner)
    if selection.by == "category":
        inner = selection.but(category=key)
        return name, inner, _totals(inner, by="region")
    if selection.by == "fund":
        inner = selection.but(fund=key)
        return str(labels.FUNDS[FundSource(str(key))]), inner, _totals(inner, by="region")
    choice = public_id or "none"
    if selection.by == "department":
        inner = selection.but(department=choice)
        label = name if key is not None else _("无主管部门的单位和个人消费者")
        return label, inner, _totals(inner, by="unit")
    inner = selection.but(unit=choice)
    return (name if key is not None else _("个人消费者")), inner, _orders(inner)


def _totals(selection: Selection, **changes: object) -> str:
    return url_for("reports.totals", **selection.arguments(**changes))


def _orders(selection: Selection, **changes: object) -> str:
    return url_for("reports.orders", **selection.arguments(**changes, view=None, sort=None))
