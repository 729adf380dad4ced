"""The filings and the rules as sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _

from orders.quota import labels
from orders.quota.explaining import Reason
from orders.quota.models import QuotaPlan, QuotaRule
from orders.quota.rules import BaseKind, UnitKind, unit_kind
from orders.quota.states import PlanStatus
from shop.accounts.models import Organisation
from shop.money import total
from shop.regions import queries as regions
from shop.sheets import Column, Group, Kind, Ratio, Report, Row
from shop.web.filters import day, moment

WHOLE = 10_000


def plans(
    rows: Sequence[tuple[Organisation, QuotaPlan | None]], year: int, region_code: str,
    state: str | None,
) -> Report:  # fmt: skip
    """Every unit with its filing of a year."""
    places = regions.names({region_code, *(unit.region_code for unit, _plan in rows)}, full=True)
    columns = [
        Column("place", _("地区"), Kind.TEXT), Column("status", _("状态"), Kind.TEXT),
        Column("filed", _("填报时间"), Kind.TEXT), Column("base", _("基数")),
        Column("ratio", _("比例"), Kind.RATIO), Column("reserved", _("预留份额")),
        Column("remark", _("备注"), Kind.TEXT), Column("reason", _("退回原因"), Kind.TEXT),
    ]  # fmt: skip
    reserved = total(plan.reserved for _unit, plan in rows if plan)
    return Report(
        _("%(year)d年度预留份额填报", year=year), _("哪些单位填报了，预留了多少？"), _("单位"),
        [Group("", columns)], [_plan_row(unit, plan, places) for unit, plan in rows],
        Row(_("合计"), {"reserved": reserved}), [str(labels.COUNTING_SENTENCE)],
        [(_("年度"), str(year)), (_("地区"), places.get(region_code, region_code)),
         (_("填报状态"), state or _("全部"))],
    )  # fmt: skip


def _plan_row(unit: Organisation, plan: QuotaPlan | None, places: Mapping[str, str]) -> Row:
    place = places.get(unit.region_code)
    if plan is None:
        return Row(unit.name, {"place": place, "status": _("未填报")})
    values = {
        "place": place,
        "status": str(labels.PLAN_STATUSES[PlanStatus(plan.status)]),
        "filed": moment(plan.filed_at),
        "base": plan.base_amount,
        "ratio": Ratio(plan.ratio, WHOLE),
        "reserved": plan.reserved,
        "remark": plan.remark,
        "reason": plan.reason,
    }
    return Row(unit.name, values)


def rules(shown: Sequence[QuotaRule], names: Mapping[str, str]) -> Report:
    """Every confirmed rule with its days and its document."""
    return Report(
        _("预留份额规则"), _("哪个地区、哪个年度、哪类单位要预留多少？"), _("地区"),
        [Group("", _rule_columns())], [_rule_row(rule, names) for rule in shown], None,
        [_("只列已核实的规则；每条只新增、不修改，同一地区以最新一条为准，越具体的地区越优先。")],
        [(_("内容"), _("已核实的规则"))],
    )  # fmt: skip


def applicable(
    unit: Organisation, on: date, told: Sequence[tuple[QuotaRule, Reason]], names: Mapping[str, str]
) -> Report:
    """Every rule of a unit's divisions, with what decides over it on a day."""
    rows = [
        replace(row, values={**row.values, "reason": str(labels.REASONS[reason])})
        for rule, reason in told
        for row in [_rule_row(rule, names)]
    ]
    kind = unit_kind(unit.canteen_mode)
    return Report(
        _("单位适用哪条规则"), _("这个单位在这一天适用哪条规则，其他规则为什么不适用？"), _("地区"),
        [Group("", [Column("reason", _("结论"), Kind.TEXT), *_rule_columns()])], rows, None,
        [_("先看地区（越具体越优先），再看单位类型（专门的优先），最后看生效日（新的优先）。只用已核实的规则。")],
        [(_("单位"), unit.name), (_("地区"), names.get(unit.region_code, unit.region_code)),
         (_("单位类型"), str(labels.UNIT_KINDS[kind])), (_("日期"), on.isoformat())],
    )  # fmt: skip


def _rule_columns() -> list[Column]:
    text = (
        ("years", _("年度")), ("kind", _("适用单位")), ("base", _("基数口径")),
        ("filing", _("填报截止日")), ("completion", _("采购完成截止日")),
        ("from", _("生效日")), ("to", _("失效日")), ("document", _("依据文件")),
        ("number", _("文号")), ("source", _("来源")),
    )  # fmt: skip
    return [
        Column("ratio", _("最低比例"), Kind.RATIO), Column("more", _("鼓励比例"), Kind.RATIO),
        *(Column(key, label, Kind.TEXT) for key, label in text),
    ]  # fmt: skip


def _rule_row(rule: QuotaRule, names: Mapping[str, str]) -> Row:
    more = Ratio(rule.encouraged_ratio, WHOLE) if rule.encouraged_ratio else None
    return Row(
        names.get(rule.region_code, rule.region_code),
        {
            "ratio": Ratio(rule.ratio, WHOLE), "more": more,
            "years": f"{rule.year_from}–{rule.year_to or ''}",
            "kind": str(labels.UNIT_KINDS[UnitKind(rule.unit_kind)]),
            "base": str(labels.BASES[BaseKind(rule.base_kind)]),
            "filing": day(rule.filing_deadline), "completion": day(rule.completion_deadline),
            "from": day(rule.valid_from), "to": day(rule.valid_to),
            "document": rule.document_title, "number": rule.document_number,
            "source": rule.source_ref,
        },
    )  # fmt: skip
