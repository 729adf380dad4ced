"""The people one can sign in as: fixed names, one published password, only in a demonstration."""

from dataclasses import dataclass

from shop.actor import Role

PASSWORD = "demo-xiangyuan-2026"
DOMAIN = "demo.example"
MARK = "（演示）"


@dataclass(frozen=True, slots=True)
class Account:
    """A fixed account; `place` names its organisation: a budget unit, a county or a producer."""

    local: str
    name: str
    role: Role | None
    place: str
    duty: str

    @property
    def email(self) -> str:
        return f"{self.local}@{DOMAIN}"


ACCOUNTS = (
    Account("consumer", "林小满" + MARK, None, "", "消费者"),
    Account("buyer", "王守田" + MARK, Role.INSTITUTION_BUYER, "150430-school-1", "学校食堂采购经办人"),
    Account("approver", "李知禾" + MARK, Role.INSTITUTION_APPROVER, "150430-school-1", "同一学校的审批人"),
    Account("receiver", "周谷雨" + MARK, Role.INSTITUTION_BUYER, "150430-school-1", "同一学校的验收人"),
    Account("coop", "斯琴" + MARK, Role.COOPERATIVE_STAFF, "cooperative-0", "合作社工作人员"),
    Account("enterprise", "韩云岫" + MARK, Role.ENTERPRISE_STAFF, "enterprise-0", "企业工作人员"),
    Account("reviewer", "苏和" + MARK, Role.COUNTY_REVIEWER, "150430", "敖汉旗县级审核员"),
    Account("official", "陈向阳" + MARK, Role.OFFICIAL, "150000-finance", "自治区财政厅"),
    Account("city-official", "那日苏" + MARK, Role.OFFICIAL, "150400-finance", "赤峰市财政局"),
    Account("department", "赵青禾" + MARK, Role.OFFICIAL, "150430-education", "敖汉旗教育主管部门"),
    Account("operator", "何清溪" + MARK, Role.OPERATOR, "platform", "平台运营"),
    Account("auditor", "郑白露" + MARK, Role.AUDITOR, "audit", "审计"),
)  # fmt: skip
