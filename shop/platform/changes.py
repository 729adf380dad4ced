"""What an entry of the trail says has changed, in words: its fields, and the values that are codes.

What has no word here is shown as it was recorded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.actor import ROLE_LABELS, Role
from shop.audit import AuditEntry
from shop.money import Money
from shop.platform import words
from shop.regions import queries as regions
from shop.web.filters import UNIT_WORDS, percent
from shop.web.frame import LOCALES, THEMES

FIELDS: Mapping[str, LazyString] = {
    "status": _l("状态"), "reason": _l("原因"), "note": _l("说明"), "number": _l("编号"),
    "pseudonym": _l("农户代号"), "household": _l("农户代号"), "village_code": _l("所在村"),
    "county_code": _l("旗县"), "total_fen": _l("金额"), "fen": _l("金额"),
    "amount_fen": _l("金额"), "accepted_fen": _l("验收金额"), "orders": _l("订单"),
    "proof": _l("验证方式"), "role": _l("角色"), "roles": _l("角色"),
    "fields": _l("修改的内容"), "count": _l("数量"), "year": _l("年度"), "base_fen": _l("基数"),
    "ratio": _l("比例"), "reserved_fen": _l("预留份额"), "special_case": _l("特殊情况"),
    "attempts": _l("尝试次数"), "error": _l("错误"), "topic": _l("任务"), "rule": _l("规则"),
    "document": _l("文号"), "price": _l("单价"), "minimum": _l("起订量"),
    "multiple": _l("销售倍数"), "tiers": _l("阶梯价"), "name": _l("名称"),
    "quantity": _l("数量"), "on_hand": _l("在库数量"), "written_off": _l("累计报损"),
    "organisation": _l("单位"), "type": _l("证书类型"), "kind": _l("联结方式"),
    "valid_from": _l("生效日"), "valid_to": _l("失效日"), "base": _l("基地编号"),
    "address": _l("地址"), "bank_name": _l("开户银行"), "bank_account_changed": _l("换了银行账号"),
    "uscc": _l("统一社会信用代码"), "code": _l("批次编号"), "batch": _l("批次编号"),
    "unit": _l("计量单位"), "conformity_number": _l("承诺达标合格证"), "product": _l("商品"),
    "category": _l("品类代码"), "picture": _l("换了图片"), "scope": _l("覆盖的商品和基地数"),
    "lots": _l("批次库存"), "lines": _l("到货与拒收"), "delivery_note": _l("送货单"),
    "carrier": _l("承运人"), "invoice": _l("发票号码"), "reference": _l("付款凭证号"),
}  # fmt: skip
STATUSES: Mapping[str, LazyString] = {
    "applied": _l("待县级推荐"), "recommended": _l("待平台审核"), "approved": _l("已通过"),
    "refused": _l("未通过"), "suspended": _l("已暂停"), "draft": _l("草稿"),
    "submitted": _l("待审核"), "listed": _l("在售"), "retired": _l("已停售"),
    "revoked": _l("已撤销"), "filed": _l("已填报，待主管部门审核"),
    "checked": _l("主管部门已审核，待财政确认"), "confirmed": _l("财政已确认"),
    "returned": _l("已退回"), "open": _l("待付款"), "paid": _l("已付款"),
    "cancelled": _l("已取消"), "expired": _l("超时未付"), "refunded": _l("已退款"),
    "waiting": _l("等待"), "done": _l("完成"), "set_aside": _l("已搁置"),
}  # fmt: skip
OF_A_KIND: Mapping[str, Mapping[str, LazyString]] = {
    "certificates": {"approved": _l("有效")},
    "producers": {"approved": _l("已入驻")},
    "offers": {"suspended": _l("已下架")},
    "orders": {
        "awaiting_payment": _l("待付款"), "awaiting_approval": _l("待审批"),
        "approved": _l("待供应商确认"), "confirmed": _l("待发货"), "paid": _l("已付款，待发货"),
        "dispatched": _l("运输中"), "weighed": _l("已称重，待复核"),
        "accepted": _l("已验收，待开票"), "invoiced": _l("已开票，待付款"),
        "completed": _l("已完成"), "expired": _l("超时未付"), "rejected": _l("审批未通过"),
        "declined": _l("供应商未接单"), "cancelled": _l("已取消"), "refunded": _l("已退款"),
        "returned": _l("全部拒收"),
    },
}  # fmt: skip
"""Statuses that mean something else of one kind of thing, by its table."""
PROOFS: Mapping[str, LazyString] = {
    "password": _l("密码"), "code": _l("验证码"), "recovery_code": _l("恢复码"),
    "demo": _l("演示登录"),
}  # fmt: skip
OWN_REASONS: Mapping[str, LazyString] = {
    "wrong_amount": _l("到账金额或币种与应付不符"), "paid_twice": _l("同一笔采购收到第二次付款"),
    "paid_after_refund": _l("已退款后又报到账"),
    "paid_late": _l("关闭后到账，无法恢复订单，已转退款"),
    "refund_unknown": _l("支付渠道有一笔我们没有发起的退款"),
    "refund_too_large": _l("退款金额超过已收金额"), "refund_failed": _l("退款没有成功，需要人工处理"),
    "disputed": _l("付款人提出争议"), "unknown_payment": _l("消息所指的付款在商城里找不到"),
    "asked": _l("买家申请退款"), "provider": _l("支付渠道退款"),
}  # fmt: skip
"""What the shop itself writes as a reason; people's own words stay as they are."""
CASES: Mapping[str, LazyString] = {
    "no_canteen": _l("无食堂"), "shared_reported": _l("共用食堂，由他单位填报"),
    "shared_representative": _l("共用食堂，代表填报"), "outsourced": _l("食堂外包"),
    "exemption": _l("经批准的较低比例"),
}  # fmt: skip
LINKS: Mapping[str, LazyString] = {
    "order_purchase": _l("订单收购"), "work": _l("务工就业"), "land_transfer": _l("土地流转"),
    "shares": _l("入股分红"), "entrusted_raising": _l("代种代养"), "training": _l("技术培训"),
    "collective_share": _l("集体经济分成"),
}  # fmt: skip
CERTIFICATES: Mapping[str, LazyString] = {
    "poverty_product_national_2020": _l("扶贫产品（全国扶贫产品目录）"),
    "assistance_product_regional": _l("帮扶产品（地方认定）"),
    "consumption_assistance_product": _l("消费帮扶产品"), "green_food": _l("绿色食品"),
    "green_food_enterprise": _l("绿色食品企业信息码"), "organic": _l("有机产品认证"),
    "organic_conversion": _l("有机转换认证"), "agi": _l("农产品地理标志"),
    "gi_product": _l("地理标志产品"), "conformity_commitment": _l("承诺达标合格证"),
    "food_production_licence": _l("食品生产许可证"),
    "famous_special_new": _l("全国名特优新农产品"), "test_report": _l("检验报告"),
}  # fmt: skip
PROFILE: Mapping[str, LazyString] = {
    "name": _l("姓名"), "locale": _l("语言"), "theme": _l("显示主题"),
}  # fmt: skip
CODES: Mapping[str, Mapping[str, object]] = {
    "status": STATUSES, "proof": PROOFS, "reason": OWN_REASONS, "special_case": CASES,
    "kind": LINKS, "type": CERTIFICATES, "role": {str(role): ROLE_LABELS[role] for role in Role},
    "roles": {str(role): ROLE_LABELS[role] for role in Role}, "topic": words.TOPICS,
    "fields": PROFILE, "locale": LOCALES, "theme": THEMES, "error": words.ERRORS,
}  # fmt: skip
"""By field, what its values are called."""
MONEYS = ("price",)
PLACES = ("county_code", "village_code")
WHOLE = 10_000


@dataclass(frozen=True)
class Change:
    """One fact of an entry: what it was and what it is now; None is nothing."""

    label: str
    before: str | None
    after: str | None


def places_of(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """Full names of the divisions that entries speak of by code: one query, none without codes."""
    codes = {
        str(facts[field])
        for entry in entries
        for facts in (entry.before, entry.after)
        if facts
        for field in PLACES
        if facts.get(field)
    }
    return regions.names(codes, full=True) if codes else {}


def changes(entry: AuditEntry, places: Mapping[str, str]) -> list[Change]:
    """What differs, and what stands only on one side, in the order in which it was recorded."""
    old, new = entry.before or {}, entry.after or {}
    keys = list(dict.fromkeys([*old, *new]))
    told = _Told(entry.subject_type, places)
    return [
        Change(str(FIELDS.get(key, key)), told.value(key, old), told.value(key, new))
        for key in keys
        if old.get(key) != new.get(key) and not (key == "unit" and "quantity" in keys)
    ]


@dataclass(frozen=True)
class _Told:
    """Puts one entry's values into words: of which table, and what its divisions are called."""

    table: str
    places: Mapping[str, str]

    def value(self, key: str, facts: Mapping[str, Any]) -> str | None:
        value = facts.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if type(value) is int:
            return _number(key, value, facts)
        if isinstance(value, list):
            return "；".join(self._piece(key, each) for each in value)
        if isinstance(value, dict):
            return "；".join(_pair(name, inner) for name, inner in value.items())
        return self._named(key, str(value))

    def _piece(self, key: str, value: Any) -> str:
        if key == "tiers":
            return f"{value[0]:,} → {Money(value[1])}"
        if key == "lines":
            return _("第 %(line)s 行：到货 %(came)s，拒收 %(refused)s",
                     line=value[0], came=value[1], refused=value[2])  # fmt: skip
        return self._named(key, str(value))

    def _named(self, key: str, value: str) -> str:
        if key in PLACES:
            return self.places.get(value, value)
        if key == "status" and value in OF_A_KIND.get(self.table, {}):
            return str(OF_A_KIND[self.table][value])
        return str(CODES.get(key, {}).get(value, value))


def _pair(name: str, inner: Any) -> str:
    """One of several facts under one name: `lots` has them by line and by lot."""
    if isinstance(inner, dict):
        inner = "、".join(f"{lot} × {quantity}" for lot, quantity in inner.items())
    return f"{FIELDS.get(name, name)} {inner}"


def _number(key: str, value: int, facts: Mapping[str, Any]) -> str:
    if key.endswith("fen") or key in MONEYS:
        return str(Money(value))
    if key == "ratio":
        return percent(value, WHOLE)
    unit = UNIT_WORDS.get(str(facts.get("unit"))) if key == "quantity" else None
    return " ".join((f"{value:,}", _(unit))) if unit else str(value)
