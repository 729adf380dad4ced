"""Help for departments, finance bureaus and auditors."""

from flask_babel import lazy_gettext as _l

from shop.actor import Role
from shop.help.model import Question as Q
from shop.help.model import Step, Topic

OVERSEEING = Topic(
    key="overseeing",
    icon="chart",
    title=_l("主管部门、财政和审计"),
    lead=_l("看进度、查明细、审核填报、维护规则。每个数字都能追到订单和批次。"),
    roles=frozenset({Role.OFFICIAL, Role.AUDITOR}),
    order=(_l("总览"), _l("汇总"), _l("订单"), _l("批次"), _l("导出"), _l("填报审核"), _l("规则")),
    steps=(
        Step(
            _l("先看总览"),
            _l("各旗县的进度、趋势和还没有采购的单位，一眼看到。每个数字都能点开。"),
            _l("总览"),
            "overview.show",
        ),
        Step(
            _l("看汇总"),
            _l("按地区、主管部门、单位、产地或资金来源汇总，各渠道分列。"),
            _l("采购执行情况"),
            "reports.totals",
        ),
        Step(
            _l("从数字点到订单"),
            _l("每个数字都链接到它所包含的订单，订单再到批次、基地和农户代号。"),
            _l("订单明细"),
            "reports.orders",
        ),
        Step(
            _l("导出表格"),
            _l("表格里的数字与页面完全一致，精确到分，并写明统计口径。"),
            _l("采购执行情况"),
            "reports.totals",
        ),
        Step(
            _l("审核单位填报"),
            _l(
                "主管部门审核，财政部门确认；任何一方都可以退回，写明原因。主管部门自己的填报由财政部门审核。"
            ),
            _l("预留份额填报"),
            "quota_review.list_plans",
        ),
        Step(
            _l("查看和登记规则"),
            _l("每条规则都有日期和来源文件，只新增、不修改；越具体的地区越优先。"),
            _l("规则"),
            "quota_review.list_rules",
        ),
    ),
    questions=(
        Q(
            _l("为什么832平台和本平台的金额不相加？"),
            _l(
                "法定预留份额只计算832平台上已付款的采购。两个渠道分列，任何页面和表格里都没有合计。"
            ),
        ),
        Q(
            _l("已下单、已验收、已付款、已完成有什么区别？"),
            _l(
                "已下单在订单退回、取消后会扣回；已验收按复核确认的数量；已付款以转账为准；已完成是既验收又付款，日期取较晚的一天。都按北京时间的日期。"
            ),
        ),
        Q(
            _l("数字从哪里来，会不会被改？"),
            _l(
                "来自只增不改的台账，更正也是新的一条。系统另用订单、验收和付款独立重算一遍，两者必须一分不差。"
            ),
        ),
        Q(
            _l("我能看到哪些单位？"),
            _l("财政部门看本地区及所辖地区，主管部门看本部门所属单位，审计人员看全部。"),
        ),
        Q(
            _l("当地今年的通知没有找到，按什么执行？"),
            _l("按全国最低标准执行，页面会写明依据。有了当地通知，在“规则”里登记新规则即可。"),
        ),
        Q(
            _l("能看到农户是谁吗？"),
            _l("不能。追溯只到农户代号和所在村。"),
        ),
    ),
)
