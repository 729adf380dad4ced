"""What channels, funds, stages, kinds and statuses are called on pages and in workbooks."""

from flask_babel import lazy_gettext as _l

from orders.models import Channel, FundSource
from orders.quota.explaining import Reason
from orders.quota.rules import BaseKind, SpecialCase, UnitKind
from orders.quota.stages import Stage
from orders.quota.states import PlanStatus

CHANNELS = {Channel.FUPIN832: _l("832平台"), Channel.LOCAL: _l("本平台")}
FUNDS = {
    FundSource.CANTEEN: _l("食堂"),
    FundSource.UNION: _l("工会"),
    FundSource.OTHER: _l("其他资金"),
    FundSource.PERSONAL: _l("个人"),
}
UNIT_FUNDS = (FundSource.CANTEEN, FundSource.UNION, FundSource.OTHER)
STAGES = {
    Stage.PLACED: _l("已下单"),
    Stage.ACCEPTED: _l("已验收"),
    Stage.PAID: _l("已付款"),
    Stage.COMPLETED: _l("已完成"),
}
UNIT_KINDS = {
    UnitKind.ANY: _l("全部预算单位"),
    UnitKind.WITH_CANTEEN: _l("有食堂的单位"),
    UnitKind.WITHOUT_CANTEEN: _l("无食堂的单位"),
}
BASES = {
    BaseKind.CANTEEN_FOOD: _l("年度食堂食材采购总额"),
    BaseKind.CANTEEN_AND_UNION: _l("年度食堂和工会农副产品采购需求总额"),
    BaseKind.UNION_FUNDS: _l("年度工会经费预算"),
    BaseKind.ALL_FARM_PRODUCTS: _l("年度农副产品采购总额"),
}
SPECIAL_CASES = {
    SpecialCase.NO_CANTEEN: _l("无食堂"),
    SpecialCase.SHARED_REPORTED: _l("共用食堂，由他单位填报"),
    SpecialCase.SHARED_REPRESENTATIVE: _l("共用食堂，代表填报"),
    SpecialCase.OUTSOURCED: _l("食堂外包"),
    SpecialCase.EXEMPTION: _l("经批准的较低比例"),
}
PLAN_STATUSES = {
    PlanStatus.FILED: _l("已填报，待主管部门审核"),
    PlanStatus.CHECKED: _l("主管部门已审核，待财政确认"),
    PlanStatus.CONFIRMED: _l("财政已确认"),
    PlanStatus.RETURNED: _l("已退回"),
}
PLAN_TONES = {
    PlanStatus.FILED: "info",
    PlanStatus.CHECKED: "info",
    PlanStatus.CONFIRMED: "good",
    PlanStatus.RETURNED: "bad",
}
REASONS = {
    Reason.APPLIES: _l("适用"),
    Reason.OTHER_YEAR: _l("不适用：是别的年度的"),
    Reason.OTHER_KIND: _l("不适用：针对另一类单位"),
    Reason.NOT_YET: _l("不适用：这一天还没有生效"),
    Reason.NO_MORE: _l("不适用：这一天已经失效"),
    Reason.NEARER: _l("不适用：更具体的地区另有规则"),
    Reason.CLOSER_KIND: _l("不适用：同一地区另有专门针对这类单位的规则"),
    Reason.NEWER: _l("不适用：同一地区有更新的规则"),
}
COUNTING_SENTENCE = _l(
    "只有通过832平台采购并且已付款的金额计入预留份额；本平台采购和个人消费单独列示，不计入，也不与832平台的金额相加。"
)
COMPLETED_SENTENCE = _l("“已完成”指既已验收又已付款，按两者中较晚的一天统计。")


# What the shop itself wrote as an entry's reason; people's own words stay as they are.
OWN_REASONS = {"全部拒收": _l("全部拒收")}


def reason_words(reason: str) -> str:
    """An entry's reason in the page's language where the shop wrote it, else as it was typed."""
    return str(OWN_REASONS.get(reason, reason))
