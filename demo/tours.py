"""What each of the fixed people is there to show: their audience, and what to try first."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from demo.accounts import ACCOUNTS, Account


@dataclass(frozen=True)
class Audience:
    """One of the four kinds of people that the shop is made for."""

    key: str
    icon: str
    title: LazyString
    about: LazyString
    people: tuple[str, ...]


AUDIENCES = (
    Audience(
        "consumers", "cart", _l("消费者"),
        _l("为自家购买，想知道东西从哪里来、钱到了谁手里。"),
        ("consumer",),
    ),
    Audience(
        "canteens", "building", _l("单位食堂"),
        _l("按预留份额采购，经办、审批、验收由不同的人完成。"),
        ("buyer", "approver", "receiver"),
    ),
    Audience(
        "suppliers", "cooperative", _l("合作社和企业"),
        _l("登记基地、农户、批次和证书，上架商品，发货和收款。"),
        ("coop", "enterprise"),
    ),
    Audience(
        "officials", "shield", _l("主管部门和平台"),
        _l("审核、监督、汇总：每个数字都能查到它是怎么来的。"),
        ("reviewer", "official", "city-official", "department", "operator", "auditor"),
    ),
)  # fmt: skip

DUTIES: dict[str, LazyString] = {
    "consumer": _l("消费者"),
    "buyer": _l("学校食堂采购经办人"),
    "approver": _l("同一学校的审批人"),
    "receiver": _l("同一学校的验收人"),
    "coop": _l("合作社工作人员"),
    "enterprise": _l("企业工作人员"),
    "reviewer": _l("敖汉旗县级审核员"),
    "official": _l("自治区财政部门"),
    "city-official": _l("赤峰市财政部门"),
    "department": _l("敖汉旗教育主管部门"),
    "operator": _l("平台运营"),
    "auditor": _l("审计"),
}
STEPS: dict[str, tuple[LazyString, ...]] = {
    "consumer": (
        _l("打开一件商品，从产地一路看到合作社和证书"),
        _l("放进购物车，用模拟支付下单"),
        _l("在“我的订单”里看进展"),
    ),
    "buyer": (
        _l("在“新建订单”里一次选多种商品，提交审批"),
        _l("给到货的订单称重"),
        _l("看今年的预留份额完成了多少"),
    ),
    "approver": (_l("审批等待中的订单"), _l("邀请一位同事加入本单位")),
    "receiver": (_l("复核另一个人称过的到货"), _l("试着复核自己称的：系统会拒绝")),
    "coop": (
        _l("确认新订单，分配批次，打印送货单"),
        _l("给一个批次开承诺达标合格证"),
        _l("查看一户农户的完整身份：会先确认是您本人，并留下记录"),
    ),
    "enterprise": (_l("修改一件商品的价格"), _l("看看哪些证书快到期")),
    "reviewer": (_l("审核一件商品、一张证书"), _l("看一家申请入驻的合作社")),
    "official": (_l("从全区的数字一路点到具体订单"), _l("下载表格")),
    "city-official": (_l("看全市各旗县的完成情况"), _l("确认一份预留份额填报")),
    "department": (_l("看本系统各学校的完成情况"), _l("审核一份预留份额填报")),
    "operator": (_l("看后台任务和支付异常"), _l("查审计记录")),
    "auditor": (_l("在审计记录里找一笔操作"), _l("看汇总数字由哪些订单组成")),
}
BY_LOCAL: dict[str, Account] = {account.local: account for account in ACCOUNTS}
